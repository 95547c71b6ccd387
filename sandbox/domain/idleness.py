"""When a desk that could go on does not: whom to remind, and when. Plain functions, no database.

Only steps whose inputs are all there count: a desk that waits for the firm, for reviewers who have not finished or for
other authorities is not idle.
"""

from __future__ import annotations

from datetime import date

from sandbox.domain.actions import Action
from sandbox.domain.actors import Role
from sandbox.domain.calendars import Calendar, moved
from sandbox.domain.policy import GRANTS
from sandbox.domain.turns import TURNS, Turn

ACTOR, HEAD = 1, 2
# The step that a turn is about once everything it needs is there: the last of its actions.
STEPS: dict[Turn, Action] = {turn: waiting.actions[-1] for turn, waiting in TURNS.items() if waiting.actions}


def roles_for(turn: Turn, level: int) -> frozenset[Role]:
    """Who is written to: whoever may take the step, and after a second period the coordinator."""
    if level == HEAD:
        return frozenset({Role.COORDINATOR})
    return frozenset(role for row in GRANTS[STEPS[turn]] for role in row.roles) - {Role.SYSTEM}


def open_days(since: date, today: date, calendar: Calendar, most: int) -> int:
    """How many working days have passed after `since`, today not counted; counting stops above `most`."""
    count, day = 0, moved(since, 1)
    while day < today and count <= most:
        count += calendar.is_open(day)
        day = moved(day, 1)
    return count


def level(since: date, today: date, calendar: Calendar, days: int) -> int:
    """0: not idle (yet); 1: the actor is reminded; 2: the coordinator too. `days`: working days of patience."""
    passed = open_days(since, today, calendar, 2 * days)
    return HEAD if passed > 2 * days else ACTOR if passed > days else 0


__all__ = ["ACTOR", "HEAD", "STEPS", "level", "open_days", "roles_for"]
