"""Deadlines, computed from a rule, a start, calendars and events, each with the steps that lead to it.

Rule: a due date is computed every time and never stored as a count; replaying its steps yields it again.
"""

from sandbox.domain.calendars import Calendar, ClockError, DateOutOfRange
from sandbox.domain.clocks.asking import count
from sandbox.domain.clocks.counting import Due, Step, due, replay
from sandbox.domain.clocks.events import Event, EventKind, Pause, PauseRule, Resume
from sandbox.domain.clocks.rules import ClockRule, LongStop, Sense, Unit, rule_from_content, rule_from_text
from sandbox.domain.clocks.runs import LONG_STOP, RECORDED, STARTED, STOPPED, WARNINGS, Point, Run, run_of
from sandbox.domain.clocks.usage import Usage, usage

__all__ = [
    "LONG_STOP",
    "RECORDED",
    "STARTED",
    "STOPPED",
    "WARNINGS",
    "Calendar",
    "ClockError",
    "ClockRule",
    "DateOutOfRange",
    "Due",
    "Event",
    "EventKind",
    "LongStop",
    "Pause",
    "PauseRule",
    "Point",
    "Resume",
    "Run",
    "Sense",
    "Step",
    "Unit",
    "Usage",
    "count",
    "due",
    "replay",
    "rule_from_content",
    "rule_from_text",
    "run_of",
    "usage",
]
