"""Forms of the documents column: adding files, saying how they are to be handled, removing them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_wtf.file import FileRequired, MultipleFileField
from govuk_frontend_wtf.wtforms_widgets import GovFileInput

from sandbox.adapters.inspection import EXTENSIONS
from sandbox.domain.documents import NOTE_MAX, Said, claimed
from sandbox.web.forms.base import Choice, Choices, Form, Selection, Version, Words
from sandbox.web.locale import _

ACCEPT = ",".join(f".{extension}" for extension in EXTENSIONS)


class Handling(Form):
    """Class, claims and note of a document. The programme's claims are further fields, named by their codes."""

    kind = Choice(_("Confidentiality class"))
    note = Words(
        _("About the claim (optional)"),
        hint=_("Which parts it covers, and the identifying numbers on the pages. Authorities read this."),
        longest=NOTE_MAX,
    )
    claims: tuple[str, ...] = ()

    def said(self, supports: tuple[str, ...]) -> Said:
        """What was chosen."""
        chosen = {code: self[code].data for code in self.claims if self[code].data}
        return Said(self.kind.data or "", chosen, self.note.data or "", supports)


class Upload(Handling):
    """One file or several. What is wrong with a file is said by the use case, which opens it."""

    file = MultipleFileField(
        _("Choose files"),
        validators=[FileRequired(_("Choose a file."))],
        widget=GovFileInput(multiple=True),
    )
    question = Selection(_("Question that they support (optional)"), [("", _("No particular question"))])


class Replace(Form):
    """The newer version of a document."""

    file = MultipleFileField(
        _("Choose the newer version"),
        validators=[FileRequired(_("Choose a file."))],
        widget=GovFileInput(),
    )


class Describe(Handling):
    """The same of a document that is there, and all questions that it supports."""

    questions = Choices(_("Questions that it supports"))
    version = Version()

    @property
    def sections(self) -> dict[str, list[tuple[str, str, bool]]]:
        """The questions under the titles of their sections: path, name, whether it is ticked."""
        found: dict[str, list[tuple[str, str, bool]]] = {}
        for option in self.questions.choices:
            title, _colon, name = str(option.label).partition(": ")
            found.setdefault(title, []).append((option.value, name, option.value in (self.questions.data or ())))
        return found


class Remove(Form):
    """The answer to the question whether to remove it; only the token."""


def with_claims(kind: type[Handling], content: Mapping[str, Any], names: Mapping[str, str]) -> type[Any]:
    """The form with the classes and claims of a programme, and the questions of its application.

    `content` is the programme's record; `names`: path of a question → what it is called.
    """
    claims = content.get("treatment_claims") or ()
    fields: dict[str, Any] = {
        row["code"]: Selection(
            f"{row['title']} ({row['rule']})",
            [
                ("", _("Not claimed")),
                *((one["code"], _("Claimed: {ground}").format(ground=one["title"])) for one in row["grounds"]),
            ],
            hint=row["steps"],
        )
        for row in claims
    }
    classes = [(row["code"], row["title"]) for row in content.get("document_classes") or ()]
    fields["kind"] = Choice(_("Confidentiality class"), classes, default=classes[0][0] if classes else "")
    listed = [(path, _(name)) for path, name in names.items()]
    if kind is Upload:
        choices = [("", _("No particular question")), *listed]
        fields["question"] = Selection(_("Question that they support (optional)"), choices)
    else:
        fields["questions"] = Choices(_("Questions that it supports"), listed)
    return type(kind.__name__, (kind,), {**fields, "claims": tuple(row["code"] for row in claims)})


def as_it_is(handling: Mapping[str, Any], supports: tuple[str, ...], version: int) -> dict[str, Any]:
    """What is said of a document now, as the data of its form."""
    return {
        "kind": handling.get("code") or "",
        "note": handling.get("note") or "",
        "questions": list(supports),
        "version": version,
        **claimed(handling),
    }


__all__ = ["ACCEPT", "Describe", "Handling", "Remove", "Replace", "Upload", "as_it_is", "with_claims"]
