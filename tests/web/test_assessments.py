"""The workbench, conditions, the position, positions side by side and the divergence board, as people use them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from sandbox.cli.demo import story
from sandbox.domain.actors import Actor
from sandbox.extensions import db
from sandbox.models.assessments import Disposition, Divergence, Finding, Position, ProposedCondition
from sandbox.models.catalogue import Criterion
from sandbox.models.desks import Case
from tests.factories import Maker
from tests.journeys.colleagues import second_officer
from tests.journeys.staging import OTHER, SEALED, World, build, open_positions

As = Callable[[Actor], Any]


@pytest.fixture
def world(maker: Maker) -> World:
    """A case in assessment and one just routed."""
    return build(maker)


def finding(world: World) -> tuple[Any, Any]:
    """A finding of the sealed desk and its criterion."""
    db.session.rollback()
    row = db.session.execute(
        select(Finding, Criterion)
        .join(Criterion, Criterion.id == Finding.criterion_id)
        .where(Finding.desk_id == world.desk_id, Criterion.code == "readiness"),
    ).one()
    return row[0], row[1]


def read_by(world: World) -> dict[str, str]:
    """What every form of the page says of the version of the dossier that was read."""
    return {"read": str(db.session.get_one(Case, world.case_id).current_version_id)}


def test_dossier_and_assessment_stand_side_by_side(world: World, as_: As) -> None:
    page = as_(world.staff("case")).get(f"/cases/{world.case_id}/assessment?criterion=readiness")
    assert page.status_code == 200
    assert "Are the testing plan, the resources and the safeguards ready?" in page.text
    assert "Exit plan" in page.text and "What speaks against it" in page.text
    assert "Save this finding" not in as_(world.staff("coordinator")).get(f"/cases/{world.case_id}/assessment").text
    assert as_(world.staff("issuing")).get(f"/cases/{world.case_id}/assessment").status_code == 403


def test_the_second_writer_keeps_what_they_typed(world: World, maker: Maker, as_: As) -> None:
    row, criterion = finding(world)
    path, version = f"/cases/{world.case_id}/assessment/criteria/{criterion.id}", row.version
    first = {
        "value": "partly",
        "reasons": "First words.",
        "version": version,
        "negative": "An early idea",
        **read_by(world),
    }
    assert as_(world.staff("case")).send(path, first).status_code == 302
    late = {"value": "not_met", "reasons": "Second words.", "version": version, **read_by(world)}
    colleague = as_(second_officer(world, maker))
    assert as_(world.staff("specialist")).send(path, late).status_code == 403, "a specialist writes inputs"
    refused = colleague.send(path, late)
    assert refused.status_code == 409
    assert "First words." in refused.text and "Second words." in refused.text
    saved, _ = finding(world)
    assert (saved.reasons, saved.indicators) == ("First words.", ["An early idea"])
    assert f'name="version" type="hidden" value="{saved.version}"' in refused.text
    again = colleague.send(path, {**late, "version": saved.version})
    assert again.status_code == 302
    assert finding(world)[0].reasons == "Second words."


@pytest.mark.parametrize(
    "wrong",
    [
        {"value": "met", "reasons": " ", "version": 1},
        {"value": "splendid", "reasons": "Words.", "version": 1},
        {"value": "met", "reasons": "Words."},
        {"value": "met", "reasons": "x" * 9000, "version": 1},
        {"value": "met", "reasons": "Words.", "version": 1, "positive": "Invented"},
    ],
    ids=["no reasons", "no such finding", "no version", "too long", "no such indicator"],
)
def test_a_finding_that_is_not_right_is_refused(world: World, as_: As, wrong: dict[str, Any]) -> None:
    _, criterion = finding(world)
    path = f"/cases/{world.case_id}/assessment/criteria/{criterion.id}"
    assert as_(world.staff("case")).send(path, {**read_by(world), **wrong}).status_code == 422
    assert finding(world)[0].value == "met"


def limit(world: World, **more: Any) -> dict[str, Any]:
    """A form that proposes a limit."""
    return {
        "title": "Total value",
        "kind": "limit",
        "text": "Stay below.",
        "origin": "imposed",
        "jurisdictions": "UK",
        "metric": "total-value",
        "comparator": "at_most",
        "threshold": "500000.50",
        "currency": "GBP",
        "window": "at_any_time",
        "version": 0,
        **read_by(world),
        **more,
    }


def test_conditions_are_proposed_changed_and_taken_back(world: World, as_: As) -> None:
    browser, path = as_(world.staff("case")), f"/cases/{world.case_id}/assessment/conditions"
    for wrong in ({"threshold": ""}, {"threshold": "1e9"}, {"currency": ""}, {"metric": ""}, {"jurisdictions": "FR"}):
        assert browser.send(f"{path}/new", limit(world, **wrong)).status_code == 422, wrong
    assert browser.send(f"{path}/new", limit(world)).status_code == 302
    db.session.rollback()
    row = db.session.execute(select(ProposedCondition).where(ProposedCondition.title == "Total value")).scalar_one()
    assert (str(row.threshold), row.currency, row.origin) == ("500000.5000", "GBP", "imposed")
    key, version = row.id, row.version
    assert "GBP 500,000.50" in browser.get(path).text.replace("\xa0", " ")
    assert browser.send(f"{path}/{key}", limit(world, title="Total", version=version)).status_code == 302
    late = browser.send(f"{path}/{key}", limit(world, title="Late words", version=version))
    assert late.status_code == 409 and "Late words" in late.text
    assert as_(world.other("case")).send(f"{path}/{key}/drop").status_code == 404
    assert browser.send(f"{path}/{key}/drop").status_code == 302
    db.session.rollback()
    assert db.session.get(ProposedCondition, key) is None


def test_a_limit_of_the_firm_is_taken_over_by_one_click(world: World, as_: As) -> None:
    browser, path = as_(world.staff("case")), f"/cases/{world.case_id}/assessment/conditions"
    assert "Take over" in browser.get(path).text
    assert browser.send(f"{path}/from-limit", {"number": "1"}).status_code == 302
    db.session.rollback()
    row = db.session.execute(select(ProposedCondition).where(ProposedCondition.metric == "total-value")).scalar_one()
    assert (int(row.threshold or 0), row.currency, row.origin, row.jurisdictions) == (2_000_000, "GBP", "firm", ["UK"])
    assert browser.send(f"{path}/from-limit", {"number": "99"}).status_code == 404


def test_filing_names_everything_missing_then_freezes_and_seals(world: World, as_: As) -> None:
    browser, path = as_(world.staff("case")), f"/cases/{world.case_id}/position"
    assert "sealed" in browser.get(path).text
    refused = browser.send(f"{path}/file", {})
    assert refused.status_code == 422
    for words in ("Choose what the desk recommends.", "Summarise the reasons", "Tick the box to file"):
        assert words in refused.text
    values = {"recommendation": "approve", "summary": "It may go on.", "sure": "y"}
    assert as_(world.staff("specialist")).send(f"{path}/file", values).status_code == 403
    assert browser.send(f"{path}/file", values).status_code == 302
    db.session.rollback()
    assert db.session.scalar(select(Position.summary).where(Position.desk_id == world.desk_id)) == "It may go on."
    assert "Filed, frozen and sealed" in browser.get(path).text
    assert browser.send(f"{path}/file", values).status_code == 409
    theirs = as_(world.other("case")).get(f"/cases/{world.case_id}/positions").text
    assert "It may go on." not in theirs and "The positions are sealed" in theirs
    assert as_(world.other("case")).get(f"/cases/{world.case_id}/divergences").status_code == 200


def test_differences_are_settled_by_every_desk(world: World, as_: As) -> None:
    open_positions(world)
    path = f"/cases/{world.case_id}/divergences"
    key = db.session.execute(select(Divergence.id).where(Divergence.key == "total-value")).scalar_one()
    prefix = key.hex[:8]
    officer, other = as_(world.staff("case")), as_(world.other("case"))
    assert "Different currencies" in officer.get(path).text
    assert officer.send(f"{path}/{key}", {}).status_code == 422
    assert officer.send(f"{path}/{key}", {f"{prefix}-choice": "new_text"}).status_code == 422
    assert officer.send(f"{path}/{key}", {f"{prefix}-choice": "adopt"}).status_code == 422
    assert officer.send(f"{path}/{key}", {f"{prefix}-choice": "both"}).status_code == 302
    assert f"Choose the same as {SEALED}" in other.get(path).text
    assert as_(world.other("decision")).send(f"{path}/{key}", {f"{prefix}-choice": "both"}).status_code == 403
    assert other.send(f"{path}/{key}", {f"{prefix}-choice": "both"}).status_code == 302
    db.session.rollback()
    assert db.session.scalar(select(Divergence.disposition).where(Divergence.id == key)) == "both"
    assert "both apply, each in its own jurisdiction" in officer.get(path).text
    assert other.send(f"{path}/{key}", {f"{prefix}-choice": "both"}).status_code == 409
    assert len(db.session.scalars(select(Disposition).where(Disposition.divergence_id == key)).all()) == 2
    side = other.get(f"/cases/{world.case_id}/positions").text
    assert f"{SEALED} approves with conditions." in side and f"{OTHER} approves with conditions." in side
    firm = as_(world.outsiders["signatory@harbourlight.example"])
    assert firm.get(path).status_code == 403
    assert f"{SEALED} approves" not in firm.get(f"/cases/{world.case_id}").text


def test_a_case_without_own_desk_is_not_there(world: World, as_: As, maker: Maker) -> None:
    stranger = as_(maker.staff("CFTC", *world.staff("case").roles))
    for part in ("", "/assessment", "/positions", "/divergences", "/position", "/assessment/conditions"):
        assert stranger.get(f"/cases/{world.case_id}{part}").status_code == 404
    assert story.codes_of(world.case_id) == [SEALED, OTHER]
