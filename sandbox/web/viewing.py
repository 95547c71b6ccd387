"""Opening confidential content is recorded before it is shown; where it cannot be, it is not shown (503)."""

from __future__ import annotations

from uuid import UUID

from flask import current_app

from sandbox.adapters.access_log import log_at
from sandbox.domain.actions import Action
from sandbox.web.access import viewer


def opened(action: Action, case_id: UUID | None = None, *, item: str = "") -> None:
    """Write one line into the access log: this viewer opened this. No SQL. Raises AccessLogUnavailable."""
    log_at(current_app.config["ACCESS_LOG"]).opened(viewer(), action, case_id=case_id, item=item)


__all__ = ["opened"]
