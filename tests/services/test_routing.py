"""Desks by the rules: what is kept of each answer, the fallback queue, and the dry run."""

from __future__ import annotations

import json
import shutil
import time
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from sandbox.domain.actors import Organisation, Role
from sandbox.domain.errors import BadInput, Incomplete, NotAllowed, NotNow
from sandbox.extensions import db
from sandbox.models.catalogue import RuleSet
from sandbox.models.desks import Case, Desk, DeskRouting, LeadAssignment, Team
from sandbox.models.trail import TrailBody, TrailEvent
from sandbox.queries import applications as of_applications
from sandbox.queries import desks as queries
from sandbox.queries.trail import verify
from sandbox.services import catalogue, desks, unit
from sandbox.services.desks import dry_run
from tests.factories import Maker
from tests.journeys import drive

SHIPPED = Path(catalogue.SHIPPED)
ODD = {"product": {"activities": ["settlement"], "asset_classes": ["uk-qualifying-cryptoasset"]}}


def answer(case_id: object, code: str) -> DeskRouting:
    """The newest answer of a desk."""
    found = select(DeskRouting).where(DeskRouting.desk_id == drive.desk_of(case_id, code))  # type: ignore[arg-type]
    return db.session.scalars(found.order_by(DeskRouting.at.desc()).limit(1)).one()


def test_a_desk_keeps_the_version_and_the_rules_it_was_routed_by(app: Flask) -> None:
    case_id = drive.submit_application(drive.company(), ("UK", "US"))
    kept = answer(case_id, "FCA")
    rules = db.session.get_one(RuleSet, kept.rule_set_id)
    assert (rules.version, kept.cause, kept.fallback) == (1, "submitted", [])
    assert kept.won == ["fca-specified-investment-custody", "fca-specified-investment-transfer"]
    lost = {code: (kind, about) for code, kind, about in kept.lost}
    assert lost["fca-specified-investment-advice"] == ("activities", ["advice"])
    assert lost["fca-qualifying-stablecoin-custody"] == ("asset_classes", ["uk-qualifying-stablecoin"])
    first = db.session.scalars(select(LeadAssignment).where(LeadAssignment.case_id == case_id)).one()
    assert (first.authority_id, first.until) == (db.session.get_one(Case, case_id).lead_authority_id, None)


