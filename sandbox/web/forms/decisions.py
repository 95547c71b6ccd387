"""Forms of the decisions column: the decision, a procedure item's end, signing, rejecting, issuing."""

from __future__ import annotations

from sandbox.web.forms.base import Choice, Day, Form, Seen, Selection, Tick, Version, Words
from sandbox.web.locale import _

ACTIONS = (
    ("approve", _("Approve")),
    ("approve_with_conditions", _("Approve with conditions")),
    ("refuse", _("Refuse")),
    ("defer", _("Defer")),
)
ENDS = (
    ("done", _("Done")),
    ("agreed_by_firm", _("The firm agreed before the period ended")),
    ("period_ended", _("The period ended")),
)


class Decide(Form):
    """What the authority decides, by which instrument, why, and from when to when."""

    action = Choice(_("What does your authority decide?"), ACTIONS, missing=_("Choose the decision."))
    instrument_id = Selection(
        _("Instrument"),
        missing=_("Choose the instrument."),
        hint=_("Its legal form. Behind each stands which decision it can carry."),
    )
    reasons = Words(
        _("Reasons"),
        longest=20000,
        hint=_("Printed in the instrument as they stand. An empty line begins a new paragraph."),
    )
    effective_on = Day(_("Takes effect on"), hint=_("For example 1 12 2026"))
    expires_on = Day(_("Ends on (optional)"))
    version = Version()


class Complete(Form):
    """How a procedure item ended."""

    outcome = Choice(_("How did it end?"), ENDS, missing=_("Choose how this ended."))
    note = Words(
        _("What was done, and where it is on file"),
        longest=4000,
        missing=_("Say what was done and where it is on file."),
    )


class Press(Form):
    """Nothing but the button."""


class Send(Form):
    """Send to signature what the page showed."""

    version = Version()


class Sign(Form):
    """Sign exactly the bytes whose hash stood on the page."""

    shown = Seen()
    sure = Tick(_("I have read the document"), missing=_("Tick the box when you have read the document."))


class Reject(Form):
    """Return a document unsigned."""

    reason = Words(
        _("Why do you not sign?"),
        longest=4000,
        missing=_("Give a reason."),
        hint=_("The people who prepared the document read it."),
    )


class Issue(Form):
    """Issue a document: it cannot be undone."""

    sure = Tick(_("Issue it now"), missing=_("Tick the box to issue the document."))
