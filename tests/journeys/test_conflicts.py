"""Edge case 13, end to end: an interest is found after assessing. And: who is recused is a stranger everywhere.

Every page of the portal is asked for by somebody recused, by somebody whose interest is not settled and by somebody who
has not declared; what a stranger would not get, they do not get.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from sandbox.cli.demo import story
from sandbox.cli.demo.firms import FIRMS
from sandbox.cli.demo.story import Cast
from sandbox.domain.actors import Actor, Role
from sandbox.extensions import db
from sandbox.models.assessments import Finding, ProposedCondition
from sandbox.models.desks import Case, Desk, Quarantine
from sandbox.models.messages import OutboxMessage
from sandbox.models.trail import TrailBody, TrailEvent
from sandbox.services import assessments, desks, outbox
from sandbox.services.decisions import drafting, editions, issuing
from tests.factories import Maker
from tests.journeys.everywhere import allowed, pages, plain, rows_of
from tests.journeys.staging import OTHER, SEALED, World, build, cases, open_positions, people

As = Callable[[Actor], Any]
PRODUCT, FIRM = FIRMS[0].product, FIRMS[0].name
DECLARE = {"outcome": "recused", "details": "My sister joins the firm."}
PENDING = {
    "outcome": "managed",
    "kinds": ["family"],
    "details": "My sister joins the firm.",
    "measures": "She works elsewhere.",
}
# What somebody who has not declared may open of a case: the declaration itself and the names.
OPEN_BEFORE = frozenset({"desks.case", "desks.declaration", "desks.parties"})


@pytest.fixture
def world(maker: Maker) -> World:
    """A case whose positions are open and one just routed; a second case officer at the sealed desk."""
    made = build(maker)
    maker.person(maker.authority(SEALED), Role.CASE_OFFICER, name="Second Officer", email="second@fca.example")
    return made


# --- every page ------------------------------------------------------------------------------------------------------


def prepared(world: World) -> dict[str, list[str]]:
    """Positions open, divergences settled, a decision drafted: there is something behind every page."""
    open_positions(world)
    story.settle(world.cast, world.case_id)
    drafting.draft(world.staff("issuing"), world.desk_id)
    return rows_of(world.case_id)


@pytest.mark.slow
def test_a_recused_person_is_a_stranger_on_every_page(app: Flask, world: World, as_: As) -> None:
    rows = prepared(world)
    assert {"desk", "divergence", "decision", "application_version", "finding", "position"} <= rows.keys()
    asked = 0
    for duty in ("coordinator", "case", "decision", "issuing", "supervisor"):
        person = world.staff(duty)
        desks.recuse(world.staff("ethics"), world.desk_id, person_id=person.me, reason="Too close.")
        browser = as_(person)
        for rule, page, nowhere in pages(app, rows):
            if "GET" not in (rule.methods or ()) or not allowed(app, rule, person):
                continue
            mine, strangers = browser.get(page), browser.get(nowhere)
            assert mine.status_code == strangers.status_code, (duty, page)
            assert plain(mine.text) == plain(strangers.text), (duty, page)
            asked += mine.status_code == 404
    assert asked > 80


@pytest.mark.slow
def test_no_form_of_a_recused_person_is_taken(app: Flask, world: World, as_: As) -> None:
    rows = prepared(world)
    person = world.staff("coordinator")
    desks.recuse(world.staff("ethics"), world.desk_id, person_id=person.me, reason="Too close.")
    browser = as_(person)
    token, sent = browser.token("/account/password"), 0
    for rule, page, nowhere in pages(app, rows):
        if "POST" not in (rule.methods or ()) or not allowed(app, rule, person) or "case" not in rule.rule:
            continue
        answers = [browser.post(path, data={"csrf_token": token}).status_code for path in (page, nowhere)]
        assert answers[0] == answers[1] == 404, (page, answers)
        sent += 1
    assert sent > 5


@pytest.mark.slow
@pytest.mark.parametrize("said", ["nothing", "pending"])
def test_before_a_declaration_counts_only_names_are_open(app: Flask, world: World, as_: As, said: str) -> None:
    rows = prepared(world)
    for duty in ("coordinator", "case", "decision", "supervisor"):
        person = world.staff(duty)
        if said == "pending":
            desks.declare(person, world.case_id, **PENDING)
        else:
            change(world)
        browser = as_(person)
        for rule, page, _nowhere in pages(app, rows):
            if "GET" not in (rule.methods or ()) or not allowed(app, rule, person):
                continue
            answer = browser.get(page)
            assert PRODUCT not in answer.text, (duty, page)
            if answer.status_code == 200 and rule.endpoint not in OPEN_BEFORE:
                assert FIRM not in answer.text, (duty, page)
        assert [path for path, (_, text) in listed(app, person, browser).items() if PRODUCT in text] == [], duty


def change(world: World) -> None:
    """The firm reports a change of control."""
    desks.report_change(
        world.outsiders["signatory@harbourlight.example"],
        world.case_id,
        what="Sold.",
        effective_on=db.session.get_one(Case, world.case_id).created_at.date(),
        named=[("parent", f"Buyer {uuid4()} plc")],
    )


# --- lists, counts, letters ------------------------------------------------------------------------------------------


# Built files, an answer about the machine, the way in.
NOT_OF_CASES = frozenset({"static", "home.healthz", "people.sign_in"})
SEARCHES = ("", "?find=harbourlight", "?find=JS-2026", "?q=harbourlight", "?show=all", "?show=declare")


def lists(app: Flask, person: Actor) -> list[str]:
    """Every page without a thing in its address that the person's roles may ask for."""
    return sorted(
        rule.rule
        for rule in app.url_map.iter_rules()
        if not rule.arguments and "GET" in (rule.methods or ()) and allowed(app, rule, person)
        if rule.endpoint not in NOT_OF_CASES
    )


