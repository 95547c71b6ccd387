"""What a viewer may do with an application of their own firm, and whether a desk waits for it."""

from __future__ import annotations

from sqlalchemy import ColumnElement, exists

from sandbox.domain import audiences
from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor
from sandbox.domain.policy import CaseFacts, can
from sandbox.models.desks import Case, Desk

FIRM_ONLY = frozenset({audiences.FIRM})


def facts(viewer: Actor) -> CaseFacts | None:
    """The facts of a draft of a firm that the viewer works for, as own people or as counsel."""
    firm_id = next(iter(viewer.firms), viewer.organisation_id)
    return CaseFacts(firm_id=firm_id) if firm_id is not None else None


def may(viewer: Actor, action: Action) -> bool:
    """Is this granted to the viewer on an application of their own firm? The state of things is asked elsewhere."""
    return can(viewer, action, facts(viewer))


def desk_waits() -> ColumnElement[bool]:
    """A desk found the application incomplete and waits for the firm; for a statement that reads `Case`."""
    return exists().where(Desk.case_id == Case.id, Desk.state == "incomplete", Case.withdrawn_at.is_(None))
