"""Cases and desks as their readers may see them: inbox, pipeline, case page, dossier, own desk, dashboards.

Rule: until the positions open, everybody outside a desk reads one word for its state; nothing here tells more.
"""

from sandbox.queries.desks.clocks import Clock, ClocksPage, Planned, clocks, plan
from sandbox.queries.desks.conflicts import colleague, declarations, declaring, interests, of_case
from sandbox.queries.desks.dashboards import Dashboard, dashboard
from sandbox.queries.desks.dossier import Dossier, dossier
from sandbox.queries.desks.inbox import CHOICES, FILTERS, SORTS, Asked, InboxRow, inbox, whole_inbox
from sandbox.queries.desks.office import (
    OFFICE_SORTS,
    STAGES,
    OfficeAsked,
    PipelineRow,
    authorities,
    pipeline,
    whole_pipeline,
)
from sandbox.queries.desks.own import OwnDesk, own_desk
from sandbox.queries.desks.page import CasePage, DeskCell, Letter, case
from sandbox.queries.desks.parties import Parties, parties
from sandbox.queries.desks.requests import OneRequest, Requests, request, requests
from sandbox.queries.desks.routing import RoutingPage, routing
from sandbox.queries.desks.rules import rule_sets
from sandbox.queries.desks.search import Hit, search
from sandbox.queries.desks.sight import Sight, sight
from sandbox.queries.desks.views import Reminder, View, may_remind, reminders, teams, views

__all__ = [
    "CHOICES",
    "FILTERS",
    "OFFICE_SORTS",
    "SORTS",
    "STAGES",
    "Asked",
    "CasePage",
    "Clock",
    "ClocksPage",
    "Dashboard",
    "DeskCell",
    "Dossier",
    "Hit",
    "InboxRow",
    "Letter",
    "OfficeAsked",
    "OneRequest",
    "OwnDesk",
    "Parties",
    "PipelineRow",
    "Planned",
    "Reminder",
    "Requests",
    "RoutingPage",
    "Sight",
    "View",
    "authorities",
    "case",
    "clocks",
    "colleague",
    "dashboard",
    "declarations",
    "declaring",
    "dossier",
    "inbox",
    "interests",
    "may_remind",
    "of_case",
    "own_desk",
    "parties",
    "pipeline",
    "plan",
    "reminders",
    "request",
    "requests",
    "routing",
    "rule_sets",
    "search",
    "sight",
    "teams",
    "views",
    "whole_inbox",
    "whole_pipeline",
]
