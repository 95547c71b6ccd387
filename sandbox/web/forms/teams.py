"""Forms about teams and leave."""

from __future__ import annotations

from sandbox.web.forms.base import Choices, Day, Form, Line, Selection, Version
from sandbox.web.locale import _


class Team(Form):
    """A team of the authority."""

    code = Line(
        _("Code"),
        longest=32,
        missing=_("Enter a code."),
        hint=_("Routing rules name the team by it. Small letters, digits and hyphens; it cannot be changed later."),
    )
    name = Line(_("Name"), longest=120, missing=_("Enter the name of the team."))
    subjects = Choices(_("What does it work on? (optional)"))
    members = Choices(_("Who is in it?"))


class ChangeTeam(Form):
    """The same, without the code."""

    name = Line(_("Name"), longest=120, missing=_("Enter the name of the team."))
    subjects = Choices(_("What does it work on? (optional)"))
    members = Choices(_("Who is in it?"))
    version = Version()


class Leave(Form):
    """Days on which somebody is away."""

    person_id = Selection(_("Who is away?"), missing=_("Choose who is away."))
    starts_on = Day(_("First day away"), missing=_("Enter the first day."))
    ends_on = Day(_("Last day away"), missing=_("Enter the last day."))
    deputy_id = Selection(
        _("Who deputises? (optional)"),
        hint=_("Letters about cases also go to the deputy, who can be put on a desk in one click."),
    )


class Remove(Form):
    """Nothing but the button."""
