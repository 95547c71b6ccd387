"""Forms of the live test: acceptance, start, reports with their values, breaches."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from wtforms import HiddenField

from sandbox.queries.trials.reports import Asked, Key
from sandbox.web.forms.base import Amount, Choice, Form, Tick, Version, Words
from sandbox.web.locale import _


class Accept(Form):
    """The firm accepts what was issued."""

    sure = Tick(
        _("The firm accepts the instruments with all their conditions, and will test only inside their limits"),
        missing=_("Tick the box to accept for the firm."),
    )


class Start(Form):
    """Start in one jurisdiction."""

    jurisdiction = HiddenField()


class Press(Form):
    """Nothing but the button."""


class Report(Form):
    """A report: the words; the fields of its values are added for each report."""

    narrative = Words(
        _("What happened in this period"),
        longest=20000,
        hint=_("Volumes, incidents, complaints, what you learned and what comes next. You can save it unfinished."),
    )
    version = Version()

    asked: tuple[Asked, ...] = ()

    def values(self) -> dict[Key, Decimal]:
        """The values that were given."""
        found = {one.key: getattr(self, one.field).data for one in self.asked}
        return {key: value for key, value in found.items() if value is not None}


def report_form(asked: Iterable[Asked], words: Any) -> type[Report]:
    """The form of a report that asks for these values. `words`: the vocabulary of the programme."""
    wanted = tuple(asked)
    fields: dict[str, Any] = {"asked": wanted}
    for one in wanted:
        label = _("{metric}, {place}").format(
            metric=words.title("metrics", one.metric), place=words.place(one.jurisdiction).name
        )
        unit = one.currency or words.words("metrics").get(one.metric, {}).get("unit") or ""
        hints = [_("in {unit}").format(unit=unit)] if unit else []
        hints += [_("{number} asks for {rule}").format(number=row.number, rule=rule(row)) for row in one.limits]
        fields[one.field] = Amount(label, hint="; ".join(hints))
    return type("ReportOf", (Report,), fields)


def rule(row: Any) -> str:
    """A limit in a few words: `at most 5,000,000 GBP`."""
    amount = f"{row.threshold:,f}"
    amount = amount.rstrip("0").rstrip(".") if "." in amount else amount
    comparison = _("at most") if row.at_most else _("at least")
    return f"{comparison} {row.currency or ''} {amount}".replace("  ", " ")


class Certify(Form):
    """Certify what the page shows."""

    sure = Tick(
        _("I have checked the values against the firm’s records. To the best of my knowledge they are right and whole"),
        missing=_("Tick the box to certify the report."),
    )
    version = Version()


class Return(Form):
    """Give a report back."""

    reason = Words(_("What has to be put right?"), longest=4000, missing=_("Give a reason."))


class Answer(Form):
    """The firm's answer to a breach."""

    answer = Words(
        _("What happened, and what do you do about it?"),
        longest=8000,
        missing=_("Write what happened and what you do about it."),
    )


JUDGEMENTS = {
    "cure": _("It is cured"),
    "waive": _("Waive it, with a reason"),
    "escalate": _("Escalate it, with a reason"),
    "close": _("Close it"),
}


class Judge(Form):
    """What the owner of the limit makes of a breach."""

    action = Choice(_("What do you decide?"), missing=_("Choose what to do with the breach."))
    remark = Words(_("Reason or remark"), longest=4000, hint=_("The firm reads it."))