def test_a_rule_names_the_team(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    rules = db.session.scalars(select(RuleSet)).one()
    content = [dict(row, team="custody") if "custody" in row["activities"] else row for row in rules.content]
    monkeypatch.setattr(desks.routing, "rules_today", lambda _programme: rules)
    rules.content = content
    team = Team(authority_id=Maker().authority("FCA"), code="custody", name="Custody")
    db.session.add(team)
    db.session.flush()
    found = desks.routing.weighed(rules.programme_id, drive.answers(("UK", "US")))
    assert found.reached["FCA"].team == "custody"
    case_id = drive.submit_application(drive.company(), ("UK", "US"))
    assert db.session.get_one(Desk, drive.desk_of(case_id, "FCA")).team_id is None, "the change was not committed"


NO_REMIT = ["uk-qualifying-cryptoasset", "us-digital-collectible"]  # nobody in the US is asked about the second


def test_a_jurisdiction_without_remit_is_refused_before_it_is_submitted(app: Flask) -> None:
    with pytest.raises(Incomplete, match="No authority in US"):
        drive.submit_application(drive.company(), ("UK", "US"), product={"asset_classes": NO_REMIT})


# --- the fallback queue ----------------------------------------------------------------------------------------------


@pytest.fixture
def queue(empty_database: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> drive.Cast:
    """The shipped programme, whose files name the Bank of England for what no rule reaches in the United Kingdom."""
    files = tmp_path / "shipped"
    shutil.copytree(SHIPPED, files)
    path = files / "programmes" / "uk-us-digital-assets.toml"
    path.write_text(path.read_text() + '\n[[fallbacks]]\njurisdiction = "UK"\nauthority = "BoE"\n')
    monkeypatch.setattr(catalogue, "SHIPPED", files)
    assert catalogue.load()
    return drive.cast(("FCA", "BoE", "SEC"))


def test_what_no_rule_reaches_goes_to_the_fallback_queue(queue: drive.Cast) -> None:
    case_id = drive.submit_application(queue.company, ("UK",), product=ODD["product"])
    case = db.session.get_one(Case, case_id)
    desk = db.session.get_one(Desk, drive.desk_of(case_id, "BoE"))
    assert case.lead_authority_id == desk.authority_id and not desk.required
    assert "fallback queue" in desk.routed_because[0] and answer(case_id, "BoE").fallback == ["UK"]
    (shown,) = of_applications.overview(queue.company.signatory, case.application_id).received
    assert (shown.code, shown.required) == ("BoE", False)
    boe = queue.desks["BoE"]
    drive.staff(case_id, boe)
    page = queries.routing(boe.coordinator, case_id)
    assert page.mine is not None and page.mine.queue
    assert [code for code, _ in page.targets] == ["FCA"]


def test_the_fallback_queue_sends_a_case_on(queue: drive.Cast) -> None:
    case_id = drive.submit_application(queue.company, ("UK",), product=ODD["product"])
    boe, desk_id = queue.desks["BoE"], drive.desk_of(case_id, "BoE")
    drive.staff(case_id, boe)
    with pytest.raises(NotAllowed):
        desks.send_on(boe.officer, desk_id, authority="FCA", reason="Conduct.")
    with pytest.raises(BadInput) as refused:
        desks.send_on(boe.coordinator, desk_id, authority="SEC", reason="")
    assert set(refused.value.problems) == {"authority", "reason"}
    desks.send_on(boe.coordinator, desk_id, authority="FCA", reason="It is about conduct.")
    made = db.session.get_one(Desk, drive.desk_of(case_id, "FCA"))
    assert made.routed_because == ["Sent on from the fallback queue of BoE: It is about conduct."]
    assert (made.required, made.due_on is not None) == (True, True)
    assert db.session.get_one(Desk, desk_id).state == "opted_out"
    assert db.session.get_one(Case, case_id).lead_authority_id == made.authority_id
    with pytest.raises(NotNow):
        desks.keep(boe.coordinator, desk_id, reason="Ours after all.")
    assert list(verify()) == []


def test_the_fallback_queue_keeps_a_case(queue: drive.Cast) -> None:
    case_id = drive.submit_application(queue.company, ("UK",), product=ODD["product"])
    boe, desk_id = queue.desks["BoE"], drive.desk_of(case_id, "BoE")
    drive.staff(case_id, boe)
    with pytest.raises(BadInput):
        desks.keep(boe.coordinator, desk_id, reason=" ")
    desks.keep(boe.coordinator, desk_id, reason="Payment systems.")
    desk = db.session.get_one(Desk, desk_id)
    assert desk.routed_because[-1] == "Payment systems." and desk.state == "routed"
    page = queries.routing(boe.coordinator, case_id)
    assert page.mine is not None and not page.mine.queue and not page.mine.unreached
    with pytest.raises(NotNow):
        desks.send_on(boe.coordinator, desk_id, authority="FCA", reason="No.")


def test_a_desk_that_a_rule_reached_has_no_queue(app: Flask) -> None:
    cast = drive.cast(("FCA",))
    case_id = drive.submit_application(cast.company, ("UK",))
    fca = cast.desks["FCA"]
    drive.staff(case_id, fca)
    for act in (
        lambda: desks.keep(fca.coordinator, drive.desk_of(case_id, "FCA"), reason="x"),
        lambda: desks.send_on(fca.coordinator, drive.desk_of(case_id, "FCA"), authority="BoE", reason="x"),
    ):
        with pytest.raises(NotNow):
            act()


# --- the dry run -----------------------------------------------------------------------------------------------------


def without(*codes: str) -> str:
    """The shipped rules as the next version, without those of some codes."""
    text = (SHIPPED / "routing" / "uk-us.toml").read_text().replace("version = 1", "version = 2", 1)
    head, *rules = text.split("[[routes]]")
    kept = [rule for rule in rules if not any(f'code = "{code}"' in rule for code in codes)]
    return "[[routes]]".join([head, *kept])


def test_a_dry_run_says_what_would_change_and_changes_nothing(app: Flask, maker: Maker) -> None:
    company = drive.company()
    moved = drive.submit_application(company, ("UK", "US"))
    same = drive.submit_application(company, ("UK",), product={"activities": ["advice"]})
    references = [db.session.get_one(Case, key).reference for key in (moved, same)]
    events = db.session.scalar(select(func.count()).select_from(TrailEvent))
    rules = without("sec-digital-security-custody", "sec-digital-security-transfer")
    found = dry_run.dry_run(rules)
    assert (found.version, found.cases, found.changed, found.nobody) == (2, 2, 1, 1)
    (change,) = found.changes
    assert (change.reference, change.before, change.after, change.nobody) == (
        references[0], ("FCA", "SEC"), ("FCA",), ("US",),
    )  # fmt: skip
    reached = {row.code: (row.before, row.come, row.go, row.after) for row in found.reached}
    assert reached == {"FCA": (2, 0, 0, 2), "SEC": (1, 0, 1, 0), "CFTC": (0, 0, 0, 0), "BoE": (0, 0, 0, 0)}
    assert dry_run.dry_run(without()).changed == 0
    assert db.session.scalar(select(func.count()).select_from(TrailEvent)) == events
    assert db.session.scalar(select(func.count()).select_from(RuleSet)) == 1

    administrator = maker.person(maker.organisation(Organisation.PROGRAMME_OFFICE), Role.PROGRAMME_ADMINISTRATOR)
    assert dry_run.try_rules(administrator, rules) == dry_run.rounded(found)
    last = db.session.scalars(select(TrailEvent).where(TrailEvent.scope == "programme")).all()[-1]
    assert (last.kind, last.audience) == ("routing.try", ["office"])
    detail = db.session.scalars(select(TrailBody.body).where(TrailBody.event_id == last.id)).one()["detail"]
    assert set(detail) == {"programme", "version", "sha256"}, "no number that asks about a case"
    for person in (company.signatory, maker.staff("FCA", Role.COORDINATOR)):
        with pytest.raises(NotAllowed):
            dry_run.try_rules(person, rules)
    assert list(verify()) == []


def test_the_administrator_learns_nothing_of_a_few_cases(app: Flask, maker: Maker) -> None:
    """Rules that ask about a case get the same answer whether it matches or not."""
    company = drive.company()
    for _ in range(2):
        drive.submit_application(company, ("UK", "US"))
    administrator = maker.person(maker.organisation(Organisation.PROGRAMME_OFFICE), Role.PROGRAMME_ADMINISTRATOR)
    hit = without("sec-digital-security-custody", "sec-digital-security-transfer")
    assert dry_run.dry_run(hit).changed == 2 and dry_run.dry_run(without()).changed == 0
    told, other = (dry_run.try_rules(administrator, rules) for rules in (hit, without()))
    assert told == other and not hasattr(told, "changes")
    assert {(row.before, row.come, row.go) for row in told.reached} == {(0, 0, 0)}


def test_numbers_are_rounded_down_to_fives(app: Flask) -> None:
    rows = tuple(dry_run.Reached(f"A{count}", count, count, count) for count in (0, 4, 5, 9, 12))
    found = dry_run.rounded(dry_run.DryRun("p", 2, 104, 19, 3, rows, ()))
    assert (found.cases, found.changed, found.nobody) == (100, 15, 0)
    assert [row.come for row in found.reached] == [0, 0, 5, 5, 10]


@pytest.mark.parametrize(
    "text",
    [
        "a." * 20000 + "b=1",
        '"a" .' * 15000 + "b=1",
        "[" + "a." * 20000 + "b]",
        'x = ["""\n"" """, {' + "a." * 20000 + 'b=1}, " "]',
        "a" * 100_001,
        "\n".join(f"a{number}." + "a." * 15 + "b=1" for number in range(2600)),
        "a=" + "[" * 90_000,
        "a=" + "{b=" * 30_000,
    ],
    ids=["dotted", "quoted", "heading", "hidden in strings", "long", "many", "brackets", "tables"],
)
def test_hostile_rules_are_refused_at_once_and_hold_no_writer_up(
    app: Flask, maker: Maker, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    administrator = maker.person(maker.organisation(Organisation.PROGRAMME_OFFICE), Role.PROGRAMME_ADMINISTRATOR)
    inside: list[bool] = []
    read = dry_run.read_rule_set

    def watched(*args: Any) -> Any:
        inside.append(unit._inside.get())
        return read(*args)

    monkeypatch.setattr(dry_run, "read_rule_set", watched)
    start = time.process_time()
    with pytest.raises(BadInput):
        dry_run.try_rules(administrator, text)
    assert time.process_time() - start < 1
    assert inside == [False], "not inside a use case"


def test_a_dry_run_reads_the_classification_that_stands(app: Flask) -> None:
    cast = drive.cast(("FCA",))
    case_id = drive.submit_application(cast.company, ("UK", "US"))
    drive.staff(case_id, cast.desks["FCA"])
    desks.reclassify(
        cast.desks["FCA"].coordinator,
        case_id,
        activities=["custody", "transfer"],
        asset_classes=["uk-specified-investment", "us-digital-security", "us-digital-commodity"],
        reason="It is both.",
    )
    assert dry_run.dry_run(without()).changed == 0
    (change,) = dry_run.dry_run(without("cftc-digital-commodity-custody")).changes
    assert (change.before, change.after) == (("CFTC", "FCA", "SEC"), ("FCA", "SEC"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("programme =", "cannot be read"),
        ('programme = "uk-us-digital-assets"', "routes: is missing"),
        (without().replace('authority = "FCA"', 'authority = "ECB"'), "'ECB' takes no part"),
        (without().replace("uk-us-digital-assets", "elsewhere"), "no programme 'elsewhere'"),
    ],
)
def test_rules_that_cannot_be_used_are_named(app: Flask, text: str, words: str) -> None:
    with pytest.raises(BadInput) as refused:
        dry_run.dry_run(text)
    assert words in refused.value.problems["rules"]


def test_the_command_prints_the_changes(app: Flask, tmp_path: Path) -> None:
    case_id = drive.submit_application(drive.company(), ("UK", "US"))
    reference = db.session.get_one(Case, case_id).reference
    file = tmp_path / "rules.toml"
    file.write_text(without("sec-digital-security-custody", "sec-digital-security-transfer"))
    db.session.rollback()
    run = app.test_cli_runner().invoke
    plain = run(args=["catalogue", "route", "--dry-run", str(file)])
    assert plain.exit_code == 0 and f"{reference}: FCA, SEC → FCA (nobody for US)" in plain.output
    whole = json.loads(run(args=["catalogue", "route", "--dry-run", str(file), "--json"]).output)
    assert (whole["cases"], whole["changed"]) == (1, 1)
    file.write_text("nonsense")
    wrong = run(args=["catalogue", "route", "--dry-run", str(file)])
    assert wrong.exit_code == 1 and "cannot be read" in wrong.output
