"""Forms of those who come in: a firm that registers, and whoever holds an invitation."""

from __future__ import annotations

from wtforms import HiddenField

from sandbox.domain.countries import COUNTRIES
from sandbox.domain.entities import COMPANY, FORMS
from sandbox.web.forms.base import Choice, Email, Form, Lei, Line, Secret, Selection, Tick, Words
from sandbox.web.forms.people import zones
from sandbox.web.locale import _

PASSWORD_HINT = _("15 characters or more. Four ordinary words make a good one. Nobody else ever sees it.")


def countries() -> list[tuple[str, str]]:
    """Every country, with nothing chosen first."""
    return [("", _("Select a country")), *COUNTRIES.items()]


class Address(Form):
    """The address that is confirmed before anything else is asked. `next`: the page that was asked for before."""

    email = Email(
        _("Your email address at the firm"),
        missing=_("Enter your email address."),
        hint=_("We send a link to it. It works once, for 24 hours."),
    )
    next = HiddenField()


class Myself(Form):
    """Who somebody is, and the password that they will sign in with."""

    name = Line(_("Your full name"), longest=120, missing=_("Enter your name."))
    title = Line(_("Job title (optional)"), longest=120)
    time_zone = Selection(_("Time zone"), zones(), default="UTC", missing=_("Select a time zone."))
    password = Secret(_("Choose a password"), missing=_("Choose a password."), hint=PASSWORD_HINT)


class Register(Form):
    """A firm, and its first owner."""

    legal_name = Line(
        _("Legal name of the firm"), hint=_("As in the register of companies."), missing=_("Enter the legal name.")
    )
    legal_form = Choice(
        _("What is the firm?"),
        [(code, _(words)) for code, words in FORMS.items()],
        default=COMPANY,
        missing=_("Select what the firm is."),
    )
    country = Selection(
        _("Country of the registered office"), countries(), missing=_("Select the country of the registered office.")
    )
    address = Words(_("Registered address"), longest=500, missing=_("Enter the registered address."))
    company_number = Line(_("Company number, if the firm has one"), longest=40)
    lei = Lei(_("Legal Entity Identifier (LEI), if the firm has one"), hint=_("20 letters and digits."))
    name = Line(_("Your full name"), longest=120, missing=_("Enter your name."))
    title = Line(_("Job title (optional)"), longest=120)
    time_zone = Selection(_("Time zone"), zones(), default="UTC", missing=_("Select a time zone."))
    password = Secret(_("Choose a password"), missing=_("Choose a password."), hint=PASSWORD_HINT)
    entitled = Tick(
        _("I am entitled to register this firm"), missing=_("Tick that you are entitled to register this firm.")
    )


class JoinAsCounsel(Myself):
    """Counsel without an account, and their law firm."""

    law_firm = Line(_("Your law firm"), longest=200, missing=_("Enter the name of your law firm."))


class Forgotten(Form):
    """Whose password is forgotten."""

    email = Email(
        _("Email address"),
        missing=_("Enter your email address."),
        hint=_("We send a link to it, if it has an account. It works once, for an hour."),
    )


class NewPassword(Form):
    """A password of one's own."""

    password = Secret(_("New password"), missing=_("Choose a password."), hint=PASSWORD_HINT)


class Accept(Form):
    """Nothing but the button."""
