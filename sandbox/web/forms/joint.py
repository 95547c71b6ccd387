"""Forms of what deciding desks do together: settling, discussing, contradictions, the joint position, meetings."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from datetime import time as clock_time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sandbox.domain.divergences import DISPOSITIONS
from sandbox.web.forms.base import (
    Choice,
    Choices,
    Day,
    Form,
    GovTextInput,
    Line,
    Seen,
    Selection,
    Strict,
    Tick,
    Version,
    Words,
)
from sandbox.web.locale import _

VOTE_WORDS = (("for", _("For")), ("against", _("Against")), ("abstain", _("Abstain")))


def person_of(chosen: str | None) -> UUID | None:
    """The person that an option stands for; options are checked, so it is one of those offered."""
    return UUID(chosen) if chosen else None


class Disposition(Form):
    """How a difference between desks is settled."""

    choice = Choice(
        _("What does your authority choose?"), tuple(DISPOSITIONS.items()), missing=_("Choose a disposition.")
    )
    adopt = Selection(_("Whose view is adopted"), hint=_("Only for “One desk’s view is adopted”."))
    text = Words(
        _("Joint text, or the reason for differing"),
        longest=4000,
        hint=_(
            "For “New joint text” the text itself, word for word the same from every authority; "
            "for “Agree to differ” why."
        ),
    )

    def words(self) -> str:
        """What goes with the choice: the authority adopted, the joint text, or the reason; otherwise nothing."""
        if self.choice.data == "adopt":
            return self.adopt.data or ""
        return self.text.data if self.choice.data in {"new_text", "agree_to_differ"} else ""

    def validate(self, extra_validators: Any = None) -> bool:
        """Some choices need words."""
        right = super().validate(extra_validators)
        problems = {}
        if self.choice.data == "adopt" and not self.adopt.data:
            problems["adopt"] = _("Choose whose view is adopted.")
        if self.choice.data in {"new_text", "agree_to_differ"} and not self.text.data:
            problems["text"] = _("Write the joint text, or the reason for differing.")
        self.refuse(problems)
        return right and not problems


class Plan(Form):
    """Who takes a divergence forward, and by when."""

    owner = Selection(_("Who takes it forward"))
    due = Day(_("To be settled by"))
    version = Version()


class Say(Form):
    """Words to the other deciding desks."""

    text = Words(_("Your words"), longest=4000, missing=_("Write something."))


class Mark(Form):
    """Two conditions that cannot both be met."""

    one = Selection(_("Condition"), missing=_("Choose a condition."))
    other = Selection(_("Contradicts"), missing=_("Choose a condition."))
    reason = Words(
        _("Why can the two not both be met?"), longest=2000, missing=_("Say why the two cannot both be met.")
    )


class Resolution(Form):
    """The note that resolves a contradiction. `seen`: the number of the note that the form was made from."""

    text = Words(
        _("Resolution note"),
        longest=4000,
        missing=_("Write the text."),
        hint=_("What the desks agree so that both authorities’ law is kept. Every deciding desk signs this text."),
    )
    seen = Version()


class Shown(Form):
    """An act on exactly the text that was shown, by its hash."""

    shown = Seen()
    sure = Tick(_("I have read it and act for my authority"), missing=_("Tick the box to go on."))


class Button(Form):
    """Nothing but the button."""


class TimeOfDay(Strict):
    """A time as 14:30."""

    widget = GovTextInput()
    data: Any

    def read(self, typed: str) -> clock_time:
        """The time."""
        found = re.fullmatch(r"([01]?[0-9]|2[0-3]):([0-5][0-9])", typed.strip())
        if found is None:
            raise ValueError(_("Enter a time like 14:30."))
        return clock_time(int(found[1]), int(found[2]))

    def write(self, value: clock_time) -> str:
        """Hours and minutes."""
        return f"{value:%H:%M}"


class Call(Form):
    """A meeting of the deciding desks."""

    purpose = Line(_("What is it for?"), missing=_("Say what the meeting is for."))
    day = Day(_("Day"), missing=_("Enter the day."))
    time = TimeOfDay(_("Time"), missing=_("Enter the time."))
    participants = Choices(_("Who takes part"), missing=_("Choose who takes part."))
    items = Words(
        _("Further items (optional)"),
        longest=2000,
        hint=_("One a line. What is open between the desks stands on the agenda by itself."),
    )
    motion = Words(
        _("Put to the vote (optional)"),
        longest=1000,
        hint=_("Each desk records its own vote. Votes are counted and decide nothing."),
    )
    zone = "UTC"

    def moment(self) -> datetime | None:
        """When it begins, in UTC; None for a time that does not exist, because clocks go forward that night."""
        there = datetime.combine(self.day.data, self.time.data)
        found = there.replace(tzinfo=ZoneInfo(self.zone)).astimezone(UTC)
        return found if found.astimezone(ZoneInfo(self.zone)).replace(tzinfo=None) == there else None

    def validate(self, extra_validators: Any = None) -> bool:
        """The moment exists."""
        right = super().validate(extra_validators)
        if right and self.moment() is None:
            self.refuse({"time": _("This time does not exist on that day: clocks go forward. Choose another.")})
            return False
        return right


class Hold(Form):
    """The meeting was held."""

    present = Choices(_("Who was present"), missing=_("Choose who was present."))
    version = Version()


class Cancel(Form):
    """The meeting is not held."""

    reason = Words(_("Reason"), longest=1000, missing=_("Give a reason."))


class Agree(Form):
    """What somebody does after the meeting."""

    text = Words(_("What was agreed"), longest=1000, missing=_("Write what was agreed."))
    owner = Selection(_("Who does it"), missing=_("Choose who does it."))
    due = Day(_("By when"), missing=_("Enter the day."))


class Vote(Form):
    """The vote of one's own desk."""

    choice = Choice(_("How does your authority vote?"), VOTE_WORDS, missing=_("Choose how your authority votes."))
    reason = Words(_("Reason"), longest=2000, missing=_("Give the reason."))
