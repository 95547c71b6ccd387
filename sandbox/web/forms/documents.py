"""Forms of the documents column."""

from __future__ import annotations

from flask_wtf.file import FileField, FileRequired
from govuk_frontend_wtf.wtforms_widgets import GovFileInput

from sandbox.adapters.inspection import ALLOWED
from sandbox.web.forms.base import Form
from sandbox.web.locale import _


class Upload(Form):
    """One file. What is wrong with it is said by the use case, which opens it."""

    file = FileField(
        _("Choose a file"),
        description=_("{kinds}. At most 20 MB. No passwords, macros or scripts inside.").format(kinds=ALLOWED),
        validators=[FileRequired(_("Choose a file."))],
        widget=GovFileInput(),
    )


class Remove(Form):
    """The answer to the question whether to remove it; only the token."""


__all__ = ["Remove", "Upload"]
