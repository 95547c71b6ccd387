"""What the use cases of an assessment share: their matter, when a desk may write, and who took part."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sandbox.domain import audiences
from sandbox.domain.actors import Actor
from sandbox.domain.errors import NotFound, NotNow
from sandbox.extensions import db
from sandbox.models.applications import ApplicationVersion
from sandbox.models.assessments import Assessor
from sandbox.models.desks import Case, Desk
from sandbox.services.engine import Matter
from sandbox.services.unit import get

REDONE_IN = ("deliberating", "procedure")


def own_matter(desk: Desk, case: Case, code: str, **more: Any) -> Matter:
    """What only this desk may know of."""
    return Matter(
        case_id=case.id,
        audience={audiences.desk(code)},
        authority_id=desk.authority_id,
        letter={"reference": case.reference},
        **more,
    )


def assessing(desk: Desk, *, redo: bool = False) -> None:
    """Raise NotNow unless the desk assesses; `redo`: work of a recused person is also redone before the decision.

    Then the filed position stays as it is; the decision waits for the work (needs.redone).
    """
    if desk.state != "assessing" and not (redo and desk.state in REDONE_IN):
        raise NotNow("Findings and conditions can be written while the desk is assessing.")


def took_part(actor: Actor, desk_id: UUID) -> None:
    """Note the actor as an assessor of the desk for good."""
    if db.session.get(Assessor, (desk_id, actor.me)) is None:
        db.session.add(Assessor(desk_id=desk_id, person_id=actor.me))


def expect_none(version: int | None) -> None:
    """A form that was opened on a row that is gone must not write a new one unseen."""
    if version:
        raise NotNow("This is not there any more. Open the page again.")


def version_read(case: Case, version_id: UUID | None) -> ApplicationVersion:
    """The submitted version that an officer had before them (None: the present one). Raises NotFound."""
    version = get(ApplicationVersion, version_id or case.current_version_id)
    if version.application_id != case.application_id:
        raise NotFound("There is nothing here.")
    return version


__all__ = ["REDONE_IN", "assessing", "expect_none", "own_matter", "took_part", "version_read"]