def listed(app: Flask, person: Actor, browser: Any) -> dict[str, tuple[int, str]]:
    """All lists, searches and counts as this person gets them."""
    found = {}
    for path in lists(app, person):
        for query in SEARCHES:
            answer = browser.get(path + query)
            found[path + query] = (answer.status_code, plain(answer.text))
    return found


@pytest.mark.slow
def test_lists_counts_and_searches_of_a_recused_person_know_nothing_of_the_case(
    app: Flask, maker: Maker, as_: As
) -> None:
    """Somebody recused from every case sees what they saw before there was any."""
    outsiders, cast = people(maker), Cast()
    staff = [cast.staff(SEALED, duty) for duty in ("coordinator", "case", "decision")]
    browsers = {person.email: as_(person) for person in staff}
    before = {person.email: listed(app, person, browsers[person.email]) for person in staff}
    world = cases(outsiders)
    prepared(world)
    busy = listed(app, staff[0], browsers[staff[0].email])
    assert FIRM in busy["/inbox"][1] and busy["/home"] != before[staff[0].email]["/home"], "the comparison can fail"
    for person in staff:
        for case_id in (world.case_id, world.routed_id):
            desk_id = story.desk_of(case_id, SEALED)
            desks.recuse(world.staff("ethics"), desk_id, person_id=person.me, reason="Too close.")
        after = listed(app, person, browsers[person.email])
        assert [path for path, seen in after.items() if seen != before[person.email][path]] == [], person.email
        assert sum(status == 200 for status, _text in after.values()) > 20


def test_letters_stop_at_once_and_those_that_wait_are_withheld(world: World, app: Flask) -> None:
    open_positions(world)
    person = world.staff("case")
    waiting = select(OutboxMessage).where(OutboxMessage.person_id == person.me, OutboxMessage.sent_at.is_(None))
    assert db.session.scalars(waiting).all(), "the opening was told"
    desks.recuse(world.staff("ethics"), world.desk_id, person_id=person.me, reason="Too close.")
    outbox.deliver_all()
    db.session.rollback()
    mine = select(OutboxMessage).where(OutboxMessage.person_id == person.me, OutboxMessage.case_id == world.case_id)
    assert {row.sent_at for row in db.session.scalars(mine)} == {None}


