"""Use cases of the desks column, one module a subject."""

from sandbox.services.desks.answers import consent, give_view, refuse_consent
from sandbox.services.desks.cases import (
    close_all,
    code_of,
    codes,
    current_version,
    leave,
    load,
    matter_of,
    opt_out,
    refuse_if_withdrawn,
)
from sandbox.services.desks.closing import close_requests
from sandbox.services.desks.conflicts import confirm, declare, recuse, waive
from sandbox.services.desks.lead import hand_over
from sandbox.services.desks.parties import report_change, take_from
from sandbox.services.desks.quarantine import disclosed, to_redo
from sandbox.services.desks.reminding import remind
from sandbox.services.desks.rerouting import amended, keep, reclassify, send_on
from sandbox.services.desks.routing import next_reference, open_case, routes, routing_problems
from sandbox.services.desks.screening import (
    check,
    find_complete,
    find_incomplete,
    receive_amendment,
    refuse_to_review,
    start_screening,
)
from sandbox.services.desks.staffing import appoint, assign, dismiss, unassign

__all__ = [
    "amended",
    "appoint",
    "assign",
    "check",
    "close_all",
    "close_requests",
    "code_of",
    "codes",
    "confirm",
    "consent",
    "current_version",
    "declare",
    "disclosed",
    "dismiss",
    "find_complete",
    "find_incomplete",
    "give_view",
    "hand_over",
    "keep",
    "leave",
    "load",
    "matter_of",
    "next_reference",
    "open_case",
    "opt_out",
    "receive_amendment",
    "reclassify",
    "recuse",
    "refuse_consent",
    "refuse_if_withdrawn",
    "refuse_to_review",
    "remind",
    "report_change",
    "routes",
    "routing_problems",
    "send_on",
    "start_screening",
    "take_from",
    "to_redo",
    "unassign",
    "waive",
]
