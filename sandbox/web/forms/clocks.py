"""Forms of clocks and calendars. Most ask by GET: they compute and change nothing."""

from __future__ import annotations

from typing import Any

from werkzeug.datastructures import MultiDict

from sandbox.domain.clocks import Unit
from sandbox.web.forms.base import Choice, Choices, Day, Form, Line, Selection, Tick, Whole
from sandbox.web.locale import _

UNITS = {
    Unit.WORKING_DAYS: _("Working days"),
    Unit.CALENDAR_DAYS: _("Calendar days"),
    Unit.MONTHS: _("Months"),
    Unit.HOURS: _("Hours"),
}


class Asking(Form):
    """A form that is asked by GET."""

    class Meta:
        csrf = False

    def asked(self, arguments: Any) -> bool:
        """Was anything sent, and is it right?"""
        return bool(arguments) and self.validate()


class Plan(Asking):
    """What if a request is sent and answered, and the desk decides, on these days?"""

    clock = Selection(_("Clock"), missing=_("Choose the clock."))
    asked_on = Day(_("A request is sent on (optional)"))
    answered_on = Day(_("It is answered in full on (optional)"))
    decided_on = Day(_("The desk decides on (optional)"))

    def validate(self, extra_validators: Any = None) -> bool:
        """An answer comes after its request. At least one day is given."""
        right = super().validate(extra_validators)
        asked, answered = self.asked_on.data, self.answered_on.data
        if right and not (asked or answered or self.decided_on.data):
            self.refuse({"asked_on": _("Enter at least one day.")})
            return False
        if right and answered and not asked:
            self.refuse({"asked_on": _("Enter the day on which the request is sent.")})
            return False
        if right and asked and answered and answered < asked:
            self.refuse({"answered_on": _("The answer must not come before the request.")})
            return False
        return right


class Count(Asking):
    """When does a period end?"""

    where = Choices(
        _("Calendars"),
        missing=_("Choose at least one calendar."),
        hint=_("With several, only days on which all of them are open are working days."),
    )
    start = Day(_("From"), missing=_("Enter the day from which it counts."))
    time = Line(
        _("At (for hours only)"),
        longest=20,
        hint=_("As 21:30 on the wall clock of the one calendar chosen, or with an offset as 21:30-04:00."),
    )
    length = Whole(_("How many"), least=1, most=900_000, missing=_("Enter how many units to count."))
    unit = Choice(_("Of what"), choices=UNITS.items(), missing=_("Choose what is counted."))
    count_start_day = Tick(_("The start day is day 1"))

    def __init__(self, arguments: MultiDict[str, str]):
        """Take what an address says; there the start may also be one word, as `2026-03-27T21:30`."""
        given = arguments.copy()
        if len(starts := given.getlist("start")) == 1 and "T" in starts[0]:
            given["start"], _t, given["time"] = starts[0].partition("T")
        super().__init__(given)

    @property
    def begins(self) -> str:
        """The start as the engine of clocks reads it: a day, or a moment of it."""
        return "T".join(filter(None, (self.start.data.isoformat(), self.time.data)))

    def validate(self, extra_validators: Any = None) -> bool:
        """Hours count from a time, everything else from a day."""
        right = super().validate(extra_validators)
        hours = self.unit.data == Unit.HOURS
        if right and hours and not self.time.data:
            self.refuse({"time": _("Enter the time from which the hours count.")})
            return False
        if right and not hours and self.time.data:
            self.refuse({"time": _("Leave the time empty, or count hours.")})
            return False
        return right


class Feed(Form):
    """Make, renew or end the address of one's own calendar feed: the buttons say which."""


__all__ = ["UNITS", "Asking", "Count", "Feed", "Plan"]
