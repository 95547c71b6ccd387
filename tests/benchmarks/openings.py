"""The opening: four desks with forty criteria each, the last position is in, everything opens in one transaction."""

from __future__ import annotations

import time
from pathlib import Path
from uuid import UUID

from sqlalchemy import select

from sandbox.cli.demo.bulk import load_cases
from sandbox.cli.demo.story import REASONS, Cast
from sandbox.domain import audiences
from sandbox.domain.canonical import record_hash
from sandbox.extensions import db
from sandbox.models.assessments import Position
from sandbox.models.base import now
from sandbox.models.catalogue import Authority, Programme
from sandbox.models.desks import Case, Desk
from sandbox.services import openings, trail
from sandbox.services.unit import use_case
from tests.benchmarks.data import application
from tests.benchmarks.figures import Row
from tests.benchmarks.writes import watching

CRITERIA = 40
SEED = 78
TIMES = 5


@use_case
def _filed(case_id: UUID) -> None:
    """Put four desks on the case, each with a filed position of forty findings and three conditions."""
    case = db.session.get_one(Case, case_id)
    programme = db.session.get_one(Programme, case.programme_id)
    joint = [row["code"] for row in programme.content["joint_criteria"]]
    officer = Cast().staff("FCA", "case")
    for place, authority in enumerate(db.session.scalars(select(Authority).order_by(Authority.code))):
        desk = db.session.scalar(select(Desk).where(Desk.case_id == case_id, Desk.authority_id == authority.id))
        if desk is None:
            desk = Desk(case_id=case_id, authority_id=authority.id, part="decides", required=False)
            db.session.add(desk)
        desk.state, desk.part = "assessed", "decides"
        db.session.flush()
        record = _record(place, joint)
        position = Position(
            case_id=case_id,
            desk_id=desk.id,
            application_version_id=case.current_version_id,
            recommendation="approve_with_conditions",
            summary="As found.",
            record=record,
            sha256=record_hash(record),
            filed_by=officer.me,
            filed_at=now(),
        )
        db.session.add(position)
        db.session.flush()
        trail.show_to(position, "position", (audiences.desk(authority.code),), case_id=case_id)


def _record(place: int, joint: list[str]) -> dict[str, object]:
    values = ("met", "partly", "met", "not_met")
    return {
        "schema": "position/1",
        "recommendation": "approve_with_conditions",
        "summary": "As found.",
        "findings": [
            {
                "criterion": f"criterion-{number}", "criterion_number": 1, "title": f"Criterion {number}",
                "joint": joint[number % len(joint)], "value": values[(place + number) % 4 if number < 8 else 0],
                "reasons": REASONS["met"].format(title=f"Criterion {number}"), "indicators": [],
            }
            for number in range(CRITERIA)
        ],
        "conditions": [
            {
                "kind": "limit", "title": metric, "text": metric, "origin": "imposed", "legal_basis": "",
                "jurisdictions": ["UK"], "metric": metric, "comparator": "at_most", "threshold": str(100 + place),
                "currency": None, "window": "at_any_time", "due_rule": None, "precedent_to_start": False,
            }
            for metric in ("customers", "total-value", "single-transaction")
        ],
    }  # fmt: skip


@use_case
def _open(case_id: UUID) -> bool:
    return openings.open_if_complete(db.session.get_one(Case, case_id, with_for_update=True))


def opening(folder: Path) -> Row:
    """The opening alone: seconds (best of some cases) and statements. Raises RuntimeError when it did not open."""
    with application(folder):
        load_cases(TIMES, SEED, lambda _line: None, only="ready to file")
        cases = db.session.scalars(select(Case.id).where(Case.id.not_in(select(Position.case_id))).limit(TIMES)).all()
        found = []
        for case_id in cases:
            _filed(case_id)
            db.session.remove()
            with watching() as sent:
                start = time.perf_counter()
                done = _open(case_id)
                found.append(time.perf_counter() - start)
            if not done:
                raise RuntimeError("The positions did not open.")
        return Row("opening", size=4, seconds=min(found), sql=len(sent), note="desks with 40 criteria")
