"""An authority that only observes: overview, routing and the issued joint notice, and nothing else of a case."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from sandbox.adapters import calendars
from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor
from sandbox.domain.errors import NotFound
from sandbox.extensions import db
from sandbox.models.decisions import Edition, JointNotice
from sandbox.queries import access
from sandbox.queries import decisions as of_decisions
from sandbox.queries import desks as queries
from sandbox.services import catalogue, desks
from sandbox.services.decisions import editions, notices
from tests.journeys import drive
from tests.journeys.test_routing import BOTH, THIRD, row, told

As = Callable[[Actor], Any]


@pytest.fixture
def observing(empty_database: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[drive.Cast]:
    """The invented country's authority only observes: three words in its files."""
    folder = tmp_path / "observing"
    shutil.copytree(THIRD, folder)
    programme, routing = folder / "programmes" / "uk-us-vd.toml", folder / "routing" / "uk-us-vd.toml"
    whole = programme.read_text()
    place = whole.index('code = "VDA"')
    programme.write_text(whole[:place] + whole[place:].replace('part = "decides"', 'part = "observes"', 1))
    rules = [part for part in routing.read_text().split("[[routes]]") if "vd-token" not in part]
    watching = (
        '\ncode = "observer"\njurisdiction = "*"\nauthority = "VDA"\nwhy = "Veridia observes every case."\n'
        'source = "Invented for a test"\nsure = "programme"\n'
    )
    routing.write_text("[[routes]]".join([*rules, watching]))
    monkeypatch.setattr(calendars, "_extra_directories", [])
    calendars.add_directory(folder)
    assert catalogue.load(folder)
    editions.make_demo_keys()
    yield drive.cast(("FCA", "SEC", "VDA"))


def reads(person: Actor, case_id: UUID) -> set[str]:
    """Which pages of the case open to somebody."""
    pages = {
        "overview": lambda: queries.case(person, case_id),
        "routing": lambda: queries.routing(person, case_id),
        "dossier": lambda: queries.dossier(person, case_id),
        "desk": lambda: queries.own_desk(person, case_id),
    }
    found = set()
    for name, page in pages.items():
        try:
            page()
        except NotFound:
            continue
        found.add(name)
    return found


@pytest.mark.pdf
@pytest.mark.slow
def test_an_observing_authority_reads_joint_material_only(observing: drive.Cast, as_: As) -> None:
    deciding = drive.Cast(observing.company, {code: observing.desks[code] for code in ("FCA", "SEC")})
    case_id = drive.to_opening(deciding, BOTH, "uk-us-vd")
    vda = observing.desks["VDA"]
    assert (row(case_id, "VDA").part, row(case_id, "VDA").due_on) == ("observes", None)
    watching, outside = vda.officer, deciding.desks["FCA"]
    assert reads(watching, case_id) == {"overview"}, "nothing before declaring"
    assert queries.case(watching, case_id).outcome is None
    desks.declare(watching, case_id, outcome="none")
    assert reads(watching, case_id) == {"overview", "routing"}
    assert queries.case(watching, case_id).outcome is not None
    assert access.own_parties(watching) >= {"desk:VDA"}
    assert queries.sight(watching, case_id).parties == {"observers", "public"}
    for action in (Action.CASE_READ, Action.DESK_READ, Action.ASSESSMENT_READ, Action.DIVERGENCE_READ,
                   Action.DECISION_READ, Action.DOCUMENT_READ, Action.TRIAL_READ, Action.TRAIL_READ):  # fmt: skip
        assert not access.opens(watching, action, case_id), action

    browser = as_(watching)
    for page in ("", "/routing"):
        assert browser.get(f"/cases/{case_id}{page}").status_code == 200, page
    for page in ("dossier", "desk", "assessment", "positions", "divergences", "joint", "decision", "trial", "trail"):
        assert browser.get(f"/cases/{case_id}/{page}").status_code in (403, 404), page
    shown = browser.get(f"/cases/{case_id}").text
    assert "Routing</a>" in shown and "/dossier" not in shown and "Joint notice (PDF)" not in shown

    drive.to_issued(case_id, deciding)
    edition_of = select(Edition).where(Edition.case_id == case_id)
    instruments = db.session.scalars(edition_of.where(Edition.kind == "instrument")).all()
    for edition in instruments:
        with pytest.raises(NotFound):
            of_decisions.document(watching, edition.id)
    notice_id = drive.prepare_notice(case_id, deciding)
    edition_id = db.session.get_one(JointNotice, notice_id).edition_id
    with pytest.raises(NotFound):
        of_decisions.document(watching, edition_id)
    drive.sign_notice(notice_id, deciding)
    notices.issue(drive.lead(case_id, deciding).issuer, notice_id)
    assert of_decisions.document(watching, edition_id).issued
    assert queries.case(watching, case_id).notice_edition == edition_id
    assert f"/editions/{edition_id}/file" in browser.get(f"/cases/{case_id}").text
    assert browser.get(f"/editions/{edition_id}/file").status_code == 200
    with pytest.raises(NotFound):
        of_decisions.document(vda.issuer, edition_id)  # has not declared
    observers = {vda.coordinator.me}
    assert observers <= told(Action.NOTICE_ISSUE)
    assert not told(Action.DESK_OPEN) & {person.me for person in vda.everybody}
    assert outside.officer.me in told(Action.DESK_OPEN)
