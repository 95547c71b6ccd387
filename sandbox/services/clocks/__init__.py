"""A desk's clocks: dates are computed from events; the desk keeps the result for lists and refreshes it on events."""

from sandbox.services.clocks.events import pause, receive, release, resume, start, stop
from sandbox.services.clocks.runs import DECIDE, clock_of, due_from, local_day, running, runs, warning_reached
from sandbox.services.clocks.watch import refresh, watched

__all__ = [
    "DECIDE",
    "clock_of",
    "due_from",
    "local_day",
    "pause",
    "receive",
    "refresh",
    "release",
    "resume",
    "running",
    "runs",
    "start",
    "stop",
    "warning_reached",
    "watched",
]
