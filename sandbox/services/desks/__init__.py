"""Use cases of the desks column, one module a subject."""

from sandbox.services.desks.cases import (
    close_all,
    code_of,
    codes,
    current_version,
    load,
    matter_of,
    opt_out,
    refuse_if_withdrawn,
)
from sandbox.services.desks.conflicts import declare
from sandbox.services.desks.routing import next_reference, open_case, routes, routing_problems
from sandbox.services.desks.screening import (
    find_complete,
    find_incomplete,
    receive_amendment,
    refuse_to_review,
    start_screening,
)
from sandbox.services.desks.staffing import assign, unassign

__all__ = [
    "assign",
    "close_all",
    "code_of",
    "codes",
    "current_version",
    "declare",
    "find_complete",
    "find_incomplete",
    "load",
    "matter_of",
    "next_reference",
    "open_case",
    "opt_out",
    "receive_amendment",
    "refuse_if_withdrawn",
    "refuse_to_review",
    "routes",
    "routing_problems",
    "start_screening",
    "unassign",
]
