"""The blueprint of the column, and what its pages ask alike."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, current_app, url_for

from sandbox.domain.actions import Action
from sandbox.queries import applications as queries
from sandbox.web.access import viewer

blueprint = Blueprint("applications", __name__)


def may() -> dict[str, bool]:
    """What the viewer's roles allow on applications of the firm; the state of things is asked elsewhere."""
    actor = viewer()
    return {
        "edit": queries.may(actor, Action.APPLICATION_EDIT),
        "submit": queries.may(actor, Action.APPLICATION_SUBMIT),
        "discard": queries.may(actor, Action.APPLICATION_DISCARD),
        "withdraw": queries.may(actor, Action.APPLICATION_WITHDRAW),
        "start": queries.may(actor, Action.APPLICATION_START),
        "start_again": queries.may(actor, Action.APPLICATION_START_AGAIN),
        "upload": queries.may(actor, Action.DOCUMENT_UPLOAD),
    }


@blueprint.app_context_processor
def links() -> dict[str, Any]:
    """Addresses of pages of other columns; None where a column is not there."""
    return {
        "case_href": _href("desks.case", "case_id"),
        "documents_href": _href("documents.index", "application_id"),
        "coverage_href": _href("coverage.application", "application_id"),
        "carry_href": _href("applications.carry", "application_id"),
    }


def _href(endpoint: str, name: str) -> Callable[[UUID], str | None]:
    def href(key: UUID) -> str | None:
        values: dict[str, Any] = {name: key}
        return url_for(endpoint, **values) if endpoint in current_app.view_functions else None

    return href


__all__ = ["blueprint", "may"]
