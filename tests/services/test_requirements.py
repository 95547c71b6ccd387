"""Requirements and the map between them, loaded: versions stay; a changed row stays beside what replaced it."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from sandbox.adapters.catalogue_files import CatalogueError
from sandbox.extensions import db
from sandbox.models.catalogue import Authority, Requirement, RequirementEquivalence
from sandbox.services import catalogue
from tests.services.test_catalogue import THIRD, change, stored

REQUIREMENTS = """
[[requirements]]
code = "berth"
title = "Berth"
text = "The firm names its berth."
criterion = "harbour-order"
source = "Invented"
sure = "programme"

[[requirements]]
code = "pilot"
title = "Pilot"
text = "The firm names its pilot."
mandatory = false
source = "Invented"
sure = "programme"
"""
MAP = """
code = "VDA to FCA"
authority = "VDA"
to = "FCA"

[[requirements]]
requirement = "berth"
other = "applicant"
relation = "partial"
valid_from = 2026-01-01
valid_until = 2026-06-30
reason = "A berth is not an office."
source = "Invented"
sure = "programme"

[[requirements]]
requirement = "berth"
other = "applicant"
relation = "equivalent"
valid_from = 2026-07-01
reason = "Both say where the firm is."
source = "Invented"
sure = "programme"
"""


@pytest.fixture
def files(empty_database: None, tmp_path: Path) -> Path:
    """The invented country's files with requirements and a map, loaded once."""
    folder = tmp_path / "third"
    shutil.copytree(THIRD, folder)
    path = folder / "authorities" / "vda.toml"
    whole = path.read_text()
    path.write_text(whole.replace("[[facts]]", REQUIREMENTS + "\n[[facts]]", 1))
    (folder / "equivalences").mkdir()
    (folder / "equivalences" / "vda-fca.toml").write_text(MAP)
    assert catalogue.load(folder)
    return folder


def requirements() -> list[tuple[str, int, bool, str]]:
    db.session.rollback()
    rows = db.session.scalars(
        select(Requirement)
        .join(Authority, Authority.id == Requirement.authority_id)
        .where(Authority.code == "VDA")
        .order_by(Requirement.code, Requirement.number)
    )
    return [(row.code, row.number, row.current, row.content["text"]) for row in rows]


def rows() -> list[tuple[str, date, int, bool]]:
    db.session.rollback()
    found = db.session.scalars(
        select(RequirementEquivalence)
        .join(Authority, Authority.id == RequirementEquivalence.from_authority_id)
        .where(Authority.code == "VDA")
        .order_by(RequirementEquivalence.valid_from, RequirementEquivalence.number)
    )
    return [(row.relation, row.valid_from, row.number, row.replaced_at is None) for row in found]


def test_loading_again_changes_nothing(files: Path) -> None:
    before = stored()
    assert not catalogue.load(files)
    assert stored() == before


def test_a_changed_requirement_is_a_new_version_and_a_gone_one_is_not_current(files: Path) -> None:
    change(files / "authorities" / "vda.toml", "The firm names its berth.", "The firm names its berth and quay.")
    assert catalogue.load(files)
    assert requirements() == [
        ("berth", 1, False, "The firm names its berth."),
        ("berth", 2, True, "The firm names its berth and quay."),
        ("pilot", 1, True, "The firm names its pilot."),
    ]
    path = files / "authorities" / "vda.toml"
    whole = path.read_text()
    path.write_text(whole[: whole.index('[[requirements]]\ncode = "pilot"')] + whole[whole.index("[[facts]]") :])
    assert catalogue.load(files)
    assert [row[:3] for row in requirements()] == [("berth", 1, False), ("berth", 2, True), ("pilot", 1, False)]


def test_a_changed_relation_keeps_what_stood_before(files: Path) -> None:
    early, late = date(2026, 1, 1), date(2026, 7, 1)
    assert rows() == [("partial", early, 1, True), ("equivalent", late, 1, True)]
    path = files / "equivalences" / "vda-fca.toml"
    change(path, 'relation = "equivalent"', 'relation = "none"')
    assert catalogue.load(files)
    assert rows() == [("partial", early, 1, True), ("equivalent", late, 1, False), ("none", late, 2, True)]
    path.write_text(MAP[: MAP.rindex("[[requirements]]")])
    assert catalogue.load(files)
    assert rows() == [("partial", early, 1, True), ("equivalent", late, 1, False), ("none", late, 2, False)]
    path.write_text(MAP)
    assert catalogue.load(files)
    assert rows()[-1] == ("equivalent", late, 3, True)


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        ("equivalences/vda-fca.toml", "valid_until = 2026-06-30", "valid_until = 2026-07-01", "on the same day"),
        ("equivalences/vda-fca.toml", "valid_until = 2026-06-30", "valid_until = 2025-06-30", "before valid_from"),
        ("authorities/vda.toml", 'code = "berth"', 'code = "quay"', "VDA has no requirement 'berth'"),
        ("authorities/vda.toml", 'code = "pilot"', 'code = "berth"', "'berth' occurs 2 times"),
        ("authorities/vda.toml", 'criterion = "harbour-order"', 'criterion = "tide"', "no criterion 'tide'"),
    ],
)
def test_what_cannot_be_is_named_and_changes_nothing(files: Path, file: str, old: str, new: str, words: str) -> None:
    before = stored()
    change(files / file, old, new)
    with pytest.raises(CatalogueError, match=words):
        catalogue.load(files)
    assert stored() == before
