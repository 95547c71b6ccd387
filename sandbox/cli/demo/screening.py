"""Screening for the demonstration: a desk goes through its list and writes to the firm what is missing."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from sandbox.cli.demo import story
from sandbox.cli.demo.story import Cast
from sandbox.domain.screening import MET, MISSING
from sandbox.extensions import db
from sandbox.models.catalogue import Authority
from sandbox.services import desks

ALSO = "The contract with the custodian."
NOTE = "Say who can halt the test outside business hours, and who then writes to customers."


def incomplete(cast: Cast, case_id: UUID, code: str) -> None:
    """The last item of the list but one is missing; the letter says so, with a link to the answer."""
    desk_id, intake = story.desk_of(case_id, code), cast.staff(code, "intake")
    desks.start_screening(intake, desk_id)
    content = db.session.execute(select(Authority.content).where(Authority.code == code)).scalar_one()
    codes = [item["code"] for item in content["checklist"]]
    results = {item: (MET, "") for item in codes} | {codes[-2]: (MISSING, NOTE)}
    desks.check(intake, desk_id, results=results)
    desks.find_incomplete(intake, desk_id, missing=[ALSO], message="Please answer within ten working days.")


__all__ = ["incomplete"]
