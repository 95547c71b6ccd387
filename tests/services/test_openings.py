"""The opening: all at once, exactly once, in few statements; desks that join later file before they read."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from sandbox.cli.demo import story
from sandbox.domain import audiences
from sandbox.domain.actions import Action
from sandbox.domain.actors import SYSTEM, Actor, Role
from sandbox.domain.canonical import record_hash
from sandbox.domain.errors import NotFound
from sandbox.extensions import db
from sandbox.models.assessments import Disposition, Divergence, JointPosition, Position
from sandbox.models.base import now
from sandbox.models.desks import Case, Desk
from sandbox.models.messages import OutboxMessage
from sandbox.models.trail import Audience, TrailEvent
from sandbox.queries import assessments as queries
from sandbox.services import assessments, desks, divergences, joint_positions, openings, trail
from sandbox.services.unit import use_case
from tests.factories import Made, Maker
from tests.journeys.staging import DUTIES, OTHER, SEALED, World, build, open_positions

FOUR = ("BoE", "CFTC", "FCA", "SEC")
LATE = "BoE"


def finding(number: int, value: str) -> dict[str, object]:
    """A finding as a position records it."""
    joint = ("scope", "public-benefit", "consumer-protection", "readiness")[number % 4]
    return {
        "criterion": f"criterion-{number}", "criterion_number": 1, "title": f"Criterion {number}", "joint": joint,
        "value": value, "reasons": "Words.", "indicators": [],
    }  # fmt: skip


def limit(metric: str, threshold: int, **more: object) -> dict[str, object]:
    """A condition as a position records it."""
    return {
        "kind": "limit", "title": metric, "text": metric, "origin": "imposed", "legal_basis": "", "jurisdictions": [],
        "metric": metric, "comparator": "at_most", "threshold": str(threshold), "currency": None,
        "window": "at_any_time", "due_rule": None, "precedent_to_start": False, **more,
    }  # fmt: skip


def filed(case: Made, code: str, officer: Actor, record: dict[str, object]) -> None:
    """A position as a bare row, sealed to the other desks, and its desk assessed."""
    row = db.session.get_one(Case, case.id)
    position = Position(
        case_id=case.id, desk_id=case.desks[code], application_version_id=row.current_version_id,
        recommendation="approve", summary="As found.", record=record, sha256=record_hash(record),
        filed_by=officer.me, filed_at=now(),
    )  # fmt: skip
    db.session.add(position)
    db.session.flush()
    trail.show_to(position, "position", (audiences.desk(code),), case_id=case.id)
    others = audiences.desks(set(case.desks) - {code})
    trail.show_to(position, "position", others, case_id=case.id, visible=False)
    db.session.commit()


@use_case
def open_now(case_id: UUID) -> bool:
    """What filing the last position ends with."""
    return openings.open_if_complete(db.session.get_one(Case, case_id, with_for_update=True))


@use_case
def began(case_id: UUID) -> None:
    """A case has a history before its positions open."""
    trail.record(trail.case_scope(case_id), Action.APPLICATION_SUBMIT, SYSTEM, (audiences.FIRM,), case_id=case_id)


def test_four_desks_with_forty_criteria_open_in_25_statements(
    maker: Maker, statements: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    firm = maker.person(maker.firm(), Role.SIGNATORY)
    case = maker.case(firm, desks=FOUR, state="assessed")
    for place, code in enumerate(FOUR):
        for role in (Role.COORDINATOR, Role.CASE_OFFICER, Role.DECISION_MAKER):
            person = maker.staff(code, role)
            maker.assign(case, code, person)
            maker.declare(case, person)
        values = ("met", "partly", "met", "not_met")
        findings = [finding(number, values[(place + number) % 4] if number < 8 else "met") for number in range(40)]
        metrics = ("customers", "total-value", "transaction-value")
        conditions = [limit(metric, 100 + place) for metric in metrics]
        filed(case, code, person, {"findings": findings, "conditions": conditions})
    began(case.id)
    db.session.remove()
    with statements() as seen:
        assert open_now(case.id)
    assert len(seen) <= 25, "\n".join(one.replace("\n", " ")[:150] for one in seen)
    shown = select(func.count()).where(Audience.item_kind == "position", Audience.visible_from.is_not(None))
    assert db.session.scalar(shown) == 16
    assert set(db.session.scalars(select(Desk.state).where(Desk.case_id == case.id))) == {"deliberating"}
    assert db.session.scalar(select(func.count()).select_from(Divergence)) == 4 + 3
    told = db.session.execute(select(OutboxMessage.person_id).where(OutboxMessage.action == "desk.open")).all()
    assert len(told) == len(set(told)) == 12
    assert not open_now(case.id), "a second time there is nothing to open"


@pytest.mark.slow
def test_filing_at_the_same_instant_opens_exactly_once(app: Flask, maker: Maker) -> None:
    rounds, firm = 20, maker.person(maker.firm(), Role.SIGNATORY)
    officers = {code: maker.staff(code, Role.CASE_OFFICER) for code in (SEALED, OTHER)}
    cases = []
    for _ in range(rounds):
        case = maker.case(firm)
        for code, officer in officers.items():
            maker.assign(case, code, officer)
            maker.declare(case, officer)
            story_assess(case, code, officer)
        cases.append(case)
    for case in cases:
        start, problems = threading.Barrier(len(officers)), []

        def go(
            code: str, case: Made = case, start: threading.Barrier = start, problems: list[object] = problems
        ) -> None:
            with app.app_context():
                start.wait()
                try:
                    desk_id = case.desks[code]
                    assessments.file_position(officers[code], desk_id, recommendation="approve", summary=code)
                except Exception as error:
                    problems.append(error)
                finally:
                    db.session.remove()

        threads = [threading.Thread(target=go, args=(code,)) for code in officers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert problems == []
    db.session.remove()
    opened = select(TrailEvent.scope, func.count()).where(TrailEvent.kind == "desk.open").group_by(TrailEvent.scope)
    assert {count for _, count in db.session.execute(opened)} == {1}
    assert len(db.session.execute(opened).all()) == rounds
    assert set(db.session.scalars(select(Desk.state))) == {"deliberating"}
    instants = db.session.execute(select(Case.opened_at, Desk.opened_at).join(Desk, Desk.case_id == Case.id)).all()
    assert all(case_opened == desk_opened is not None for case_opened, desk_opened in instants)


def story_assess(case: Made, code: str, officer: Actor) -> None:
    """A finding on every criterion of the authority."""
    from sandbox.models.catalogue import Authority, Criterion  # noqa: PLC0415

    rows = db.session.scalars(
        select(Criterion.id)
        .join(Authority, Authority.id == Criterion.authority_id)
        .where(Authority.code == code, Criterion.current.is_(True)),
    ).all()
    for criterion in rows:
        assessments.record_finding(officer, case.desks[code], criterion, value="met", reasons="As the file shows.")


# --- desks that join late --------------------------------------------------------------------------------------------


@pytest.fixture
def world(maker: Maker) -> World:
    """A case whose positions are open and differ."""
    found = build(maker)
    open_positions(found)
    return found


def join(world: World, maker: Maker) -> UUID:
    """A third desk joins the opened case, and assesses it. Its own people do all of it."""
    for duty, role in DUTIES.items():
        email = f"{duty}@{LATE.lower()}.example"
        maker.person(maker.authority(LATE), role, name=f"{duty} of {LATE}".title(), email=email)
    desk = Desk(case_id=world.case_id, authority_id=maker.authority(LATE), state="routed", required=False)
    db.session.add(desk)
    db.session.commit()
    story.staff_desk(world.cast, world.case_id, LATE)
    story.screen(world.cast, world.case_id, LATE)
    return desk.id


def late(world: World, duty: str = "case") -> Actor:
    """Somebody of the desk that joined."""
    return world.cast.staff(LATE, duty)


def key(metric: str) -> UUID:
    """The divergence on a metric."""
    return db.session.execute(select(Divergence.id).where(Divergence.key == metric)).scalar_one()


def settle_everything(world: World) -> None:
    """Every open divergence gets a disposition."""
    for row in db.session.scalars(select(Divergence.id).where(Divergence.state == "open")).all():
        for officer in (world.staff("case"), world.other("case")):
            divergences.settle(officer, row, choice="both")


def board(who: Actor, world: World) -> queries.Board:
    """The board as this person reads it."""
    db.session.rollback()
    return queries.board(who, world.case_id, now().date())


def test_a_late_desk_reads_nothing_before_it_has_filed(world: World, maker: Maker) -> None:
    divergences.discuss(world.staff("case"), key("total-value"), text="Between us.")
    join(world, maker)
    divergences.settle(world.staff("case"), key("total-value"), choice="both")
    for duty in ("case", "coordinator", "decision", "specialist"):
        with pytest.raises(queries.NotOpen):
            board(late(world, duty), world)
    seen = queries.comparison(late(world), world.case_id)
    assert [one.code for one in seen.desks if one.record is not None] == []
    party = audiences.desk(LATE)
    kinds = set(db.session.scalars(select(Audience.item_kind).where(Audience.party == party)))
    assert kinds <= {"trail", "version", "letter"}
    for act in (
        lambda: divergences.settle(late(world), key("total-value"), choice="both"),
        lambda: divergences.discuss(late(world), key("total-value"), text="Words."),
        lambda: divergences.plan(late(world, "coordinator"), key("total-value"), owner_id=None, due_on=None),
        lambda: queries.discussion(late(world), world.case_id, key("total-value")),
        lambda: queries.contradictions(late(world), world.case_id),
        lambda: queries.joint_position(late(world), world.case_id),
        lambda: queries.meetings(late(world), world.case_id),
    ):
        with pytest.raises(NotFound):
            act()


def test_a_late_desk_is_told_that_positions_are_sealed_to_it(
    world: World, maker: Maker, as_: Callable[[Actor], Any]
) -> None:
    """Overview, decisions and the audit body's list say what the pages of the positions say, until it has filed."""
    path = f"/cases/{world.case_id}"
    auditor = as_(world.outsiders["auditor@audit_body.example"])
    chain = f"Case {db.session.get_one(Case, world.case_id).reference}"

    def row() -> str:
        return str(auditor.get("/trail").text.split(chain)[1].split("</tr>")[0])

    assert "Sealed" not in row()
    assert "Deliberating" in as_(world.staff("case")).get(path).text
    join(world, maker)
    assert row().count("Sealed") == 2, "neither size nor time"
    browser = as_(late(world))
    page = browser.get(path).text
    assert "Positions are sealed until your authority has filed its own." in page
    assert "Positions are open" not in page and "Opened " not in page and "Deliberating" not in page
    assert "Deliberating" not in browser.get(f"{path}/decision").text
    assert "Positions are open." in as_(world.staff("case")).get(path).text, "it is open to those who filed"
    story.assess(world.cast, world.case_id, LATE, views={}, conditions=[story.reporting("UK")])
    story.file(world.cast, world.case_id, LATE, "approve_with_conditions", "The late view.")
    page = as_(late(world)).get(path).text
    assert "Positions are open." in page and "Deliberating" in page
    assert "Sealed" not in row()


