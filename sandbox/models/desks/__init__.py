"""Tables of the desks column, one module a subject."""

from sandbox.models.desks.answers import DeskAnswer
from sandbox.models.desks.cases import Case, CaseNumber, Desk
from sandbox.models.desks.clocks import ClockEvent, ClockNotice, ClockWarning
from sandbox.models.desks.conflicts import DECLARATIONS, ConflictDeclaration, Quarantine, StandingInterest
from sandbox.models.desks.consents import SharingConsent
from sandbox.models.desks.correspondence import AgreedAction, Post, Thread
from sandbox.models.desks.parties import CaseParty, PartyChange
from sandbox.models.desks.requests import (
    Inconsistency,
    Request,
    RequestQuestion,
    RequestReply,
    asked_since,
    open_questions,
)
from sandbox.models.desks.routing import DeskRouting, LeadAssignment, Reclassification
from sandbox.models.desks.screening import CompletenessLetter, ScreeningCheck
from sandbox.models.desks.sharing import Share, ShareItem, ShareNotice, ShareUse
from sandbox.models.desks.staffing import DeskAssignment, DeskReminder, StandIn
from sandbox.models.desks.teams import Leave, Team, TeamMember
from sandbox.models.desks.views import SavedView

__all__ = [
    "DECLARATIONS",
    "AgreedAction",
    "Case",
    "CaseNumber",
    "CaseParty",
    "ClockEvent",
    "ClockNotice",
    "ClockWarning",
    "CompletenessLetter",
    "ConflictDeclaration",
    "Desk",
    "DeskAnswer",
    "DeskAssignment",
    "DeskReminder",
    "DeskRouting",
    "Inconsistency",
    "LeadAssignment",
    "Leave",
    "PartyChange",
    "Post",
    "Quarantine",
    "Reclassification",
    "Request",
    "RequestQuestion",
    "RequestReply",
    "SavedView",
    "ScreeningCheck",
    "Share",
    "ShareItem",
    "ShareNotice",
    "ShareUse",
    "SharingConsent",
    "StandIn",
    "StandingInterest",
    "Team",
    "TeamMember",
    "Thread",
    "asked_since",
    "open_questions",
]
