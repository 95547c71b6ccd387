"""Forms of the desks column: declaring, screening, stepping out, going ahead alone."""

from __future__ import annotations

from wtforms import HiddenField

from sandbox.web.forms.base import Choice, Choices, Form, Tick, Words
from sandbox.web.locale import _

KINDS = (
    ("financial", _("Money: shares, tokens, loans or other holdings")),
    ("employment", _("Work: a job, an office or an offer, now or in the last two years")),
    ("family", _("Family or close friends who have such an interest")),
    ("advice", _("Advice given to the firm or to a competitor")),
    ("other", _("Something else")),
)
OUTCOMES = (
    ("none", _("I have no interest in this case")),
    ("managed", _("I have an interest, and my authority has agreed how it is managed")),
    ("recused", _("I have an interest and must not take part")),
)


class Declare(Form):
    """One's interests in one case."""

    outcome = Choice(
        _("What applies to you?"),
        OUTCOMES,
        missing=_("Choose what applies to you."),
        hint=_("If you must not take part, you lose access to this case at once, and nobody can undo it for you here."),
    )
    kinds = Choices(_("What kind of interest? (if you have one)"), KINDS)
    details = Words(
        _("Describe it (if you have one)"),
        longest=2000,
        hint=_("Your own authority reads this. The firm and the other authorities do not."),
    )


class Complete(Form):
    """The application is complete for this desk."""

    message = Words(_("Message to the firm (optional)"), longest=2000, hint=_("It goes to the firm with your letter."))


class Incomplete(Form):
    """What is missing, a line each."""

    missing = Words(
        _("What is missing?"),
        longest=6000,
        missing=_("Write what is missing, one thing a line."),
        hint=_("One thing a line. Name the section and the question, and say what would answer it."),
    )
    message = Words(_("Message to the firm (optional)"), longest=2000)


class RefuseToReview(Form):
    """The authority does not review this application."""

    reason = Words(
        _("Why does your authority not review this application?"),
        longest=4000,
        missing=_("Give the reason."),
        hint=_("The firm reads this."),
    )
    sure = Tick(_("I understand that this ends my authority’s part in the case"), missing=_("Tick the box to go on."))


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
