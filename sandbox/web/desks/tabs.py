"""The pages of one case as tabs: only those that exist and that this viewer may open."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import current_app

from sandbox.domain.actions import Action
from sandbox.domain.actors import Organisation
from sandbox.queries.desks import Sight
from sandbox.web.addresses import url_for
from sandbox.web.locale import _

# In groups: the case, one's own desk, the desks together, what came of it, the record.
# Name, text, endpoint, the action that opens it (None: everybody who may open the case), and staff only?
TABS: tuple[tuple[str, str, str, Action | None, bool], ...] = (
    ("overview", _("Overview"), "desks.case", None, False),
    ("dossier", _("Dossier"), "desks.dossier", Action.CASE_READ, False),
    ("place", _("Place and fees"), "intake.place", Action.CASE_GLANCE, False),
    ("parties", _("Parties"), "desks.parties", Action.PARTY_READ, False),
    ("routing", _("Routing"), "desks.routing", None, False),
    ("desk", _("Our desk"), "desks.desk", Action.DESK_READ, True),
    ("clocks", _("Clocks"), "desks.clocks", Action.CLOCK_READ, False),
    ("requests", _("Requests"), "desks.requests", Action.REQUEST_READ, False),
    ("assessment", _("Assessment"), "assessments.workbench", Action.ASSESSMENT_READ, True),
    ("positions", _("Positions"), "assessments.positions", Action.ASSESSMENT_READ, True),
    ("divergences", _("Divergences"), "assessments.divergences", Action.DIVERGENCE_READ, True),
    ("sharing", _("Sharing"), "desks.sharing", Action.SHARE_READ, True),
    ("told", _("Sharing"), "desks.told", Action.CONSENT_READ, False),
    ("decision", _("Decision"), "decisions.case", None, False),
    ("trial", _("Trial"), "trials.case", Action.TRIAL_READ, False),
    ("correspondence", _("Correspondence"), "desks.correspondence", Action.MESSAGE_READ, False),
    ("trail", _("History"), "trail.case", Action.TRAIL_READ, False),
)
GROUPS = (
    ("overview", "dossier", "place", "parties", "routing"),
    ("desk", "clocks", "requests", "assessment"),
    ("positions", "divergences", "contradictions", "joint", "meetings", "sharing", "told"),
    ("decision", "trial"),
    ("correspondence", "trail"),
)
GROUP_OF = {name: place for place, names in enumerate(GROUPS) for name in names}
ROUTING_READERS = (Action.CASE_READ, Action.DESK_READ, Action.CASE_OBSERVE)
DECISION_READERS = (Action.DECISION_READ, Action.TRIAL_READ)


def address(endpoint: str, **values: Any) -> str | None:
    """The address of a page, or None when the portal has no such page."""
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else None


def _shown(seen: Sight, name: str, action: Action | None, staff: bool) -> bool:
    if staff and (seen.viewer.organisation is not Organisation.AUTHORITY or seen.desk_id is None):
        return False
    if name == "decision":
        return any(seen.may(one) for one in DECISION_READERS)
    if name == "place":
        return seen.has_place and seen.may(Action.CASE_GLANCE)
    if name == "routing":
        return any(seen.may(one) for one in ROUTING_READERS)
    if name == "divergences" and seen.desk_opened_at is None:
        return False
    return action is None or seen.may(action)


def tabs(seen: Sight, active: str) -> list[dict[str, Any]]:
    """The tabs of a case for the macro `subnav`."""
    items: list[dict[str, Any]] = []
    before = GROUP_OF[TABS[0][0]]
    for name, text, endpoint, action, staff in TABS:
        href = address(endpoint, case_id=seen.case_id)
        if href is not None and _shown(seen, name, action, staff):
            starts, before = GROUP_OF[name] != before, GROUP_OF[name]
            items.append({"text": text, "href": href, "active": name == active, "starts": starts})
    return items


# Kind of an item that search finds → the page on which it stands; where the viewer may not open it, the case page.
PLACES: dict[str, str] = {
    "request": "desks.requests",
    "version": "desks.dossier",
    "finding": "assessments.workbench",
    "input": "assessments.workbench",
    "position": "assessments.positions",
}


# Kind of an item that has a page of its own → that page, and what the item is called in its address.
OWN_PAGES: dict[str, tuple[str, str]] = {
    "thread": ("desks.thread", "thread_id"),
    "divergence": ("assessments.divergence", "divergence_id"),
    "joint_meeting": ("assessments.meeting", "meeting_id"),
}


def found_at(kind: str, case_id: UUID, item_id: UUID) -> str:
    """The address of an item that search found."""
    if kind in OWN_PAGES:
        endpoint, name = OWN_PAGES[kind]
        values: dict[str, Any] = {"case_id": case_id, name: item_id}
        return url_for(endpoint, **values)
    anchor = f"{kind}-{item_id}" if kind in PLACES else None
    return url_for(PLACES.get(kind, "desks.case"), case_id=case_id, _anchor=anchor)


__all__ = ["address", "found_at", "tabs"]
