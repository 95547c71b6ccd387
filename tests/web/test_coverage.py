"""Coverage of an application, the map of equivalences and what a change of it touches: what pages show, and to whom."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from sandbox.cli.demo import story
from sandbox.domain.actors import Actor, Organisation, Role
from sandbox.domain.errors import Incomplete
from sandbox.extensions import db
from sandbox.models.applications import ApplicationVersion
from sandbox.models.catalogue import Authority, RequirementEquivalence
from sandbox.models.desks import Case
from sandbox.queries import coverage as queries
from sandbox.services import desks
from tests.conftest import Client
from tests.factories import Maker
from tests.journeys.staging import World, build
from tests.services import asking

As = Callable[[Actor], Client]
Answers = dict[str, dict[str, Any]]
PROGRAMME = "uk-us-digital-assets"
FIRM = {
    "legal_name": "Coverage Tokens Ltd", "country": "GB", "address": "1 Example Street",
    "contact_name": "Ada Example", "contact_email": "ada@coverage.example",
}  # fmt: skip
PRODUCT = {
    "name": "Covered units", "summary": "Units as tokens.", "innovation": "Same day.",
    "activities": ["custody", "trading-platform"], "customers": "Forty professionals.",
}  # fmt: skip
SECURITY = ["uk-specified-investment", "us-digital-security"]
COMMODITY = ["uk-qualifying-cryptoasset", "us-digital-commodity"]


def answers(classes: list[str] = SECURITY) -> Answers:
    places = ("UK", "US")
    return story.full_answers(
        firm=FIRM,
        product={**PRODUCT, "asset_classes": classes},
        jurisdictions=places,
        limits=story.usual_limits(places),
    )


@pytest.fixture
def people(maker: Maker) -> dict[str, Actor]:
    firm_id = maker.firm("Coverage Tokens Ltd")
    return {role.value: maker.person(firm_id, role) for role in (Role.OWNER, Role.SIGNATORY, Role.READ_ONLY)}


def draft(person: Actor, values: Mapping[str, Mapping[str, Any]]) -> UUID:
    key = story.start(person, PROGRAMME, "Covered units")
    story.fill(person, key, values)
    return key


def page_of(person: Actor, key: UUID) -> queries.CoveragePage:
    db.session.rollback()
    return queries.application(person, key)


# --- the firm --------------------------------------------------------------------------------------------------------


def test_every_mandatory_requirement_is_covered_once_all_is_answered(people: dict[str, Actor], as_: As) -> None:
    signatory = people["signatory"]
    key = draft(signatory, answers())
    found = page_of(signatory, key)
    assert [one.code for one in found.destinations] == ["FCA", "SEC"]
    assert found.coverage.gaps == ()
    assert {row.state.value for row in found.coverage.rows if row.mandatory} <= {
        "evidenced", "falls_away", "not_applicable",
    }  # fmt: skip
    page = as_(people["read_only"]).get(f"/applications/{key}/coverage")
    assert page.status_code == 200
    assert "Every mandatory requirement is covered" in page.text
    for row in found.coverage.rows:
        assert f'id="{row.authority}-{row.code}"' in page.text, (row.authority, row.code)


def test_what_is_left_out_is_a_gap_at_every_authority_that_needs_it(people: dict[str, Actor], as_: As) -> None:
    values = answers()
    del values["criteria"]["benefit"]
    values["monitoring"]["incidents"] = ""
    key = draft(people["signatory"], values)
    found = page_of(people["signatory"], key)
    assert {(row.authority, row.code) for row in found.coverage.gaps} == {
        ("FCA", "consumer-benefit"),
        ("SEC", "public-interest"),
        ("FCA", "incident-reporting"),
        ("SEC", "incident-reporting"),
    }
    text = as_(people["owner"]).get(f"/applications/{key}/coverage").text
    assert "4 mandatory requirements are not covered yet" in text
    assert "FCA: Benefit for consumers" in text and "SEC: Public interest" in text


def test_before_activities_are_chosen_there_is_nothing_to_cover(people: dict[str, Actor], as_: As) -> None:
    key = story.start(people["signatory"], PROGRAMME, "Nothing yet")
    page = as_(people["signatory"]).get(f"/applications/{key}/coverage")
    assert page.status_code == 200
    assert "This follows from the activities" in page.text


def test_another_firm_and_authorities_find_no_coverage_of_a_draft(
    people: dict[str, Actor], as_: As, maker: Maker
) -> None:
    key = draft(people["signatory"], answers())
    assert (
        as_(maker.person(maker.firm("Other Ltd"), Role.OWNER)).get(f"/applications/{key}/coverage").status_code == 404
    )
    assert as_(maker.staff("FCA", Role.COORDINATOR)).get(f"/applications/{key}/coverage").status_code in {403, 404}


# --- what falls away -------------------------------------------------------------------------------------------------


def test_a_spared_question_is_named_with_its_reason_and_is_not_required(people: dict[str, Actor], as_: As) -> None:
    """SEC and CFTC both have a remit: totals by account class are left to the reports that the SEC asks for."""
    signatory = people["signatory"]
    values = answers([*SECURITY, *COMMODITY])
    del values["monitoring"]["account_classes"]
    key = draft(signatory, values)
    found = page_of(signatory, key)
    assert {"SEC", "CFTC"} <= {one.code for one in found.destinations}
    assert [question.path for question, _ in found.coverage.spared] == ["monitoring.account_classes"]
    assert "totals by account class are left to them" in as_(signatory).get(f"/applications/{key}/coverage").text
    case_id = story.submit(signatory, key)
    record = db.session.scalars(
        select(ApplicationVersion.record)
        .join(Case, Case.current_version_id == ApplicationVersion.id)
        .where(Case.id == case_id)
    ).one()
    assert record["questions"]["spared"] == ["monitoring.account_classes"]


def test_without_the_relation_the_same_question_is_required(people: dict[str, Actor]) -> None:
    values = answers([*SECURITY, *COMMODITY])
    del values["monitoring"]["account_classes"]
    key = draft(people["signatory"], values)
    row = db.session.scalars(
        select(RequirementEquivalence).where(RequirementEquivalence.from_requirement == "account-classes")
    ).one()
    row.relation = "partial"
    db.session.commit()
    try:
        found = page_of(people["signatory"], key)
        assert not found.coverage.spared
        assert [(one.authority, one.code) for one in found.coverage.gaps] == [("CFTC", "account-classes")]
        with pytest.raises(Incomplete, match="account classes"):
            story.submit(people["signatory"], key)
    finally:
        db.session.rollback()
        row.relation = "deferred_to"
        db.session.commit()


# --- contradictions --------------------------------------------------------------------------------------------------


def test_answers_that_contradict_each_other_hold_up_submission_until_explained(
    people: dict[str, Actor], as_: As
) -> None:
    signatory = people["signatory"]
    values = answers()
    values["test_plan"]["uk_customers"] = "900"
    key = draft(signatory, values)
    text = as_(signatory).get(f"/applications/{key}/coverage").text
    assert "More customers are to be reached in the United Kingdom than the limit allows (900 and 200)." in text
    with pytest.raises(Incomplete, match="Put right, or explain"):
        story.submit(signatory, key)
    reason = "The limit will be raised after the first gate."
    values["declarations"]["explanations"] = [{"rule": "uk-customers-over-limit", "reason": reason}]
    story.fill(signatory, key, {"declarations": values["declarations"]})
    for page in ("coverage", "check"):
        assert "raised after the first gate" in as_(signatory).get(f"/applications/{key}/{page}").text
    # What contradicts otherwise now was not explained by these words.
    values["test_plan"]["uk_customers"] = "90000"
    story.fill(signatory, key, {"test_plan": values["test_plan"]})
    assert "The answers have changed since" in as_(signatory).get(f"/applications/{key}/check").text
    with pytest.raises(Incomplete, match="write the explanation anew"):
        story.submit(signatory, key)
    values["declarations"]["explanations"] = [{"rule": "uk-customers-over-limit", "reason": "Raised at every gate."}]
    story.fill(signatory, key, {"declarations": values["declarations"]})
    assert story.submit(signatory, key)


def test_nothing_is_green_where_answers_undo_it(people: dict[str, Actor], as_: As) -> None:
    values = answers()
    values["product"]["classification"] = values["product"]["classification"][:1]
    key = draft(people["signatory"], values)
    found = page_of(people["signatory"], key)
    assert [one.code for one in found.disagreements] == ["classes-without-row"]
    assert ("SEC", "classification") in {(row.authority, row.code) for row in found.disputed}
    text = as_(people["owner"]).get(f"/applications/{key}/coverage").text
    assert "Every mandatory requirement is covered" not in text
    assert "on answers that contradict others" in text


# --- the desk --------------------------------------------------------------------------------------------------------


@pytest.fixture
def world(maker: Maker) -> World:
    return build(maker)


def test_a_desk_reads_its_own_part_of_the_submitted_version_only(world: World, as_: As) -> None:
    page = as_(world.staff("case")).get(f"/cases/{world.case_id}/coverage")
    assert page.status_code == 200
    assert "Coverage of FCA’s requirements" in page.text
    assert 'id="FCA-consumer-benefit"' in page.text and 'id="SEC-public-interest"' not in page.text
    other = as_(world.other("case")).get(f"/cases/{world.case_id}/coverage")
    assert 'id="SEC-public-interest"' in other.text and 'id="FCA-consumer-benefit"' not in other.text


@pytest.mark.parametrize("email", ["signatory@harbourlight.example", "signatory@tessellate.example"])
def test_firms_have_no_such_page_of_a_case(world: World, as_: As, email: str) -> None:
    assert as_(world.outsiders[email]).get(f"/cases/{world.case_id}/coverage").status_code == 404


def test_who_is_recused_or_has_not_declared_reads_nothing(world: World, as_: As, maker: Maker) -> None:
    newcomer = maker.staff("FCA", Role.CASE_OFFICER)
    assert as_(newcomer).get(f"/cases/{world.case_id}/coverage").status_code == 404
    desks.declare(world.staff("supervisor"), world.case_id, outcome="recused", details="A cousin.")
    assert as_(world.staff("supervisor")).get(f"/cases/{world.case_id}/coverage").status_code == 404
    assert as_(world.outsiders["secretariat@programme_office.example"]).get(
        f"/cases/{world.case_id}/coverage"
    ).status_code in {403, 404}


def contradict(case_id: UUID) -> None:
    """The submitted record says what the rules of the question set find contradictory."""
    version = db.session.scalars(
        select(ApplicationVersion)
        .join(Case, Case.current_version_id == ApplicationVersion.id)
        .where(Case.id == case_id)
    ).one()
    sections = version.record["sections"]
    plan = {**sections["test_plan"], "uk_customers": "999999"}
    reason = {"rule": "uk-customers-over-limit", "reason": "Both are meant."}
    said = {**sections["declarations"], "explanations": [reason]}
    version.record = {**version.record, "sections": {**sections, "test_plan": plan, "declarations": said}}
    db.session.commit()


def test_desks_read_the_contradiction_and_the_explanation_and_can_ask(world: World, as_: As) -> None:
    contradict(world.case_id)
    for person in (world.staff("case"), world.other("case")):
        text = as_(person).get(f"/cases/{world.case_id}/coverage").text
        assert "The dossier contradicts itself" in text and "Both are meant." in text
        assert "disagreement=uk-customers-over-limit" in text
    asked = as_(world.staff("case")).get(f"/cases/{world.case_id}/requests/new?disagreement=uk-customers-over-limit")
    assert "Which of these answers is right, or why do both stand?" in asked.text
    assert 'value="test_plan.uk_customers" checked' in asked.text


def test_a_reply_to_a_request_is_sent_though_it_contradicts_and_desks_read_of_it(world: World, as_: As) -> None:
    """The firm can change only what the request opened, so it could not put the other answer right."""
    path = "test_plan.uk_customers"
    key = asking.sent(world, "FCA", {"text": "How many customers, in the end?", "why": "", "unlocks": [path]})
    asking.reply(world, key, "Many more.")
    asking.change(world, uk_customers="999999")
    asking.answer(world)
    assert asking.current(world).record["sections"]["test_plan"]["uk_customers"] == "999999"
    text = as_(world.other("case")).get(f"/cases/{world.case_id}/coverage").text
    assert "More customers are to be reached in the United Kingdom than the limit allows" in text
    assert "The firm gave no explanation." in text


# --- the map ---------------------------------------------------------------------------------------------------------


def test_anybody_browses_the_map_by_pair_relation_and_day(client: Client) -> None:
    whole = client.get("/equivalences")
    assert whole.status_code == 200
    assert "No authority has recognised them" in whole.text
    assert "What would a change touch?" not in whole.text
    pair = client.get("/equivalences?from=SEC&to=FCA").text
    assert "Securities and Exchange Commission, held against Financial Conduct Authority" in pair
    assert "Bank of England, held against" not in pair
    none = client.get("/equivalences?relation=none").text
    assert "no automatic authorisation" in none and "the same contents" not in none


def test_the_map_as_on_a_day_and_its_whole_history(client: Client) -> None:
    before, after = (client.get(f"/equivalences?from=SEC&to=FCA&on={day}").text for day in ("2026-09-30", "2026-10-01"))
    assert "did not yet have to say" in before and "with the same contents" not in before
    assert "did not yet have to say" not in after and "with the same contents" in after
    history = client.get("/equivalences?from=SEC&to=FCA&history=yes").text
    assert "did not yet have to say" in history and "with the same contents" in history
    assert "Version 1, loaded" in history
    assert "No row of the map is like this" in client.get("/equivalences?from=SEC&on=1999-01-01").text


@pytest.mark.parametrize("typed", ["tomorrow", "2026-13-01", "0", "' OR 1=1"])
def test_a_day_that_is_none_is_said_and_kept(client: Client, typed: str) -> None:
    page = client.get("/equivalences", query_string={"on": typed})
    assert page.status_code == 422
    assert "Enter the day as year, month and day" in page.text


# --- what a change touches -------------------------------------------------------------------------------------------


def row(authority: str, requirement: str) -> UUID:
    return db.session.scalars(
        select(RequirementEquivalence.id)
        .join(Authority, Authority.id == RequirementEquivalence.from_authority_id)
        .where(
            Authority.code == authority,
            RequirementEquivalence.from_requirement == requirement,
            RequirementEquivalence.valid_until.is_(None),
        )
    ).one()


def test_the_programme_sees_counts_and_drafts_and_no_reference(world: World, as_: As, people: dict[str, Actor]) -> None:
    draft(people["signatory"], answers())
    key = row("SEC", "investor-disclosure")
    admin = world.outsiders["programme_administrator@programme_office.example"]
    text = as_(admin).get(f"/equivalences/{key}/touches").text
    assert "2 open cases have a desk of both authorities" in text
    assert "1 application of the programme is still a draft." in text
    assert "What will customers read before they take part?" in text
    assert "The same answer counts for CFTC, FCA." in text
    assert "JS-2026-" not in text
    assert "What would a change touch?" in as_(admin).get("/equivalences").text


def test_an_authority_sees_its_own_cases_and_whom_it_may_know(world: World, as_: As, maker: Maker) -> None:
    key = row("SEC", "investor-disclosure")
    coordinator = as_(world.other("coordinator")).get(f"/equivalences/{key}/touches").text
    assert coordinator.count("JS-2026-") == 2
    admin = as_(world.other("admin")).get(f"/equivalences/{key}/touches").text
    assert "2 open cases" in admin and "JS-2026-" not in admin and "still a draft" not in admin
    elsewhere = as_(maker.staff("CFTC", Role.COORDINATOR)).get(f"/equivalences/{key}/touches").text
    assert "0 open cases" in elsewhere and "JS-2026-" not in elsewhere


def test_who_is_recused_does_not_even_count_the_case(world: World, as_: As) -> None:
    coordinator = world.other("coordinator")
    desks.declare(coordinator, world.routed_id, outcome="recused", details="A cousin.")
    text = as_(coordinator).get(f"/equivalences/{row('SEC', 'investor-disclosure')}/touches").text
    assert "1 open case " in text and text.count("JS-2026-") == 1


@pytest.mark.parametrize("role", [Role.CASE_OFFICER, Role.DECISION_MAKER])
def test_others_do_not_open_it(maker: Maker, as_: As, client: Client, role: Role) -> None:
    key = row("SEC", "investor-disclosure")
    assert as_(maker.staff("FCA", role)).get(f"/equivalences/{key}/touches").status_code == 403
    assert as_(maker.person(maker.firm(), Role.OWNER)).get(f"/equivalences/{key}/touches").status_code == 403
    assert client.get(f"/equivalences/{key}/touches").status_code == 302
    office = maker.person(maker.organisation(Organisation.PROGRAMME_OFFICE), Role.PROGRAMME_ADMINISTRATOR)
    assert as_(office).get(f"/equivalences/{uuid4()}/touches").status_code == 404


def test_the_pages_cost_the_same_whatever_they_show(
    world: World, as_: As, people: dict[str, Actor], statements: Callable[[], Any]
) -> None:
    signatory = people["signatory"]
    empty, full = story.start(signatory, PROGRAMME, "Empty"), draft(signatory, answers())
    counts = []
    for path in (f"/applications/{empty}/coverage", f"/applications/{full}/coverage"):
        browser = as_(signatory)
        browser.get(path)
        with statements() as seen:
            assert browser.get(path).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1], counts
