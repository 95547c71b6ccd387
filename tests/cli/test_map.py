"""`flask catalogue map`: a changed file of equivalences, held against the map that stands, before it is loaded."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from sandbox.domain.actors import Role
from sandbox.extensions import db
from sandbox.models.catalogue import RequirementEquivalence
from sandbox.services.catalogue import SHIPPED
from tests.factories import Maker

FILE = Path(SHIPPED) / "equivalences" / "cftc-sec.toml"


def run(app: Flask, path: Path, *more: str) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=["catalogue", "map", "--dry-run", str(path), *more])
    return result.exit_code, result.output


def standing() -> list[tuple[str, str, str]]:
    db.session.rollback()
    rows = db.session.scalars(select(RequirementEquivalence).order_by(RequirementEquivalence.id))
    return [(row.from_requirement, row.relation, str(row.replaced_at)) for row in rows]


@pytest.fixture
def changed(tmp_path: Path) -> Path:
    """The file with one relation changed and one row taken out."""
    text = FILE.read_text()
    rows = text.split("[[requirements]]")
    kept = [row for row in rows if 'requirement = "travel-rule"' not in row]
    assert len(kept) == len(rows) - 1
    path = tmp_path / "cftc-sec.toml"
    path.write_text("[[requirements]]".join(kept).replace('relation = "deferred_to"\nvalid_from = 2026-11-01',
                                                          'relation = "none"\nvalid_from = 2026-11-01'))  # fmt: skip
    return path


def test_the_shipped_file_changes_nothing(app: Flask) -> None:
    assert run(app, FILE) == (0, "0 rows of the map would change.\n")


def test_each_change_is_named_with_the_questions_and_cases_that_it_touches(
    app: Flask, maker: Maker, changed: Path
) -> None:
    owner = maker.person(maker.firm("Mapped Ltd"), Role.OWNER)
    both = maker.case(owner, desks=("SEC", "CFTC"), lead="SEC")
    maker.case(owner, desks=("FCA", "SEC"))
    maker.case(owner, desks=("SEC", "CFTC"), lead="SEC", state="issued")
    before = standing()
    code, output = run(app, changed)
    assert code == 0
    assert output.startswith("2 rows of the map would change.")
    assert "deferred_to from 2026-11-01 → none from 2026-11-01" in output
    assert "equivalent from 2026-01-01 → not in the map" in output
    assert "question monitoring.account_classes\n" in output
    assert "question aml.travel_rule (counts for FCA, SEC too)" in output
    assert output.count("1 open cases: JS-2026-") == 2
    assert standing() == before, "nothing is loaded"
    _, as_json = run(app, changed, "--json")
    found = json.loads(as_json)
    assert [one["after"] and one["after"]["relation"] for one in found] == ["none", None]
    assert all(len(one["touched"]["references"]) == 1 for one in found)
    assert both.id


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('other = "reporting"', 'other = "no-such"', "SEC has no requirement 'no-such'"),
        ('relation = "partial"', 'relation = "same"', "is not one of"),
        ('code = "CFTC to SEC"', "code = ", "cannot be read"),
    ],
)
def test_a_wrong_file_is_refused_with_what_is_wrong(app: Flask, tmp_path: Path, old: str, new: str, words: str) -> None:
    path = tmp_path / "wrong.toml"
    text = FILE.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    code, output = run(app, path)
    assert code == 1
    assert words in output