# --- the interest is found after assessing ---------------------------------------------------------------------------


def redo(world: World) -> Actor:
    """A second officer joins and redoes what was set aside."""
    person = world.cast["second@fca.example"]
    desks.assign(world.staff("intake"), world.desk_id, person_id=person.me, reason="The first one is recused.")
    desks.declare(person, world.case_id, outcome="none")
    for row in db.session.scalars(select(Finding).where(Finding.quarantined_at.is_not(None))).all():
        assessments.record_finding(
            person, world.desk_id, row.criterion_id, value="met", reasons="Seen by myself.", version=row.version
        )
    for one in db.session.scalars(select(ProposedCondition).where(ProposedCondition.quarantined_at.is_not(None))).all():
        assessments.change_condition(person, one.id, condition={}, version=one.version)
    return person


def test_found_before_opening_the_work_is_redone_and_the_case_goes_on(world: World, as_: As) -> None:
    story.file(world.cast, world.case_id, SEALED, "approve", "It may start.")
    assert as_(world.staff("case")).send(f"/cases/{world.case_id}/declaration", DECLARE).status_code == 302
    decider = as_(world.staff("decision"))
    assert "an assessor has an interest" in as_(world.staff("coordinator")).get(f"/cases/{world.case_id}/desk").text
    second = redo(world)
    assessments.file_position(second, world.desk_id, recommendation="approve", summary="It may start.")
    story.file(world.cast, world.case_id, OTHER, "approve", "Fine.")
    assert db.session.get_one(Desk, world.desk_id).state == "deliberating"
    page = decider.get(f"/cases/{world.case_id}/decision").text
    assert "Case Of Fca takes no part any more." in page, "disclosed to the decision maker"
    assert (
        "an assessor has an interest" not in as_(world.other("decision")).get(f"/cases/{world.case_id}/decision").text
    )


@pytest.mark.slow
@pytest.mark.pdf
def test_found_after_opening_the_decision_waits_and_its_record_says_so(world: World, as_: As) -> None:
    editions.make_demo_keys()
    open_positions(world)
    story.settle(world.cast, world.case_id)
    decision_id = story.decide(world.cast, world.case_id, SEALED)
    first = UUID(story.edition_of(decision_id).expected[0]["person"])
    signer = next(world.staff(duty) for duty in ("decision",) if world.staff(duty).me == first)
    desks.recuse(world.staff("ethics"), world.desk_id, person_id=world.staff("case").me, reason="A sister joins.")
    told = db.session.scalars(
        select(OutboxMessage.person_id).where(OutboxMessage.action == "assessment.quarantine")
    ).all()
    assert signer.me in told
    page = as_(signer).get(f"/decisions/{decision_id}/sign")
    assert "an assessor has an interest" in page.text and "The decision waits for it." in page.text
    shown = story.edition_of(decision_id).sha256
    refused = as_(signer).send(f"/decisions/{decision_id}/sign", {"shown": shown, "sure": "y"})
    assert refused.status_code == 422 and "who wrote it has an interest" in refused.text
    redo(world)
    issuing.sign(signer, decision_id, shown=story.edition_of(decision_id).sha256)
    recorded = trail_detail(world.case_id, "decision.sign")
    assert recorded["disclosed"] == [str(db.session.scalars(select(Quarantine.id)).one())]


def trail_detail(case_id: UUID, kind: str) -> dict[str, Any]:
    """The detail of the last event of a kind."""
    body = db.session.scalars(
        select(TrailBody.body)
        .join(TrailEvent, TrailEvent.id == TrailBody.event_id)
        .where(TrailEvent.scope == f"case:{case_id}", TrailEvent.kind == kind)
        .order_by(TrailEvent.sequence.desc())
        .limit(1)
    ).one()
    return dict(body["detail"])
