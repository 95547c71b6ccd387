"""Specialists' input on a criterion: each their own text. The case officer reads it and records the finding."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from sandbox.domain import audiences
from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor
from sandbox.domain.errors import BadInput
from sandbox.extensions import db
from sandbox.models.assessments import SpecialistInput
from sandbox.models.base import now
from sandbox.models.catalogue import Criterion
from sandbox.services import desks, search
from sandbox.services.assessments.common import assessing, expect_none, own_matter, took_part
from sandbox.services.engine import act
from sandbox.services.unit import expect, get, use_case


@use_case
def write_input(actor: Actor, desk_id: UUID, criterion_id: UUID, *, text: str, version: int | None = None) -> UUID:
    """Write or rewrite one's own input on a criterion of one's desk.

    `version` is that of one's own input the form was opened with. Raises BadInput, NotNow, Conflict.
    """
    desk, case, code = desks.load(desk_id)
    criterion = get(Criterion, criterion_id)
    act(actor, Action.INPUT_WRITE, own_matter(desk, case, code, detail={"criterion": criterion.code}))
    assessing(desk)
    if criterion.authority_id != desk.authority_id or not text.strip():
        raise BadInput({"text": "Write what you have to say on this criterion."})
    took_part(actor, desk.id)
    row = db.session.scalar(
        select(SpecialistInput).where(
            SpecialistInput.desk_id == desk_id,
            SpecialistInput.criterion_id == criterion_id,
            SpecialistInput.author_id == actor.me,
        ),
    )
    if row is None:
        expect_none(version)
        row = SpecialistInput(desk_id=desk_id, criterion_id=criterion_id, author_id=actor.me)
        db.session.add(row)
    else:
        expect(row, version, current={"text": row.text})
    row.text, row.written_at, row.application_version_id = text.strip(), now(), case.current_version_id
    db.session.flush()
    search.index("input", row.id, case.id, row.text, (audiences.desk(code),))
    return row.id


__all__ = ["write_input"]
