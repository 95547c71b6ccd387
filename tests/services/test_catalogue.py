"""Reference data from files: twice changes nothing, a changed text is a new version, a fault changes nothing."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from sandbox.adapters.catalogue_files import CatalogueError
from sandbox.domain.catalogue import Trigger
from sandbox.extensions import db
from sandbox.models.catalogue import (
    Authority,
    CatalogueLoad,
    Criterion,
    Instrument,
    Programme,
    ProgrammeAuthority,
    RuleSet,
)
from sandbox.models.people import Organisation
from sandbox.models.trail import TrailEvent
from sandbox.queries.trail import verify
from sandbox.services import catalogue
from tests.migrations.rows import everything

THIRD = Path(__file__).parents[1] / "catalogue_third_country"


def stored() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table."""
    db.session.rollback()
    with db.engine.connect() as connection:
        return everything(connection)


def criteria(code: str) -> list[tuple[int, bool, str]]:
    """The versions of one criterion of the invented authority: number, current, question."""
    db.session.rollback()
    rows = db.session.scalars(
        select(Criterion)
        .join(Authority, Authority.id == Criterion.authority_id)
        .where(Authority.code == "VDA", Criterion.code == code)
        .order_by(Criterion.number)
    )
    return [(row.number, row.current, row.question) for row in rows]


@pytest.fixture
def files(empty_database: None, tmp_path: Path) -> Path:
    """The invented country's files, to change, loaded once as they are."""
    folder = tmp_path / "third"
    shutil.copytree(THIRD, folder)
    assert catalogue.load(folder)
    return folder


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert text.count(old) == 1, f"{old!r} is there {text.count(old)} times"
    path.write_text(text.replace(old, new))


def test_the_shipped_catalogue_has_what_the_first_programme_needs(empty_database: None) -> None:
    assert catalogue.load()
    codes = set(db.session.scalars(select(Authority.code)))
    assert codes == {"FCA", "BoE", "SEC", "CFTC"}
    programme = db.session.scalars(select(Programme)).one()
    members = db.session.scalars(
        select(Authority.code)
        .join(ProgrammeAuthority, ProgrammeAuthority.authority_id == Authority.id)
        .where(ProgrammeAuthority.programme_id == programme.id)
    )
    assert set(members) == codes
    joint = {row["code"] for row in programme.content["joint_criteria"]}
    for code in codes:
        found = db.session.scalars(
            select(Criterion.joint)
            .join(Authority, Authority.id == Criterion.authority_id)
            .where(Authority.code == code)
        ).all()
        assert found and set(found) <= joint, code
    assert sum(len(row.content) for row in db.session.scalars(select(RuleSet))) > 20


def test_every_authority_can_approve_refuse_and_defer_by_some_instrument(empty_database: None) -> None:
    assert catalogue.load(THIRD)
    known = {trigger.value for trigger in Trigger}
    for key, code in db.session.execute(select(Authority.id, Authority.code)).all():
        rows = db.session.scalars(select(Instrument.content).where(Instrument.authority_id == key)).all()
        assert {action for row in rows for action in row["actions"]} == {"approve", "refuse", "defer"}, code
        assert {item["trigger"] for row in rows for item in row["procedure_items"]} <= known, code


def test_loading_again_changes_nothing(files: Path) -> None:
    before = stored()
    assert not catalogue.load(files)
    assert stored() == before


def test_a_load_is_one_event_and_one_row(files: Path) -> None:
    change(files / "authorities" / "vda.toml", "Ships are not delayed", "Ships are never delayed")
    catalogue.load(files)
    assert list(db.session.scalars(select(TrailEvent.kind))) == ["catalogue.load"] * 2
    assert db.session.scalar(select(func.count()).select_from(CatalogueLoad)) == 2
    assert list(verify()) == []


def test_a_changed_text_is_a_new_version_and_the_old_one_stays(files: Path) -> None:
    old, new = "Does the proposal leave the harbour in good order?", "Does the harbour stay in good order?"
    ids = {row.code: row.id for row in db.session.scalars(select(Criterion).where(Criterion.current.is_(True)))}
    change(files / "authorities" / "vda.toml", old, new)
    assert catalogue.load(files)
    assert criteria("harbour-order") == [(1, False, old), (2, True, new)]
    assert criteria("customer-care") == [(1, True, "Are customers in Veridia treated fairly?")]
    assert db.session.get_one(Criterion, ids["harbour-order"]).question == old
    after = {row.code: row.id for row in db.session.scalars(select(Criterion).where(Criterion.current.is_(True)))}
    assert {code for code in ids if ids[code] != after[code]} == {"harbour-order"}


