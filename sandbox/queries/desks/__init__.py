"""Cases and desks as their readers may see them: inbox, pipeline, case page, dossier, own desk, dashboards.

Rule: until the positions open, everybody outside a desk reads one word for its state; nothing here tells more.
"""

from sandbox.queries.desks.dashboards import Dashboard, dashboard
from sandbox.queries.desks.dossier import Dossier, dossier
from sandbox.queries.desks.inbox import FILTERS, InboxRow, inbox
from sandbox.queries.desks.office import PipelineRow, pipeline
from sandbox.queries.desks.own import OwnDesk, own_desk
from sandbox.queries.desks.page import CasePage, DeskCell, Letter, case
from sandbox.queries.desks.sight import Sight, sight

__all__ = [
    "FILTERS",
    "CasePage",
    "Dashboard",
    "DeskCell",
    "Dossier",
    "InboxRow",
    "Letter",
    "OwnDesk",
    "PipelineRow",
    "Sight",
    "case",
    "dashboard",
    "dossier",
    "inbox",
    "own_desk",
    "pipeline",
    "sight",
]
