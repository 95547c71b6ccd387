"""Forms about places of cohorts and fees."""

from __future__ import annotations

from datetime import date

from sandbox.web.forms.base import Amount, Choice, Day, Form, Line, Tick, Words
from sandbox.web.locale import _


class GivePlace(Form):
    """A place for the case."""

    sure = Tick(_("The case is to have a place in this cohort"), missing=_("Tick the box to go on."))


class PutOnReserve(Form):
    """The reserve list."""

    sure = Tick(_("The case is to be on the reserve list"), missing=_("Tick the box to go on."))


class Defer(Form):
    """To a later cohort."""

    cohort = Choice(_("To which cohort?"), missing=_("Choose a later cohort."))
    reason = Words(
        _("Why?"),
        longest=2000,
        missing=_("Give the reason."),
        hint=_("The firm and all authorities of the case read this. A place that the case has is kept."),
    )


class Release(Form):
    """The place is taken back."""

    reason = Words(
        _("Why?"),
        longest=2000,
        missing=_("Give the reason."),
        hint=_("The firm and all authorities of the case read this. The place can be given to somebody else at once."),
    )
    sure = Tick(_("I understand that the place may be given away"), missing=_("Tick the box to go on."))


class RecordFee(Form):
    """A fee that was received."""

    fee = Choice(_("Which fee?"), missing=_("Choose a fee."))
    amount = Amount(_("Amount received"), missing=_("Enter the amount."))
    received_on = Day(_("Received on"), latest=date(2100, 12, 31), missing=_("Enter the day."))
    reference = Line(_("Reference of the payment"), longest=60)


class StrikeFee(Form):
    """A receipt that was entered by mistake."""

    reason = Words(_("Why is it struck?"), longest=1000, missing=_("Give the reason."))


__all__ = ["Defer", "GivePlace", "PutOnReserve", "RecordFee", "Release", "StrikeFee"]