def test_the_others_settle_without_a_desk_that_has_not_filed(world: World, maker: Maker) -> None:
    join(world, maker)
    settle_everything(world)
    assert board(world.staff("case"), world).open == 0


def test_when_it_files_positions_open_both_ways_and_only_new_views_reopen(world: World, maker: Maker) -> None:
    divergences.discuss(world.staff("case"), key("total-value"), text="Between us.")
    settle_everything(world)
    joint_positions.record(world.staff("case"), world.case_id)
    before = {row.id: row.sha256 for row in db.session.scalars(select(Position))}
    rows = {row.key for row in db.session.scalars(select(Divergence))}
    join(world, maker)
    assert {row.key for row in db.session.scalars(select(Divergence))} == rows, "nothing changes before it files"
    same = story.limit("UK", "total-value", "2000000", "GBP", "Total value outstanding")
    conditions = [same, story.reporting("UK")]
    story.assess(world.cast, world.case_id, LATE, views={}, conditions=conditions)
    story.file(world.cast, world.case_id, LATE, "approve_with_conditions", "The late view.")
    db.session.rollback()
    mine, theirs = board(late(world), world), board(world.staff("case"), world)
    assert [row.id for row in mine.all] == [row.id for row in theirs.all] != []
    assert set(mine.desks) == {LATE, SEALED, OTHER}
    assert {one.code for one in queries.comparison(late(world), world.case_id).desks if one.record} == set(mine.desks)
    assert {one.code for one in queries.comparison(world.other("case"), world.case_id).desks if one.record} == {
        LATE, SEALED, OTHER,
    }  # fmt: skip
    total = next(row for row in mine.all if row.key == "total-value")
    assert total.settled and total.disposition == "both", "the same view as another desk's changes nothing"
    assert total.views[LATE] is not None
    assert queries.discussion(late(world), world.case_id, total.id).posts.rows[0].text == "Between us."
    assert {row.id: row.sha256 for row in db.session.scalars(select(Position)) if row.id in before} == before
    desk = db.session.scalars(select(Desk).where(Desk.authority_id == maker.authority(LATE))).one()
    assert desk.state == "deliberating" and desk.opened_at is not None


