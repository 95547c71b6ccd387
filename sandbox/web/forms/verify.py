"""Forms of the public page of verification."""

from __future__ import annotations

from typing import Any

from flask_wtf.file import FileField
from govuk_frontend_wtf.wtforms_widgets import GovFileInput
from wtforms.validators import StopValidation

from sandbox.web.forms.base import Form, Line
from sandbox.web.locale import _


class Code(Form):
    """The code that stands on a document. Asked by GET: it changes nothing."""

    class Meta:
        csrf = False

    code = Line(
        _("Verification code"),
        longest=60,
        missing=_("Enter the code that stands on the document."),
        hint=_("20 characters in groups of five. Dashes and capitals do not matter."),
    )


class _Document(FileField):
    """One file that was chosen."""

    widget = GovFileInput()

    def pre_validate(self, form: Any) -> None:
        """Say that there is none."""
        if not self.data or not getattr(self.data, "filename", ""):
            raise StopValidation(_("Choose the PDF file to check."))


class File(Form):
    """A document as a file."""

    file = _Document(
        _("PDF file"),
        description=_("Up to 20 MB. The file is checked and not kept."),
    )
