"""Shares: who may release what, that only the copy reaches the other desk, acknowledgement, recall, the firm."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from sandbox.cli.demo import story
from sandbox.domain.errors import BadInput, NotAllowed, NotFound, NotNow
from sandbox.domain.sharing import DECLARED, Terms
from sandbox.extensions import db
from sandbox.models.assessments import Finding, Position
from sandbox.models.catalogue import Criterion
from sandbox.models.desks import CompletenessLetter, Post, Share, ShareItem, ShareNotice
from sandbox.models.messages import OutboxMessage
from sandbox.models.trail import Audience, TrailEvent
from sandbox.queries import trail as trails
from sandbox.queries.desks.shareable import shareable
from sandbox.services import assessments
from sandbox.services.desks import correspondence, shared, sharing
from tests.factories import Maker
from tests.journeys.staging import OTHER, SEALED, World, build

MOU = Terms("gateway", "To assess custody together.", "Only for this case.", instrument="sec-fca-mou",
            provision="Article 4", tell_reason="It would tell the firm of our view.")  # fmt: skip


@pytest.fixture
def world(maker: Maker) -> World:
    """A case in assessment and one just routed."""
    return build(maker)


def changed(terms: Terms = MOU, **more: Any) -> Terms:
    """The terms with some of them other."""
    values = {name: getattr(terms, name) for name in terms.__slots__}
    return Terms(**{**values, **more})


def finding(world: World, code: str = SEALED) -> UUID:
    """The first finding of a desk."""
    found = select(Finding.id).join(Criterion, Criterion.id == Finding.criterion_id)
    own = found.where(Finding.desk_id == story.desk_of(world.case_id, code)).order_by(Criterion.position)
    return db.session.scalars(own.limit(1)).one()


def letter(world: World) -> UUID:
    """A letter of the sealed desk about completeness, which is no part of its assessment."""
    own = select(CompletenessLetter.id).where(
        CompletenessLetter.desk_id == world.desk_id, CompletenessLetter.outcome == "complete"
    )
    return db.session.scalars(own).one()


def give(world: World, *, terms: Terms = MOU, duty: str = "coordinator", item: tuple[str, UUID] | None = None) -> UUID:
    """The sealed desk shares one finding with the other desk."""
    (share,) = sharing.release(
        world.staff(duty), world.desk_id, to=[OTHER], items=[item or ("finding", finding(world))], terms=terms
    )
    return share


def parties(item_id: UUID) -> set[str]:
    """The parties that see an item."""
    return set(db.session.scalars(select(Audience.party).where(Audience.item_id == item_id)))


def items(share_id: UUID) -> list[ShareItem]:
    """The copies of a share."""
    db.session.rollback()
    return list(db.session.scalars(select(ShareItem).where(ShareItem.share_id == share_id)))


def test_sharing_is_an_act_with_a_ledger_entry_and_leaves_the_item_where_it_is(world: World) -> None:
    key = finding(world)
    before = parties(key)
    share_id = give(world)
    share = db.session.get_one(Share, share_id)
    (item,) = items(share_id)
    assert parties(key) == before == {f"desk:{SEALED}"}, "the finding itself stays with its desk"
    assert parties(share_id) == {f"desk:{SEALED}", f"desk:{OTHER}"}
    assert parties(item.id) == {f"desk:{SEALED}"}, "it opens with the acknowledgement"
    assert share.instrument is not None and share.instrument["name"].startswith("SEC-FCA supervisory")
    assert share.before_opening and share.provision == "Article 4" and share.consent is None
    event = db.session.scalars(select(TrailEvent).where(TrailEvent.kind == "share.release_sealed")).one()
    assert event.audience == [f"desk:{SEALED}", f"desk:{OTHER}"]
    assert not db.session.scalars(select(ShareNotice)).all(), "the firm is not told"
    assert list(trails.verify(files=False)) == []


def test_a_copy_stays_as_it_was_shared(world: World) -> None:
    share_id, key = give(world), finding(world)
    old = items(share_id)[0].content
    row = db.session.get_one(Finding, key)
    assessments.record_finding(
        world.staff("case"), world.desk_id, row.criterion_id, value="not_met", reasons="Later words.",
        version=row.version,
    )  # fmt: skip
    assert items(share_id)[0].content == old
    assert "Later words." not in str(old)


def test_who_may_share_and_who_may_not(world: World) -> None:
    with pytest.raises(NotAllowed):
        give(world, duty="case")
    for duty in ("intake", "specialist", "decision", "issuing", "supervisor"):
        with pytest.raises(NotAllowed):
            give(world, duty=duty)
    for duty in ("records", "admin", "ethics"):
        with pytest.raises((NotAllowed, NotFound)):
            give(world, duty=duty)
    with pytest.raises(NotFound):
        sharing.release(
            world.other("coordinator"), world.desk_id, to=[OTHER], items=[("finding", finding(world))], terms=MOU
        )
    with pytest.raises(NotAllowed):
        sharing.release(
            world.outsiders["signatory@harbourlight.example"], world.desk_id, to=[OTHER],
            items=[("finding", finding(world))], terms=MOU,
        )  # fmt: skip
    assert not db.session.scalars(select(Share)).all()
    give(world, duty="case", item=("letter", letter(world)))  # no part of the assessment


def test_nobody_shares_what_is_not_of_their_own_desk(world: World) -> None:
    for item in (
        ("finding", finding(world, OTHER)),
        ("position", world.case_id),
        ("document", world.case_id),
        ("thread", world.case_id),
    ):
        with pytest.raises((NotFound, BadInput)):
            give(world, item=item)


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        (changed(purpose=" "), "purpose"),
        (changed(restriction=""), "restriction"),
        (changed(instrument="exchange-act-24c"), "instrument"),
        (changed(instrument="fca-cftc-2018"), "instrument"),
        (changed(instrument=""), "instrument"),
        (changed(basis="whim"), "basis"),
        (changed(onward="sometimes"), "onward"),
        (changed(tell_reason=""), "tell_reason"),
        (changed(basis="obligation", provision=""), "provision"),
        (changed(basis="consent", consent=""), "consent"),
        (changed(basis="consent", consent=DECLARED), "consent"),
        (changed(basis="consent", consent="nonsense"), "consent"),
    ],
)
def test_terms_that_are_wrong_are_named(world: World, terms: Terms, field: str) -> None:
    with pytest.raises(BadInput) as refused:
        give(world, terms=terms)
    assert field in refused.value.problems
    assert not db.session.scalars(select(Share)).all()


def test_observers_and_strangers_receive_nothing(world: World) -> None:
    for to in ([], ["CFTC"], [SEALED], ["nobody"]):
        with pytest.raises(BadInput):
            sharing.release(
                world.staff("coordinator"), world.desk_id, to=to, items=[("finding", finding(world))], terms=MOU
            )


def test_the_other_desk_acknowledges_before_it_reads(world: World) -> None:
    share_id = give(world)
    (item,) = items(share_id)
    for duty in ("intake", "specialist", "decision", "supervisor", "records"):
        with pytest.raises((NotAllowed, NotFound)):
            shared.acknowledge(world.other(duty), share_id)
    with pytest.raises(NotFound):
        shared.acknowledge(world.staff("coordinator"), share_id)
    shared.acknowledge(world.other("case"), share_id)
    assert parties(item.id) == {f"desk:{SEALED}", f"desk:{OTHER}"}
    shared.acknowledge(world.other("coordinator"), share_id)
    db.session.rollback()
    assert db.session.get_one(Share, share_id).acknowledged_by == world.other("case").person_id
    assert len(db.session.scalars(select(TrailEvent).where(TrailEvent.kind == "share.acknowledge")).all()) == 1


def test_a_recall_ends_reading_and_stays_on_record(world: World) -> None:
    share_id = give(world)
    (item,) = items(share_id)
    with pytest.raises(BadInput):
        shared.recall(world.staff("coordinator"), share_id, reason=" ")
    with pytest.raises(NotAllowed):
        shared.recall(world.staff("case"), share_id, reason="Mine?")
    with pytest.raises(NotFound):
        shared.recall(world.other("coordinator"), share_id, reason="Not ours.")
    shared.acknowledge(world.other("coordinator"), share_id)
    shared.recall(world.staff("coordinator"), share_id, reason="Sent too early.")
    assert parties(item.id) == {f"desk:{SEALED}"}
    assert parties(share_id) == {f"desk:{SEALED}", f"desk:{OTHER}"}, "the entry itself stays for both"
    with pytest.raises(NotNow):
        shared.recall(world.staff("coordinator"), share_id, reason="Again.")
    second = give(world)
    shared.recall(world.staff("coordinator"), second, reason="At once.")
    with pytest.raises(NotNow):
        shared.acknowledge(world.other("coordinator"), second)
    assert list(trails.verify(files=False)) == []


def test_a_notice_of_use_is_recorded_and_told_to_the_provider(world: World) -> None:
    share_id = give(world, terms=changed(notify_before_use=True))
    with pytest.raises(NotNow):
        shared.notify_use(world.other("case"), share_id, use="For our notice of hearing.")
    shared.acknowledge(world.other("case"), share_id)
    with pytest.raises(BadInput):
        shared.notify_use(world.other("case"), share_id, use="")
    with pytest.raises(NotFound):
        shared.notify_use(world.staff("coordinator"), share_id, use="Ours already.")
    shared.notify_use(world.other("case"), share_id, use="For our notice of hearing.")
    told = db.session.scalars(select(OutboxMessage.person_id).where(OutboxMessage.action == "share.use")).all()
    assert world.staff("coordinator").person_id in told and world.other("case").person_id not in told


def test_letters_go_only_to_people_of_the_other_desk_who_may_open_it(world: World) -> None:
    give(world)
    told = set(db.session.scalars(select(OutboxMessage.person_id).where(OutboxMessage.action == "share.release")))
    may = {world.other(duty).person_id for duty in ("intake", "coordinator", "case", "specialist", "decision")}
    assert told == may, "not the issuing administrator, the supervisor, or who has not declared"


def test_consent_of_the_application_does_not_cover_assessments_but_a_message_may(world: World) -> None:
    firm = world.outsiders["signatory@harbourlight.example"]
    agreed = correspondence.begin(
        firm, world.case_id, kind="message", subject="We agree", text="Share your finding with the SEC.",
        desks=[SEALED],
    )  # fmt: skip
    elsewhere = correspondence.begin(
        firm, world.case_id, kind="message", subject="For the SEC", text="Only for you.", desks=[OTHER]
    )
    post = first_post(agreed)
    with pytest.raises(BadInput):
        give(world, terms=changed(basis="consent", consent=str(first_post(elsewhere))))
    share_id = give(world, terms=changed(basis="consent", consent=str(post), tell_reason=""))
    share = db.session.get_one(Share, share_id)
    assert share.consent is not None and share.consent["words"] == "Share your finding with the SEC."
    notice = db.session.scalars(select(ShareNotice).where(ShareNotice.share_id == share_id)).one()
    assert parties(notice.id) == {"firm", f"desk:{SEALED}"} and notice.kinds == ["finding"]
    told = db.session.scalars(select(OutboxMessage.person_id).where(OutboxMessage.action == "share.tell")).all()
    assert firm.person_id in told


def first_post(thread_id: UUID) -> UUID:
    """The id of the first entry of a thread."""
    return db.session.scalars(select(Post.id).where(Post.thread_id == thread_id)).one()


def test_correspondence_is_shared_without_the_words_of_another_desk(world: World) -> None:
    firm = world.outsiders["signatory@harbourlight.example"]
    ours = correspondence.begin(
        firm, world.case_id, kind="message", subject="To both", text="Words of the firm.", desks=[SEALED, OTHER]
    )
    correspondence.write(world.other("case"), ours, text="Words of the other desk.")
    correspondence.write(world.staff("case"), ours, text="Words of this desk.")
    theirs = correspondence.begin(
        world.other("case"), world.case_id, kind="message", subject="Begun there", text="More words.", desks=[SEALED],
        with_firm=True,
    )  # fmt: skip
    content = str(items(give(world, item=("thread", ours)))[0].content)
    assert "Words of the firm." in content and "Words of this desk." in content
    assert "Words of the other desk." not in content and "Only those of the authority" in content
    offered = {row.id for row in shareable(world.staff("case"), world.case_id).items if row.kind == "thread"}
    assert ours in offered and theirs not in offered
    with pytest.raises(NotFound):
        give(world, item=("thread", theirs))


def test_the_desk_can_tell_the_firm_later_once(world: World) -> None:
    share_id = give(world)
    with pytest.raises(NotAllowed):
        shared.tell_firm(world.staff("case"), share_id)
    shared.tell_firm(world.staff("coordinator"), share_id)
    with pytest.raises(NotNow):
        shared.tell_firm(world.staff("coordinator"), share_id)
    assert len(db.session.scalars(select(ShareNotice)).all()) == 1


def test_a_position_can_be_sent_where_law_obliges_and_stays_sealed_otherwise(world: World) -> None:
    story.file(world.cast, world.case_id, SEALED, "refuse", "Sealed summary.")
    position = db.session.scalars(select(Position.id).where(Position.desk_id == world.desk_id)).one()
    sealed = set(
        db.session.scalars(
            select(Audience.party).where(Audience.item_id == position, Audience.visible_from.is_not(None))
        )
    )
    share_id = give(
        world,
        terms=changed(basis="obligation", provision="FSMA s354A", instrument=""),
        item=("position", position),
    )
    assert "Sealed summary." in str(items(share_id)[0].content)
    shared.acknowledge(world.other("coordinator"), share_id)
    after = set(
        db.session.scalars(
            select(Audience.party).where(Audience.item_id == position, Audience.visible_from.is_not(None))
        )
    )
    assert sealed == after == {f"desk:{SEALED}"}


def test_a_received_item_is_shared_on_only_where_its_terms_allow(maker: Maker) -> None:
    world = build(maker)
    share_id = give(world)
    (item,) = items(share_id)
    with pytest.raises(NotNow):
        sharing.share_on(world.other("coordinator"), share_id, to=["CFTC"], items=[item.id], terms=MOU)
    allowed = give(world, terms=changed(onward="allowed"))
    with pytest.raises(NotNow):  # not acknowledged
        sharing.share_on(world.other("coordinator"), allowed, to=["CFTC"], items=[item.id], terms=MOU)
    shared.acknowledge(world.other("coordinator"), allowed)
    with pytest.raises(BadInput):  # back to where it came from, and an item of another share
        sharing.share_on(world.other("coordinator"), allowed, to=[SEALED], items=[item.id], terms=MOU)