def test_a_new_view_reopens_the_row_and_keeps_what_stood_as_superseded(world: World, maker: Maker) -> None:
    settle_everything(world)
    joint_positions.record(world.staff("case"), world.case_id)
    join(world, maker)
    other = story.limit("UK", "total-value", "100", "GBP", "Total value outstanding")
    story.assess(world.cast, world.case_id, LATE, conditions=[other, story.reporting("UK")])
    story.file(world.cast, world.case_id, LATE, "approve_with_conditions", "The late view.")
    db.session.rollback()
    row = db.session.get_one(Divergence, key("total-value"))
    assert (row.state, row.disposition, row.settled_at) == ("open", None, None)
    old = db.session.scalars(select(Disposition).where(Disposition.divergence_id == row.id)).all()
    assert len(old) == 2 and all(one.superseded_at is not None for one in old)
    assert db.session.scalars(select(JointPosition)).one().superseded_at is not None
    for officer in (world.staff("case"), world.other("case")):
        assert not divergences.settle(officer, row.id, choice="stricter")
    assert divergences.settle(late(world), row.id, choice="stricter")
    history = queries.discussion(late(world), world.case_id, row.id).history
    assert [one.superseded for one in history] == [False, False, False, True, True]


def test_finding_again_changes_nothing(world: World) -> None:
    divergences.settle(world.staff("coordinator"), key("total-value"), choice="agree_to_differ", text="Our law.")

    @use_case
    def again() -> bool:
        case = db.session.get_one(Case, world.case_id)
        records = {code: row.record for code, row in openings._deciding(world.case_id)[1].items()}
        return divergences.find(case, records, (OTHER,))

    before = [(row.id, row.state, row.views) for row in db.session.scalars(select(Divergence).order_by(Divergence.id))]
    assert not again() and not again()
    after = [(row.id, row.state, row.views) for row in db.session.scalars(select(Divergence).order_by(Divergence.id))]
    assert after == before


def test_positions_open_to_deciding_desks_only(maker: Maker) -> None:
    world = build(maker)
    db.session.add(Desk(case_id=world.case_id, authority_id=maker.authority("CFTC"), part="consults"))
    db.session.commit()
    open_positions(world)
    seen = select(Audience.item_kind).where(
        Audience.party == audiences.desk("CFTC"), Audience.visible_from.is_not(None)
    )
    assert set(db.session.scalars(seen)).isdisjoint({"position", "divergence"})
    assert desks.codes(world.case_id) == ["CFTC", SEALED, OTHER]
