"""The reference data files: what they must contain, and that every mistake in them is named with file and key."""

from __future__ import annotations

import shutil
from itertools import product
from pathlib import Path

import pytest

from sandbox.adapters.catalogue_files import CATALOGUE, CatalogueError, load_catalogue
from sandbox.domain.catalogue import ClockKind, InstrumentAction, Part, Sure, Trigger
from sandbox.domain.clocks import Unit

THIRD_COUNTRY = Path(__file__).parent.parent / "catalogue_third_country"
PROGRAMME = "uk-us-digital-assets"
pytestmark = pytest.mark.once


def test_the_first_programme_has_its_two_countries_and_four_authorities() -> None:
    catalogue = load_catalogue()
    programme = catalogue.programme(PROGRAMME)
    assert programme.name == "UK–US Digital Assets Joint Sandbox"
    assert {row.code: row.currency for row in catalogue.jurisdictions} == {"UK": "GBP", "US": "USD"}
    assert {row.code: row.calendar for row in catalogue.authorities} == {
        "FCA": "GB-ENG",
        "BoE": "GB-ENG",
        "SEC": "US-FED",
        "CFTC": "US-FED",
    }
    assert all(member.part is Part.DECIDES for member in programme.authorities)


def test_criteria_are_those_of_each_authority_s_law_and_share_joint_rows() -> None:
    catalogue = load_catalogue()
    titles = {row.code: [criterion.title for criterion in row.criteria] for row in catalogue.authorities}
    assert titles == {
        "FCA": ["In scope", "Genuine innovation", "Consumer benefit", "Readiness", "Need for support"],
        "BoE": ["Breach of limits", "Cyber contagion", "Significant asset loss", "Disorderly wind-down"],
        "SEC": ["Public interest", "Protection of investors"],
        "CFTC": ["Public interest", "Appropriate persons", "No adverse effect on its duties"],
    }
    joint = {row.code: {criterion.joint for criterion in row.criteria} for row in catalogue.authorities}
    assert joint["FCA"] & joint["SEC"] == joint["FCA"] & joint["CFTC"] == {"public-benefit", "consumer-protection"}
    assert joint["FCA"] & joint["BoE"] == {"consumer-protection", "readiness"}
    assert all(c.sure is Sure.BACKGROUND for code in ("SEC", "CFTC") for c in catalogue.authority(code).criteria)


def test_a_service_standard_is_sixty_working_days_and_never_law() -> None:
    for authority in load_catalogue().authorities:
        standard = next(clock for clock in authority.clocks if clock.code == "decide")
        assert (standard.rule.length, standard.rule.unit) == (60, Unit.WORKING_DAYS)
        assert standard.kind is ClockKind.SERVICE_STANDARD
        assert all((c.kind is ClockKind.LAW) == (c.sure is not Sure.PROGRAMME) for c in authority.clocks)


def test_statutory_clocks_carry_their_conventions() -> None:
    clocks = {clock.code: clock.rule for clock in load_catalogue().authority("FCA").clocks}
    control = clocks["change-in-control"]
    assert (control.length, control.count_start_day) == (60, True)
    assert control.pause is not None
    assert (control.pause.times, control.pause.days) == (1, 20)
    permission = clocks["permission-complete"]
    assert permission.long_stop is not None
    assert (permission.length, permission.long_stop.length) == (6, 12)


def test_approval_without_imposed_conditions_needs_no_procedure() -> None:
    for authority in load_catalogue().authorities:
        approving = [i for i in authority.instruments if InstrumentAction.APPROVE in i.actions]
        assert all(item.trigger is not Trigger.ALWAYS for i in approving for item in i.procedure_items)
    notice = next(i for i in load_catalogue().authority("FCA").instruments if i.code == "decision-notice")
    assert [item.trigger for item in notice.procedure_items] == [Trigger.REFUSAL, Trigger.REFUSAL]


def test_routing_tells_why_and_depends_on_activity_asset_and_country() -> None:
    (rules,) = load_catalogue().rule_sets(PROGRAMME)
    routes: dict[tuple[str, str], set[str]] = {}
    for route in rules.routes:
        for path in product(route.activities, route.asset_classes):
            routes.setdefault(path, set()).add(route.authority)
        assert route.why.endswith(".")
    assert routes[("trading-platform", "uk-specified-investment")] == {"FCA"}
    assert routes[("settlement", "uk-specified-investment")] == {"BoE"}
    assert routes[("stablecoin-issuance", "uk-qualifying-stablecoin")] == {"FCA", "BoE"}
    assert routes[("custody", "us-digital-security")] == {"SEC"}
    assert routes[("custody", "us-digital-commodity")] == {"CFTC"}
    assert ("stablecoin-issuance", "us-stablecoin") not in routes


