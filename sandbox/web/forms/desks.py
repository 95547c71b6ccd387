"""Forms of the desks column: screening, stepping out, going ahead alone, giving a view or consent."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wtforms import HiddenField

from sandbox.domain.screening import MET, MISSING
from sandbox.web.forms.base import Choice, Form, Line, Tick, Words
from sandbox.web.locale import _


class Complete(Form):
    """The application is complete for this desk."""

    message = Words(_("Message to the firm (optional)"), longest=2000, hint=_("It goes to the firm with your letter."))


class Incomplete(Form):
    """What is missing, a line each."""

    missing = Words(
        _("What else is missing? (optional)"),
        longest=6000,
        hint=_("One thing a line. Name the section and the question, and say what would answer it."),
    )
    message = Words(_("Message to the firm (optional)"), longest=2000)


def checklist_form(items: Iterable[Any]) -> Form:
    """A form with the items of a checklist: for each what it came to (or nothing yet), and a note."""
    fields: dict[str, Any] = {}
    for n, item in enumerate(items):
        fields[f"result_{n}"] = Choice(
            item.question, choices=((MET, _("Met")), (MISSING, _("Missing"))), default=item.result
        )
        fields[f"note_{n}"] = Line(
            _("Note (optional)"),
            longest=500,
            default=item.note,
            hint=_("Where something is missing, the firm reads this as the reason."),
        )
    return type("Checklist", (Form,), fields)()


class GiveView(Form):
    """The view of an authority that is consulted."""

    reasons = Words(
        _("What is the view of your authority, and why?"),
        longest=8000,
        missing=_("Write your view."),
        hint=_("Your authority reads it now, the deciding authorities once the positions open; the firm does not."),
    )


class Consent(Form):
    """The consent of an authority."""

    reasons = Words(_("Why does your authority consent?"), longest=8000, missing=_("Give the reasons."))
    conditions = Words(
        _("Conditions of the consent (optional)"),
        longest=4000,
        hint=_("Leave this empty to consent without conditions."),
    )
    sure = Tick(_("I record this consent for my authority"), missing=_("Tick the box to go on."))


class RefuseConsent(Form):
    """The refusal of consent."""

    reasons = Words(_("Why does your authority refuse its consent?"), longest=8000, missing=_("Give the reasons."))
    sure = Tick(_("I record this refusal for my authority"), missing=_("Tick the box to go on."))


class RefuseToReview(Form):
    """The authority does not review this application."""

    reason = Words(
        _("Why does your authority not review this application?"),
        longest=4000,
        missing=_("Give the reason."),
        hint=_("The firm reads this."),
    )
    sure = Tick(_("I understand that this ends my authority’s part in the case"), missing=_("Tick the box to go on."))


class Leave(Form):
    """The firm withdraws from one authority."""

    reason = Words(
        _("Why do you withdraw from this authority?"),
        longest=2000,
        missing=_("Give the reason."),
        hint=_("This authority, the others and the programme office read this."),
    )
    sure = Tick(_("I understand that this cannot be undone"), missing=_("Tick the box to go on."))


class OptOut(Form):
    """The authority takes no further part."""

    reason = Words(
        _("Why does your authority take no further part?"),
        longest=4000,
        missing=_("Give the reason."),
        hint=_("The firm, the other authorities and the programme office read this."),
    )
    sure = Tick(_("I understand that this cannot be undone"), missing=_("Tick the box to go on."))


class GoAlone(Form):
    """Decide on the own view, without waiting for the others."""

    reason = Words(
        _("Why does your authority go ahead alone?"),
        longest=4000,
        missing=_("Give the reason."),
        hint=_("It stays inside your authority until the positions open."),
    )
    sure = Tick(
        _("I understand that we decide without reading the other authorities’ positions"),
        missing=_("Tick the box to go on."),
    )


class Screen(Form):
    """Nothing but the button."""


class Assign(Form):
    """A colleague to put on the desk or take off it."""

    person_id = HiddenField()
