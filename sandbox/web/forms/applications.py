"""Forms of an application beside those of its sections: start, submit, withdraw, discard, apply again."""

from __future__ import annotations

from collections.abc import Mapping

from wtforms import HiddenField

from sandbox.web.forms.base import Choice, Form, Line, Seen, Selection, Tick, Version, Words
from sandbox.web.locale import _


class Start(Form):
    """A new application."""

    programme_id = Choice(_("Programme"), missing=_("Select the programme that you apply to."))
    title = Line(
        _("Name of the product"),
        longest=120,
        missing=_("Enter the name of the product."),
        hint=_("You can change it later. It becomes the title of the application."),
    )
    fit = HiddenField()  # the answers of the fit check, as its address has them


class Comment(Form):
    """A comment to colleagues, on a section or on the whole."""

    section = Selection(_("About"))
    text = Words(
        _("Comment"),
        longest=4000,
        missing=_("Write the comment."),
        hint=_("Only your firm and counsel who act for it read it. It is never submitted."),
    )

    def offer(self, sections: Mapping[str, str]) -> None:
        """Fill the options. `sections`: code → title."""
        whole = ("", _("The application as a whole"))
        self.section.choices = [whole, *((code, _(title)) for code, title in sections.items())]


class Submit(Form):
    """The confirmation; `content` is the hash of what the page shows."""

    content = Seen()
    confirm = Tick(
        _("I have checked these answers and submit them for the firm"),
        missing=_("Confirm that you have checked the answers."),
    )


class Withdraw(Form):
    """The reason is part of the record."""

    reason = Words(
        _("Why do you withdraw?"),
        longest=2000,
        missing=_("Say why you withdraw. One sentence is enough."),
        hint=_("Your firm and every authority that received the application can read this."),
    )
    sure = Tick(_("I understand that this cannot be undone"), missing=_("Tick the box to go on."))


class Discard(Form):
    """Nothing but the button."""


class Carry(Form):
    """The button, and the version of the questions that the page showed."""

    version = Version()


class Again(Form):
    """Nothing but the button."""
