"""Windows to the second, places of a cohort, the reserve list, deferral with the acceptance kept, and fees."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from sandbox.cli.demo import scenes, story
from sandbox.cli.demo.firms import FIRMS
from sandbox.cli.demo.story import Cast
from sandbox.domain.actors import Actor
from sandbox.domain.errors import BadInput, Incomplete, NotAllowed, NotFound, NotNow
from sandbox.domain.intake import Standing, Window, next_window, open_window
from sandbox.extensions import db
from sandbox.models.catalogue import Authority, Programme
from sandbox.models.intake import Cohort, CohortPlace, FeeReceipt
from sandbox.queries import intake as queries
from sandbox.services import applications, desks, intake
from sandbox.services.unit import use_case
from tests.factories import Maker
from tests.journeys.staging import people

OPENS = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
CLOSES = datetime(2026, 12, 15, 17, 0, tzinfo=UTC)
WINDOWS = (
    Window("first", "First cohort", OPENS, CLOSES, 1),
    Window("second", "Second cohort", OPENS + timedelta(days=60), CLOSES + timedelta(days=60), 1),
)


@pytest.fixture
def cohorts(app: Flask) -> Iterator[dict[str, UUID]]:
    """The programme takes applications in two windows, with one place each; as before afterwards."""
    row = db.session.scalars(select(Programme).order_by(Programme.code).limit(1)).one()
    before, key = dict(row.content), row.id
    row.content = {**before, "intake": "window"}
    made = {
        one.code: Cohort(
            programme_id=key,
            code=one.code,
            title=one.title,
            opens_at=one.opens_at,
            closes_at=one.closes_at,
            places=one.places,
        )
        for one in WINDOWS
    }
    db.session.add_all(made.values())
    db.session.commit()
    yield {code: one.id for code, one in made.items()}
    db.session.rollback()
    db.session.get_one(Programme, key).content = before
    db.session.commit()


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """A moment within the first window."""
    with time_machine.travel(OPENS + timedelta(days=1), tick=False) as traveller:
        yield traveller


@pytest.fixture
def cast(maker: Maker) -> Cast:
    """Everybody."""
    people(maker)
    return Cast()


def led(cast: Cast, place: int = 0) -> tuple[UUID, Actor]:
    """A submitted case with staff at its desks, and the coordinator of the lead."""
    case_id = scenes.submitted(cast, FIRMS[place])
    for code in story.codes_of(case_id):
        story.staff_desk(cast, case_id, code, team=("case", "coordinator"))
    return case_id, cast.staff("FCA", "coordinator")


def standing(case_id: UUID) -> CohortPlace:
    db.session.rollback()
    return db.session.scalars(
        select(CohortPlace).where(CohortPlace.case_id == case_id, CohortPlace.until.is_(None))
    ).one()


def test_a_window_is_open_from_its_first_to_before_its_last_second() -> None:
    second = timedelta(seconds=1)
    for moment, code in ((OPENS - second, None), (OPENS, "first"), (CLOSES - second, "first"), (CLOSES, None)):
        found = open_window(WINDOWS, moment)
        assert (found.code if found else None) == code, moment
    following = next_window(WINDOWS, CLOSES)
    assert following is not None
    assert following.code == "second"


def test_outside_a_window_a_draft_is_kept_and_not_submitted(
    cast: Cast, cohorts: dict[str, UUID], clock: time_machine.Traveller
) -> None:
    draft = scenes.drafted(cast, FIRMS[0], starts_in=60)
    signatory = scenes.person(cast, FIRMS[0], "signatory")
    clock.move_to(CLOSES)
    with pytest.raises(Incomplete, match=r"“Second cohort” opens on Sat 30 Jan 2027 09:00 UTC\. Your draft is kept"):
        story.submit(signatory, draft)
    clock.move_to(CLOSES - timedelta(seconds=1))
    case_id = story.submit(signatory, draft)
    assert standing(case_id).standing == Standing.APPLIED


def test_a_rolling_programme_has_no_places(cast: Cast) -> None:
    case_id = scenes.submitted(cast, FIRMS[0])
    with pytest.raises(NotFound):
        queries.place(cast.staff("FCA", "coordinator"), case_id)
    with pytest.raises(NotFound):
        intake.give_place(cast.staff("FCA", "coordinator"), case_id)


def test_the_last_place_the_reserve_list_and_its_release(
    cast: Cast, cohorts: dict[str, UUID], clock: time_machine.Traveller
) -> None:
    (one, lead), (other, _) = led(cast), led(cast, 1)
    intake.give_place(lead, one)
    assert intake.taken(cohorts["first"]) == 1
    with pytest.raises(NotNow, match="All 1 places of “First cohort” are taken"):
        intake.give_place(lead, other)
    intake.put_on_reserve(lead, other)
    assert standing(other).rank == 1
    with pytest.raises(BadInput):
        intake.release(lead, one, reason=" ")
    intake.release(lead, one, reason="The firm is not ready.")
    intake.give_place(lead, other)
    assert standing(other).standing == Standing.PLACE
    assert standing(one).standing == Standing.RELEASED


def test_an_accepted_firm_that_is_not_ready_keeps_its_acceptance(
    cast: Cast, cohorts: dict[str, UUID], clock: time_machine.Traveller
) -> None:
    """Edge case 16: deferred to the next cohort, acceptance kept; the place of the first is free again."""
    (one, lead), (other, _) = led(cast), led(cast, 1)
    intake.give_place(lead, one)
    with pytest.raises(BadInput):
        intake.defer(lead, one, cohort="first", reason="Not ready.")
    intake.defer(lead, one, cohort="second", reason="Not ready.")
    row = standing(one)
    assert (row.cohort_id, row.standing, row.kept) == (cohorts["second"], Standing.PLACE, True)
    intake.give_place(lead, other)
    with pytest.raises(NotNow, match="Second cohort"):
        intake.defer(lead, other, cohort="second", reason="Not ready either.")
    page = queries.place(lead, one)
    assert [step.cohort for step in page.steps] == ["Second cohort", "First cohort", "First cohort"]


def test_the_last_place_is_given_once(
    app: Flask, cast: Cast, cohorts: dict[str, UUID], clock: time_machine.Traveller
) -> None:
    """RA-06: two decisions at the same moment."""
    (one, lead), (other, _) = led(cast), led(cast, 1)
    start, said = threading.Barrier(2), []

    def go(case_id: UUID) -> None:
        with app.app_context():
            start.wait()
            try:
                intake.give_place(lead, case_id)
                said.append("given")
            except NotNow:
                said.append("full")
            finally:
                db.session.remove()

    db.session.remove()
    threads = [threading.Thread(target=go, args=(key,)) for key in (one, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["full", "given"]
    assert intake.taken(cohorts["first"]) == 1


def test_only_the_lead_moves_places(cast: Cast, cohorts: dict[str, UUID], clock: time_machine.Traveller) -> None:
    case_id, _lead = led(cast)
    for code, duty in (("SEC", "coordinator"), ("FCA", "case"), ("FCA", "intake")):
        with pytest.raises(NotAllowed):
            intake.give_place(cast.staff(code, duty), case_id)
    for stranger in (scenes.person(cast, FIRMS[1], "signatory"),):
        with pytest.raises(NotFound):
            intake.give_place(stranger, case_id)
        with pytest.raises(NotFound):
            queries.place(stranger, case_id)
    assert standing(case_id).standing == Standing.APPLIED


def test_a_withdrawn_case_gives_its_place_up(
    cast: Cast, cohorts: dict[str, UUID], clock: time_machine.Traveller
) -> None:
    case_id, lead = led(cast)
    intake.give_place(lead, case_id)
    signatory = scenes.person(cast, FIRMS[0], "signatory")
    applications.withdraw(signatory, story.application_of(case_id), reason="We stop.")
    assert intake.taken(cohorts["first"]) == 0
    with pytest.raises(NotNow):
        intake.give_place(lead, case_id)


def test_a_cohort_shows_the_cases_that_one_knows(
    cast: Cast, cohorts: dict[str, UUID], clock: time_machine.Traveller
) -> None:
    case_id, lead = led(cast)
    found, rows = queries.cohort(lead, cohorts["first"])
    assert [row.case_id for row in rows] == [case_id]
    assert found.waiting == 1
    desks.recuse(cast.staff("FCA", "ethics"), story.desk_of(case_id, "FCA"), person_id=lead.me, reason="Too close.")
    assert queries.cohort(lead, cohorts["first"])[1] == ()


# --- fees ------------------------------------------------------------------------------------------------------------

FEE = {
    "code": "application",
    "title": "Application fee",
    "due": "With the application",
    "amount": "500",
    "currency": "GBP",
    "source": "For a test",
    "sure": "programme",
}


@pytest.fixture
def charging(app: Flask) -> Iterator[None]:
    """The FCA charges a fee in this test."""

    @use_case
    def charge(fees: list[dict[str, str]]) -> None:
        row = db.session.scalars(select(Authority).where(Authority.code == "FCA")).one()
        row.content, row.charges_fees = {**row.content, "fees": fees}, bool(fees)

    charge([FEE])
    yield
    charge([])


def test_a_fee_is_recorded_read_by_firm_and_desk_and_struck(cast: Cast, charging: None) -> None:
    case_id, lead = led(cast)
    desk_id, day = story.desk_of(case_id, "FCA"), date(2026, 11, 2)
    with pytest.raises(BadInput):
        intake.record_fee(lead, desk_id, fee="unknown", amount=Decimal(1), received_on=day)
    receipt = intake.record_fee(
        lead, desk_id, fee="application", amount=Decimal("500"), received_on=day, reference="X1"
    )
    signatory = scenes.person(cast, FIRMS[0], "signatory")
    for reader in (lead, signatory):
        (fees,) = queries.place(reader, case_id).fees
        assert [(one.title, one.amount, one.currency) for one in fees.receipts] == [("Application fee", 500, "GBP")]
    with pytest.raises(NotFound):
        queries.place(cast.staff("SEC", "coordinator"), case_id)
    intake.strike_fee(lead, receipt, reason="Booked twice.")
    with pytest.raises(NotNow):
        intake.strike_fee(lead, receipt, reason="Again.")
    db.session.rollback()
    assert db.session.get_one(FeeReceipt, receipt).struck_reason == "Booked twice."
