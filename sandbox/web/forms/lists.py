"""Forms of the inbox: keeping a view, sending reminders."""

from __future__ import annotations

from wtforms import HiddenField

from sandbox.web.forms.base import Form, Line, Tick
from sandbox.web.locale import _


class KeepView(Form):
    """A name for what the inbox shows."""

    name = Line(_("Name of the view"), longest=60, missing=_("Give the view a name."))
    opens = Tick(_("Open the inbox with it"))
    query = HiddenField()


class Remind(Form):
    """Nothing but the button: whom it reaches stands on the page."""
