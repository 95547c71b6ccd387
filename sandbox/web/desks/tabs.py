"""The pages of one case as tabs: only those that exist and that this viewer may open."""

from __future__ import annotations

from typing import Any

from flask import current_app, url_for

from sandbox.domain.actions import Action
from sandbox.domain.actors import Organisation
from sandbox.queries.desks import Sight
from sandbox.web.locale import _

# Name, text, endpoint, the action that opens it (None: everybody who may open the case), and staff only?
TABS: tuple[tuple[str, str, str, Action | None, bool], ...] = (
    ("overview", _("Overview"), "desks.case", None, False),
    ("dossier", _("Dossier"), "desks.dossier", Action.CASE_READ, False),
    ("desk", _("Our desk"), "desks.desk", Action.DESK_READ, True),
    ("assessment", _("Assessment"), "assessments.workbench", Action.ASSESSMENT_READ, True),
    ("positions", _("Positions"), "assessments.positions", Action.ASSESSMENT_READ, True),
    ("divergences", _("Divergences"), "assessments.divergences", Action.DIVERGENCE_READ, True),
    ("decision", _("Decision"), "decisions.case", None, False),
    ("trial", _("Trial"), "trials.case", Action.TRIAL_READ, False),
    ("trail", _("History"), "trail.case", Action.TRAIL_READ, False),
)
DECISION_READERS = (Action.DECISION_READ, Action.TRIAL_READ)


def address(endpoint: str, **values: Any) -> str | None:
    """The address of a page, or None when the portal has no such page."""
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else None


def _shown(seen: Sight, name: str, action: Action | None, staff: bool) -> bool:
    if staff and (seen.viewer.organisation is not Organisation.AUTHORITY or seen.desk_id is None):
        return False
    if name == "decision":
        return any(seen.may(one) for one in DECISION_READERS)
    if name == "divergences" and seen.desk_opened_at is None:
        return False
    return action is None or seen.may(action)


def tabs(seen: Sight, active: str) -> list[dict[str, Any]]:
    """The tabs of a case for the macro `subnav`."""
    items = []
    for name, text, endpoint, action, staff in TABS:
        href = address(endpoint, case_id=seen.case_id)
        if href is not None and _shown(seen, name, action, staff):
            items.append({"text": text, "href": href, "active": name == active})
    return items


__all__ = ["address", "tabs"]
