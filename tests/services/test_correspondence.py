"""Correspondence: who writes what, who reads it, that nothing is changed, and enquiries before applying."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import select

from sandbox.domain.actors import Actor
from sandbox.domain.errors import BadInput, NotAllowed, NotFound, NotNow
from sandbox.extensions import db
from sandbox.models.catalogue import Authority, Programme
from sandbox.models.desks import AgreedAction, Case, Post, Thread
from sandbox.models.messages import OutboxMessage
from sandbox.models.trail import Audience
from sandbox.queries import trail as trails
from sandbox.queries.desks.enquiries import enquiries
from sandbox.queries.desks.enquiries import enquiry as read_enquiry
from sandbox.queries.desks.search import search
from sandbox.services import desks
from sandbox.services.desks import correspondence
from sandbox.services.desks import enquiries as asking
from sandbox.services.desks.correspondence import ToDo, begin, finish, write
from tests.factories import Maker
from tests.journeys.staging import OTHER, SEALED, World, build


@pytest.fixture
def world(maker: Maker) -> World:
    """A case in assessment and one just routed."""
    return build(maker)


@pytest.fixture
def firm(world: World) -> Actor:
    """A signatory of the firm of the case."""
    return world.outsiders["signatory@harbourlight.example"]


def parties(item_id: UUID) -> set[str]:
    """The parties that see an item."""
    return set(db.session.scalars(select(Audience.party).where(Audience.item_id == item_id)))


def told(action: str) -> set[UUID]:
    """Who was written to."""
    return set(db.session.scalars(select(OutboxMessage.person_id).where(OutboxMessage.action == action)))


@pytest.mark.parametrize(
    ("kind", "with_firm", "desks_chosen", "expected"),
    [
        ("message", True, [], {"firm", "desk:FCA"}),
        ("message", True, [OTHER], {"firm", "desk:FCA", "desk:SEC"}),
        ("meeting", True, [OTHER], {"firm", "desk:FCA", "desk:SEC"}),
        ("meeting", False, [OTHER], {"desk:FCA"}),
        ("note", True, [OTHER], {"desk:FCA"}),
        ("consulted", True, [OTHER], {"desk:FCA"}),
    ],
)
def test_the_audience_of_each_kind(
    world: World, kind: str, with_firm: bool, desks_chosen: list[str], expected: set[str]
) -> None:
    thread_id = begin(
        world.staff("case"), world.case_id, kind=kind, subject="About custody", text="Words.", desks=desks_chosen,
        with_firm=with_firm,
    )  # fmt: skip
    assert parties(thread_id) == expected
    people = {world.other("case").person_id, world.outsiders["signatory@harbourlight.example"].person_id}
    wanted = {key for key in people if "firm" in expected and (key in firm_people(world) or "desk:SEC" in expected)}
    assert people & told("message.write") == wanted
    assert world.other("issuing").person_id not in told("message.write"), "who may not read it gets no letter"
    assert list(trails.verify(files=False)) == []


def firm_people(world: World) -> set[UUID | None]:
    """The people of the firm of the case."""
    return {actor.person_id for email, actor in world.outsiders.items() if email.endswith("@harbourlight.example")}


def test_a_firm_writes_to_the_desks_that_it_chooses_and_to_no_other(world: World, firm: Actor) -> None:
    thread_id = begin(firm, world.case_id, kind="message", subject="Custody", text="A question.", desks=[OTHER])
    assert parties(thread_id) == {"firm", "desk:SEC"}
    assert world.other("case").person_id in told("message.write")
    assert world.staff("case").person_id not in told("message.write")
    with pytest.raises(NotFound):
        write(world.staff("case"), thread_id, text="May I?")
    write(world.other("case"), thread_id, text="An answer.")
    for wrong in ([], ["CFTC"], ["nobody"]):
        with pytest.raises(BadInput):
            begin(firm, world.case_id, kind="message", subject="Custody", text="A question.", desks=wrong)
    for kind in ("note", "meeting", "consulted", "enquiry", "nonsense"):
        with pytest.raises((NotFound, NotAllowed)):
            begin(firm, world.case_id, kind=kind, subject="Custody", text="A question.", desks=[OTHER])


def test_who_may_write(world: World, maker: Maker) -> None:
    words = {"subject": "Custody", "text": "Words."}
    for email in ("read.only@harbourlight.example", "certifier@harbourlight.example"):
        with pytest.raises(NotAllowed):
            begin(world.outsiders[email], world.case_id, kind="message", desks=[SEALED], **words)
    with pytest.raises(NotFound):
        begin(world.outsiders["signatory@tessellate.example"], world.case_id, kind="message", desks=[SEALED], **words)
    for duty in ("issuing", "records", "ethics", "admin"):
        with pytest.raises((NotAllowed, NotFound)):
            begin(world.staff(duty), world.case_id, kind="message", **words)
        with pytest.raises((NotAllowed, NotFound)):
            begin(world.staff(duty), world.case_id, kind="note", **words)
    desks.declare(world.staff("specialist"), world.case_id, outcome="recused", details="My brother works there.")
    with pytest.raises(NotFound):
        begin(world.staff("specialist"), world.case_id, kind="note", **words)
    assert not db.session.scalars(select(Thread)).all()


def test_a_correction_is_a_new_entry_and_only_of_ones_own(world: World, firm: Actor) -> None:
    thread_id = begin(firm, world.case_id, kind="message", subject="Custody", text="Twelve customers.", desks=[SEALED])
    first = db.session.scalars(select(Post).where(Post.thread_id == thread_id)).one()
    correction = write(firm, thread_id, text="Twenty customers.", corrects_id=first.id)
    db.session.rollback()
    assert db.session.get_one(Post, first.id).text == "Twelve customers."
    assert db.session.get_one(Post, correction).corrects_id == first.id
    with pytest.raises(NotFound):
        write(world.staff("case"), thread_id, text="Thirty.", corrects_id=first.id)
    other = begin(firm, world.case_id, kind="message", subject="Else", text="Else.", desks=[SEALED])
    with pytest.raises(NotFound):
        write(firm, other, text="Elsewhere.", corrects_id=first.id)
    with pytest.raises(BadInput):
        write(firm, thread_id, text=" ")
    assert list(trails.verify(files=False)) == []


def test_an_agreed_action_is_done_by_who_has_it_or_keeps_the_note(world: World, firm: Actor) -> None:
    agreed = [ToDo("Send the contract.", "firm", date(2026, 12, 1)), ToDo("Read it.", "desk:FCA")]
    thread_id = begin(
        world.staff("case"), world.case_id, kind="meeting", subject="First meeting", text="We met.", with_firm=True,
        desks=[OTHER], agreed=agreed, facts={"held_on": "2026-11-20", "present": "Ada, Bertram"},
    )  # fmt: skip
    one, two = db.session.scalars(select(AgreedAction).order_by(AgreedAction.ordinal)).all()
    with pytest.raises(NotFound):
        finish(world.other("case"), one.id)
    with pytest.raises(NotFound):
        finish(firm, two.id)
    finish(firm, one.id)
    with pytest.raises(NotNow):
        finish(world.staff("case"), one.id)
    finish(world.staff("case"), two.id)
    with pytest.raises(BadInput):
        begin(world.staff("case"), world.case_id, kind="meeting", subject="Within", text="We met.",
              agreed=[ToDo("Send it.", "firm")])  # fmt: skip
    assert correspondence.parties_of(thread_id, "thread") == {"firm", "desk:FCA", "desk:SEC"}


def test_what_is_written_is_found_by_its_audience_only(world: World, firm: Actor) -> None:
    begin(world.staff("case"), world.case_id, kind="note", subject="Aardvark", text="Sealed thoughts.")
    begin(firm, world.case_id, kind="message", subject="Zebra", text="To the other.", desks=[OTHER])
    assert [hit.kind for hit in search(world.staff("case"), "aardvark").rows] == ["thread"]
    assert not search(world.other("case"), "aardvark").rows
    assert not search(world.staff("case"), "zebra").rows
    assert [hit.kind for hit in search(world.other("case"), "zebra").rows] == ["thread"]


# --- enquiries -------------------------------------------------------------------------------------------------------


def programme() -> UUID:
    """The first programme."""
    return db.session.scalars(select(Programme.id).order_by(Programme.code)).first()  # type: ignore[return-value]


def ask(firm: Actor, *codes: str) -> dict[str, UUID]:
    """The firm asks these authorities: code → enquiry."""
    found = asking.enquire(firm, programme(), to=codes, subject="Stablecoins", text="Would you take this?")
    rows = select(Thread.id, Authority.code).join(Authority, Authority.id == Thread.authority_id)
    return {code: key for key, code in db.session.execute(rows.where(Thread.id.in_(found)))}


def test_each_authority_gets_its_own_enquiry(world: World, firm: Actor) -> None:
    found = ask(firm, SEALED, OTHER)
    assert parties(found[SEALED]) == {"firm", "desk:FCA"} and parties(found[OTHER]) == {"firm", "desk:SEC"}
    assert {row.id for row in enquiries(world.staff("intake")).rows} == {found[SEALED]}
    assert {row.id for row in enquiries(firm).rows} == set(found.values())
    assert not enquiries(world.outsiders["signatory@tessellate.example"]).rows
    for duty in ("case", "specialist", "admin", "decision"):
        with pytest.raises(NotAllowed):
            enquiries(world.staff(duty))
    with pytest.raises(NotAllowed):
        enquiries(world.outsiders["secretariat@programme_office.example"])
    written = told("enquiry.write")
    assert {world.staff("intake").person_id, world.staff("coordinator").person_id} <= written
    assert world.staff("case").person_id not in written
    assert list(trails.verify(files=False)) == []


def test_the_authority_answers_and_the_firm_asks_on(world: World, firm: Actor) -> None:
    key = ask(firm, SEALED)[SEALED]
    asking.answer(world.staff("intake"), key, text="Perhaps.")
    assert firm.person_id not in told("enquiry.write") and firm.person_id in told("enquiry.answer")
    assert enquiries(firm).rows[0].answered
    asking.answer(firm, key, text="When?")
    assert not enquiries(firm).rows[0].answered
    with pytest.raises(NotFound):
        asking.answer(world.other("intake"), key, text="From elsewhere.")
    with pytest.raises(NotFound):
        asking.answer(world.outsiders["signatory@tessellate.example"], key, text="From elsewhere.")
    with pytest.raises(NotFound):
        asking.answer(world.staff("case"), key, text="Not my role.")
    with pytest.raises(NotAllowed):
        asking.answer(world.outsiders["read.only@harbourlight.example"], key, text="Not my role.")
    with pytest.raises(BadInput):
        asking.answer(firm, key, text=" ")
    with pytest.raises(NotFound):
        write(firm, key, text="Not a thread of a case.")


def test_an_enquiry_goes_with_the_case_and_a_recusal_takes_it_away(world: World, firm: Actor) -> None:
    key = ask(firm, SEALED)[SEALED]
    application = db.session.scalars(select(Case.application_id).where(Case.id == world.case_id)).one()
    foreign = db.session.scalars(select(Case.application_id).where(Case.id == world.routed_id)).one()
    with pytest.raises(NotFound):
        asking.link(firm, key, foreign)
    with pytest.raises(NotFound):
        asking.link(world.outsiders["signatory@tessellate.example"], key, foreign)
    asking.link(firm, key, application)
    assert read_enquiry(world.staff("intake"), key).case_id == world.case_id
    assert read_enquiry(world.staff("intake"), key).application is None
    desks.declare(world.staff("intake"), world.case_id, outcome="recused", details="My sister works there.")
    assert not enquiries(world.staff("intake")).rows
    with pytest.raises(NotFound):
        read_enquiry(world.staff("intake"), key)
    with pytest.raises(NotFound):
        asking.answer(world.staff("intake"), key, text="Still here.")


@pytest.mark.parametrize(
    ("subject", "text", "codes", "field"),
    [("", "Q", ["FCA"], "subject"), ("S", " ", ["FCA"], "text"), ("S", "Q", [], "to"), ("S", "Q", ["XYZ"], "to")],
)
def test_a_bad_enquiry_is_refused(
    world: World, firm: Actor, subject: str, text: str, codes: list[str], field: str
) -> None:
    with pytest.raises(BadInput) as refused:
        asking.enquire(firm, programme(), to=codes, subject=subject, text=text)
    assert field in refused.value.problems
    assert not db.session.scalars(select(Thread)).all()