def test_a_changed_indicator_is_a_new_version_too(files: Path) -> None:
    change(files / "authorities" / "vda.toml", "Cargo is left on the quay", "Cargo is left behind")
    catalogue.load(files)
    assert [(number, current) for number, current, _ in criteria("harbour-order")] == [(1, False), (2, True)]


def test_a_criterion_that_is_gone_is_kept_and_comes_back_as_a_further_version(files: Path) -> None:
    path = files / "authorities" / "vda.toml"
    whole = path.read_text()
    start = whole.index('[[criteria]]\ncode = "green-ledger"')
    path.write_text(whole[:start] + whole[whole.index("[[facts]]") :])
    catalogue.load(files)
    assert [(number, current) for number, current, _ in criteria("green-ledger")] == [(1, False)]
    path.write_text(whole)
    assert catalogue.load(files)
    assert [(number, current) for number, current, _ in criteria("green-ledger")] == [(1, False), (2, True)]


def test_ids_of_authorities_instruments_and_programmes_stay(files: Path) -> None:
    def ids() -> dict[str, object]:
        db.session.rollback()
        return {
            f"{model.__tablename__} {row.code}": row.id
            for model in (Authority, Instrument, Programme)
            for row in db.session.scalars(select(model))
        }

    before = ids()
    change(files / "authorities" / "vda.toml", 'name = "Veridian Digital Authority"', 'name = "Digital Authority"')
    change(files / "authorities" / "vda.toml", 'name = "Act of Admission"', 'name = "Admission"')
    change(files / "programmes" / "uk-us-vd.toml", "UK–US–Veridia Joint Sandbox", "Harbour Sandbox")
    assert catalogue.load(files)
    assert ids() == before
    assert db.session.scalar(select(Organisation.name).where(Organisation.code == "VDA")) == "Digital Authority"
    assert "Harbour Sandbox" in set(db.session.scalars(select(Programme.name)))


def versions() -> dict[int, int]:
    """How many rules each stored version of the third country's programme has."""
    db.session.rollback()
    rows = select(RuleSet.version, RuleSet.content).join(Programme, Programme.id == RuleSet.programme_id)
    return {version: len(content) for version, content in db.session.execute(rows.where(Programme.code == "uk-us-vd"))}


def test_a_version_of_the_routing_rules_never_changes(files: Path) -> None:
    before = versions()
    path = files / "routing" / "uk-us-vd.toml"
    path.write_text("[[routes]]".join(path.read_text().split("[[routes]]")[:-1]))
    with pytest.raises(CatalogueError, match=r"uk-us-vd version 1.*next version"):
        catalogue.load(files)
    assert versions() == before
    change(path, "version = 1", "version = 2")
    assert catalogue.load(files)
    assert versions() == {**before, 2: before[1] - 1}


def test_members_are_those_of_the_files(files: Path) -> None:
    change(files / "programmes" / "uk-us-vd.toml", 'code = "SEC"\nrequired = true', 'code = "SEC"\nrequired = false')
    assert catalogue.load(files)
    required = db.session.execute(
        select(Authority.code, ProgrammeAuthority.required)
        .join(ProgrammeAuthority, ProgrammeAuthority.authority_id == Authority.id)
        .join(Programme, Programme.id == ProgrammeAuthority.programme_id)
        .where(Programme.code == "uk-us-vd")
    ).all()
    assert dict(map(tuple, required)) == {"FCA": True, "SEC": False, "VDA": True}


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("authorities/vda.toml", "signatories_required = 2", "signatories_required = 0"),
        ("authorities/vda.toml", 'jurisdiction = "VD"', 'jurisdiction = "XX"'),
        ("authorities/vda.toml", 'joint = "sustainability"', 'joint = "no-such-criterion"'),
        ("authorities/vda.toml", 'code = "green-ledger"', 'code = "customer-care"'),
        ("authorities/vda.toml", 'code = "VDA"', 'code = "VDA'),
        ("jurisdictions/vd.toml", 'currency = "VDC"', 'currency = "veridian crowns"'),
        ("programmes/uk-us-vd.toml", 'reference_prefix = "VJ"', ""),
    ],
)
def test_a_wrong_file_is_named_and_changes_nothing(files: Path, file: str, old: str, new: str) -> None:
    change(files / "authorities" / "vda.toml", "Ships are not delayed", "Ships are never delayed")
    path = files / file
    path.write_text(path.read_text().replace(old, new, 1))
    before = stored()
    with pytest.raises(CatalogueError, match=path.name):
        catalogue.load(files)
    assert stored() == before