def test_every_fact_names_a_source_and_how_sure_it_is() -> None:
    marks = list(load_catalogue().sources())
    assert len(marks) > 200
    assert all(source for _, source, _ in marks)
    assert {sure for _, _, sure in marks} == set(Sure)


def test_activities_are_those_of_mica_a_to_j_and_two_of_the_programme() -> None:
    activities = load_catalogue().programme(PROGRAMME).activities
    assert "".join(activity.letter for activity in activities) == "abcdefghij"
    assert [a.code for a in activities if not a.letter] == ["settlement", "stablecoin-issuance"]


def test_reference_tables_are_read() -> None:
    catalogue = load_catalogue()
    assert len([row for row in catalogue.standards if row.framework == "IOSCO-CDA 2023"]) == 18
    assert len(catalogue.law_clocks) == 23
    assert any(row.regime.startswith("EU DORA") for row in catalogue.incident_clocks)


def test_an_invented_third_country_comes_from_files_alone() -> None:
    catalogue = load_catalogue(CATALOGUE, THIRD_COUNTRY)
    authority = catalogue.authority("VDA")
    assert catalogue.jurisdiction("VD").currency == "VDC"
    assert [level.title for level in authority.sign_off] == ["Registrar", "President of the Authority"]
    assert {criterion.code for criterion in authority.criteria}.isdisjoint(
        criterion.code for code in ("FCA", "SEC") for criterion in catalogue.authority(code).criteria
    )
    assert [member.code for member in catalogue.programme("uk-us-vd").authorities] == ["FCA", "SEC", "VDA"]
    (rules,) = catalogue.rule_sets("uk-us-vd")
    assert {route.authority for route in rules.routes} == {"FCA", "SEC", "VDA"}


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        ("authorities/fca.toml", 'calendar = "GB-ENG"', 'calendar = "MARS"', "calendar: there is no calendar 'MARS'"),
        ("authorities/fca.toml", 'jurisdiction = "UK"', 'jurisdiction = "ZZ"', "there is no jurisdiction 'ZZ'"),
        ("authorities/fca.toml", 'unit = "months"', 'unit = "fortnights"', "'fortnights' is not"),
        ("authorities/fca.toml", "length = 60", "length = 0", "a length must be from 1"),
        ("authorities/fca.toml", "length = 60", "length = true", "must be a whole number"),
        ("authorities/fca.toml", "length = 60", "length = inf", "must be a whole number, not inf"),
        ("authorities/fca.toml", 'joint = "need"', 'joint = "nought"', "'nought' is no joint criterion"),
        ("authorities/fca.toml", 'clock = "representations"', 'clock = "rest"', "has no clock 'rest'"),
        ("authorities/fca.toml", 'sure = "S"', 'sure = "yes"', "'yes' is not one of 'S', 'B', 'B?'"),
        ("authorities/fca.toml", 'kind = "law"', 'kind = "programme service standard"', "it is no law"),
        ("authorities/fca.toml", "signatories_required = 1", "signatories_required = 2", "sign_off: orders must be"),
        ("authorities/fca.toml", 'actions = ["refuse"]', 'actions = ["approve"]', "instruments: none can refuse"),
        ("authorities/fca.toml", 'code = "readiness"', 'code = "in-scope"', "'in-scope' occurs 2 times"),
        ("authorities/fca.toml", 'time_zone = "Europe/London"', 'time_zone = "Mars"', "not the name of a time zone"),
        ("authorities/fca.toml", "may_refuse_to_review = true", "may_refuse = true", "may_refuse: is not a key"),
        ("authorities/fca.toml", "may_refuse_to_review = true", "", "may_refuse_to_review: is missing"),
        ("authorities/fca.toml", 'name = "Financial Conduct Authority"', 'name = "  "', "name: must not be empty"),
        ("authorities/fca.toml", 'languages = ["en-GB"]', 'languages = "en-GB"', "languages: must be a list"),
        ("authorities/fca.toml", 'code = "FCA"', 'code = "SEC"', "'SEC' occurs 2 times"),
        ("authorities/fca.toml", 'code = "FCA"', "code = ", "cannot be read"),
        ("jurisdictions/uk.toml", 'currency = "GBP"', 'currency = "pounds"', "must be three capital letters"),
        ("jurisdictions/uk.toml", 'language = "en-GB"', 'language = "English"', "must be a language code"),
        ("jurisdictions/uk.toml", 'code = "UK"', 'code = "United"', "must be two capital letters"),
        ("calendars/XNYS.toml", "known_until = 2029-12-31", "known_until = 2024-12-31", "is before known_from"),
        ("calendars/XNYS.toml", "known_until = 2029-12-31", "known_until = 2029-12-31T00:00:00", "must be a date"),
        ("calendars/XNYS.toml", "weekend = [5, 6]", "weekend = [7]", "numbered from 0"),
        ("calendars/XNYS.csv", "XNYS,2025-01-01,Wed", "XNYS,2025-01-01,Thu", "line 2"),
        ("programmes/uk-us-digital-assets.toml", 'code = "CFTC"', 'code = "NOPE"', "there is no authority 'NOPE'"),
        ("programmes/uk-us-digital-assets.toml", 'part = "decides"', 'part = "rules"', "'rules' is not one of"),
        ("programmes/uk-us-digital-assets.toml", '["UK", "US"]', '["UK"]', "is of another jurisdiction"),
        ("programmes/uk-us-digital-assets.toml", '["UK", "US"]', '["UK", "US", "FR"]', "no jurisdiction 'FR'"),
        ("programmes/uk-us-digital-assets.toml", 'due_unit = "working_days"', 'due_unit = "moons"', "not a unit"),
        ("routing/uk-us.toml", 'activities = ["custody"]', 'activities = ["juggling"]', "no activity 'juggling'"),
        ("routing/uk-us.toml", 'authority = "FCA"', 'authority = "SEC"', "SEC is of US, not of UK"),
        ("routing/uk-us.toml", 'authority = "FCA"', 'authority = "ECB"', "'ECB' takes no part"),
        ("routing/uk-us.toml", 'jurisdiction = "UK"', 'jurisdiction = "US"', "under the regime of US"),
        ("routing/uk-us.toml", f'programme = "{PROGRAMME}"', 'programme = "x"', "there is no programme 'x'"),
        ("routing/uk-us.toml", f'programme = "{PROGRAMME}"', "", "programme: is missing"),
        ("routing/uk-us.toml", "version = 1", "version = 0", "is counted from 1"),
        ("routing/uk-us.toml", "valid_from = 2026-04-01", 'valid_from = "today"', "must be a date"),
        ("routing/uk-us.toml", 'jurisdiction = "UK"', 'jurisdiction = "*"', "does not only observe"),
        ("routing/uk-us.toml", 'entity = ["established"]', 'entity = ["rich"]', "no standing of a legal entity 'rich'"),
        ("routing/uk-us.toml", '-cryptoasset-advice"', '-cryptoasset-advice"\nflags = ["tall"]', "no risk flag 'tall'"),
        ("routing/uk-us.toml", "-qualifying-cryptoasset-placing", "-qualifying-cryptoasset-custody", "occurs 2 times"),
        ("standards.csv", "framework,number", "number,framework", "line 1: the heading must be"),
    ],
)
def test_a_mistake_is_named_with_its_file(tmp_path: Path, file: str, old: str, new: str, words: str) -> None:
    shutil.copytree(CATALOGUE, tmp_path / "catalogue")
    path = tmp_path / "catalogue" / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(CatalogueError) as refusal:
        load_catalogue(tmp_path / "catalogue")
    message = str(refusal.value)
    assert words in message
    assert Path(file).name in message or "occurs 2 times" in message


def test_all_mistakes_are_named_at_once(tmp_path: Path) -> None:
    shutil.copytree(CATALOGUE, tmp_path / "catalogue")
    for name in ("fca", "sec"):
        path = tmp_path / "catalogue" / "authorities" / f"{name}.toml"
        path.write_text(path.read_text(encoding="utf-8").replace('kind = "law"', 'kind = "rumour"'), encoding="utf-8")
    with pytest.raises(CatalogueError) as refusal:
        load_catalogue(tmp_path / "catalogue")
    assert {problem.split(":")[0] for problem in refusal.value.problems} == {
        "authorities/fca.toml",
        "authorities/sec.toml",
    }


def test_a_missing_directory_and_foreign_bytes_are_named(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="there is no such directory"):
        load_catalogue(tmp_path / "nowhere")
    shutil.copytree(CATALOGUE, tmp_path / "catalogue")
    (tmp_path / "catalogue" / "jurisdictions" / "uk.toml").write_bytes(b'code = "\xff"')
    with pytest.raises(CatalogueError, match=r"uk\.toml: cannot be read"):
        load_catalogue(tmp_path / "catalogue")
