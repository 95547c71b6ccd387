"""Tables of the desks column, one module a subject."""

from sandbox.models.desks.cases import Case, CaseNumber, Desk
from sandbox.models.desks.clocks import ClockEvent
from sandbox.models.desks.conflicts import DECLARATIONS, ConflictDeclaration
from sandbox.models.desks.screening import CompletenessLetter
from sandbox.models.desks.staffing import DeskAssignment

__all__ = [
    "DECLARATIONS",
    "Case",
    "CaseNumber",
    "ClockEvent",
    "CompletenessLetter",
    "ConflictDeclaration",
    "Desk",
    "DeskAssignment",
]
