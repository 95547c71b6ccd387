"""Forms of the people column."""

from __future__ import annotations

from zoneinfo import available_timezones

from govuk_frontend_wtf.wtforms_widgets import GovTextInput
from wtforms import HiddenField

from sandbox.domain.actors import ROLE_TITLES, ROLES_OF, Organisation
from sandbox.web.forms.base import Choices, Email, Form, Line, Secret, Selection, Strict, Version
from sandbox.web.locale import _

# Those of the places where the first authorities and their firms work come first in the list.
NEAR = ("UTC", "Europe/London", "America/New_York", "America/Chicago", "America/Los_Angeles")


class Account(Strict):
    """What somebody types to sign in: whether it is an address that exists is not said."""

    widget = GovTextInput()

    def read(self, typed: str) -> str:
        """At most as many characters as an address can have."""
        return typed.strip()[:254]


class SignIn(Form):
    """Email address and password. `next`: the page that was asked for; `kept`: what was typed before (web/keeping)."""

    email = Account(_("Email address"), missing=_("Enter your email address."))
    password = Secret(_("Password"), missing=_("Enter your password."))
    next = HiddenField()
    kept = HiddenField()


def role_choices(organisation: Organisation) -> list[tuple[str, str]]:
    """The roles that people of this kind of organisation can have."""
    return [
        (role.value, ROLE_TITLES[role])
        for role in sorted(ROLES_OF.get(organisation, ()), key=lambda role: ROLE_TITLES[role])
    ]


def zones() -> list[tuple[str, str]]:
    """Time zones, the near ones first."""
    rest = sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "SystemV/")))
    return [(zone, zone.replace("_", " ")) for zone in dict.fromkeys((*NEAR, *rest))]


class Invite(Form):
    """Somebody new of one's own organisation. They set their own password."""

    name = Line(_("Full name"), longest=120, missing=_("Enter the person’s name."))
    email = Email(_("Email address"), missing=_("Enter the person’s email address."))
    title = Line(_("Job title (optional)"), longest=120)
    roles = Choices(_("Roles"), missing=_("Select at least one role."), hint=_("What this person does in the portal"))
    time_zone = Selection(_("Time zone"), zones(), default="UTC", missing=_("Select a time zone."))


class Roles(Form):
    """The roles of somebody."""

    roles = Choices(_("Roles"), missing=_("Select at least one role."))
    version = Version()


class HandOver(Form):
    """Who becomes the owner, and what one stays oneself."""

    person = Selection(_("New owner"), missing=_("Choose a colleague."))
    keeps = Choices(
        _("What will you be afterwards?"), missing=_("Select at least one role."), hint=_("You give up the ownership.")
    )


class Confirm(Form):
    """Nothing but the version: the button is the confirmation."""

    version = Version()


class Password(Form):
    """A new password of one's own."""

    current = Secret(_("Current password"), missing=_("Enter your current password."))
    password = Secret(
        _("New password"),
        missing=_("Enter a new password."),
        hint=_("15 characters or more. Four ordinary words make a good one."),
    )
