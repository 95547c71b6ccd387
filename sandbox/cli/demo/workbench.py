"""A workbench in use: evidence, a specialist's input, standard paragraphs, a finding that a new version made stale."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select

from sandbox.cli.demo import story
from sandbox.cli.demo.answering import completed, newest
from sandbox.cli.demo.story import Cast
from sandbox.domain.actors import Actor
from sandbox.domain.changes import of_document
from sandbox.extensions import db
from sandbox.models.applications import ApplicationVersion, Section
from sandbox.models.assessments import Finding
from sandbox.models.catalogue import Criterion
from sandbox.models.desks import Case
from sandbox.services import assessments, desks

CODE = "FCA"
PARAGRAPHS = (
    ("Scale of the test", None, "The test is small in relation to the market: its limits bound what can be lost."),
    (
        "Wind-down is credible",
        "readiness",
        "The exit plan names who acts, in which order and within how many days, and it was rehearsed.",
    ),
)
INPUT = (
    "I have read the custody outline. Keys are split between three sites and the recovery drill is described step by "
    "step. What I miss is who may call it outside business hours."
)


def show(cast: Cast, case_id: UUID, firm: Actor) -> None:
    """At the FCA's desk: findings that cite the dossier; then another desk asks for more, and the exit plan changes."""
    officer, coordinator = cast.staff(CODE, "case"), cast.staff(CODE, "coordinator")
    desk_id = story.desk_of(case_id, CODE)
    used = [
        assessments.keep_paragraph(coordinator, title=title, criterion=criterion, text=text)
        for title, criterion, text in PARAGRAPHS
    ]
    assessments.write_input(cast.staff(CODE, "specialist"), desk_id, _criterion("readiness"), text=INPUT)
    story.assess(cast, case_id, CODE)
    document = next(iter(_record(case_id)["documents"]))["id"]
    elsewhere = assessments.Grounds(evidence=({"path": "product.summary"}, {"path": "product.innovation"}))
    grounds = {
        **dict.fromkeys(("in-scope", "genuine-innovation", "need-for-support"), elsewhere),
        "readiness": assessments.Grounds(
            evidence=(
                {"path": "test_plan.exit_plan", "note": "positions are closed or moved within 30 days"},
                {"path": of_document(document), "page": 1, "note": "Keys are split between three sites."},
            ),
            standards=("FCA sandbox 4", "FSB-CA 2023 5"),
            paragraphs=used,
        ),
        "consumer-benefit": assessments.Grounds(
            evidence=({"path": "test_plan.safeguards_text"}, {"path": "test_plan.limits.total-value.UK"}),
            standards=("FSB-CA 2023 2", "IOSCO-CDA 2023 18"),
        ),
    }
    for code, rests_on in grounds.items():
        finding = _finding(desk_id, code)
        reasons = f"{finding.reasons}\n\n{PARAGRAPHS[1][2]}" if code == "readiness" else finding.reasons
        assessments.record_finding(
            officer, desk_id, finding.criterion_id, value=finding.value, reasons=reasons,
            indicators=finding.indicators, grounds=rests_on, version=finding.version,
        )  # fmt: skip
    _amended(cast, case_id, firm)


def _amended(cast: Cast, case_id: UUID, firm: Actor) -> None:
    """The desk that joined last finds the exit plan too thin; the firm submits a new version."""
    code = "SEC"
    story.staff_desk(cast, case_id, code)
    desk_id, intake = story.desk_of(case_id, code), cast.staff(code, "intake")
    desks.start_screening(intake, desk_id)
    desks.find_incomplete(intake, desk_id, missing=["Exit plan: say what happens to tokens that nobody claims."])
    application_id = story.application_of(case_id)
    rows = db.session.execute(select(Section.code, Section.answers).where(Section.application_id == application_id))
    saved = {row.code: row.answers for row in rows}
    plan = saved["test_plan"]
    more = "Tokens that nobody claims within a year are paid into a trust for their holders."
    saved["test_plan"] = {**plan, "exit_plan": f"{plan['exit_plan']} {more}"}
    # the desk that joined asks its overlay too
    story.fill(firm, application_id, completed(newest(), saved, story.codes_of(case_id)))
    story.submit(firm, application_id)


def _criterion(code: str) -> UUID:
    found = select(Criterion.id).where(Criterion.code == code, Criterion.current.is_(True))
    return db.session.scalars(found).one()


def _finding(desk_id: UUID, code: str) -> Finding:
    found = select(Finding).join(Criterion, Criterion.id == Finding.criterion_id)
    return db.session.scalars(found.where(Finding.desk_id == desk_id, Criterion.code == code)).one()


def _record(case_id: UUID) -> dict[str, Any]:
    found = select(ApplicationVersion.record).join(Case, Case.current_version_id == ApplicationVersion.id)
    return db.session.scalars(found.where(Case.id == case_id)).one()


__all__ = ["show"]
