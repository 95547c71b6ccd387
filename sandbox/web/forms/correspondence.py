"""Forms of correspondence: messages, meeting notes, file notes, consulted views, enquiries."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from wtforms import HiddenField

from sandbox.domain.audiences import FIRM, desk
from sandbox.domain.errors import NotFound
from sandbox.services.desks.correspondence import ToDo
from sandbox.web.forms.base import Choice, Choices, Day, Form, Line, Selection, Tick, Words
from sandbox.web.locale import _

LONG = 8000
ACTIONS = range(1, 4)  # rows of agreed actions on the page
SAY_WHAT = _("Say what it is about.")


class Message(Form):
    """A message between the firm and one desk or several."""

    desks = Choices(_("Authorities that read this"))
    subject = Line(_("Subject"), missing=SAY_WHAT)
    text = Words(_("Message"), longest=LONG, missing=_("Write the text."))

    def offer(self, desks: Iterable[tuple[str, str]]) -> None:
        """Fill the options."""
        self.desks.choices = list(desks)

    def values(self) -> dict[str, Any]:
        """What the use case takes."""
        return {
            "subject": self.subject.data,
            "text": self.text.data,
            "desks": self.desks.data or (),
            "with_firm": True,
        }


class Note(Form):
    """A file note: it stays in the desk."""

    subject = Line(_("Subject"), missing=SAY_WHAT)
    text = Words(_("Note"), longest=LONG, missing=_("Write the text."))

    def offer(self, desks: Iterable[tuple[str, str]]) -> None:
        """It has no options."""

    def values(self) -> dict[str, Any]:
        """What the use case takes."""
        return {"subject": self.subject.data, "text": self.text.data}


class Consulted(Note):
    """The view of a body that was consulted and has no account."""

    body = Line(_("Who was consulted?"), missing=_("Name the body."))
    received_on = Day(_("Received on"), missing=_("Say when it was received."))
    text = Words(_("What they said"), longest=LONG, missing=_("Write the text."))

    def values(self) -> dict[str, Any]:
        """What the use case takes."""
        facts = {"body": self.body.data, "received_on": self.received_on.data.isoformat()}
        return {**super().values(), "facts": facts}


class _Meeting(Message):
    held_on = Day(_("Held on"), missing=_("Say when the meeting was."))
    present = Words(_("Who was present?"), longest=2000, missing=_("Name who was present."))
    with_firm = Tick(_("The firm reads this note"), hint=_("Without this the note stays in your desk."))
    text = Words(_("What was said"), longest=LONG, missing=_("Write the text."))

    def offer(self, desks: Iterable[tuple[str, str]]) -> None:
        """Fill the options: who reads it can also be who does something."""
        desks = list(desks)
        super().offer(desks)
        for place in ACTIONS:
            self[f"party_{place}"].choices = [("", _("Select")), ("own", _("Our desk")), (FIRM, _("The firm")),
                                              *((desk(code), name) for code, name in desks)]  # fmt: skip

    def agreed(self, own: str) -> list[ToDo]:
        """The rows of actions that say something. `own`: the party of the desk that writes."""
        found = []
        for place in ACTIONS:
            text, party = self[f"action_{place}"].data or "", self[f"party_{place}"].data or ""
            if text or party:
                found.append(ToDo(text, own if party == "own" else party, self[f"due_{place}"].data))
        return found

    def values(self) -> dict[str, Any]:
        """What the use case takes."""
        facts = {"held_on": self.held_on.data.isoformat(), "present": self.present.data}
        return {**super().values(), "with_firm": bool(self.with_firm.data), "facts": facts}


ROWS = {
    f"{name}_{place}": field
    for place in ACTIONS
    for name, field in (
        ("action", Line(_("Action {number}").format(number=place), longest=500)),
        ("party", Selection(_("Who does it"))),
        ("due", Day(_("By when (optional)"))),
    )
}
Meeting = type("Meeting", (_Meeting,), {"__doc__": "A note of a meeting, with what was agreed.", **ROWS})
FORMS: dict[str, Any] = {"message": Message, "meeting": Meeting, "note": Note, "consulted": Consulted}


class Reply(Form):
    """Something more in a thread, or a correction of what one's own organisation wrote there."""

    text = Words(_("Text"), longest=LONG, missing=_("Write the text."))
    corrects = HiddenField()

    @property
    def corrected(self) -> UUID | None:
        """The entry that is corrected. Raises NotFound for what is no id."""
        try:
            return UUID(self.corrects.data) if self.corrects.data else None
        except ValueError as nonsense:
            raise NotFound("There is nothing here.") from nonsense


class Empty(Form):
    """Nothing but a button."""


class Enquire(Form):
    """A question to authorities of a programme before applying."""

    to = Choices(_("Whom do you ask?"), missing=_("Choose whom you ask."))
    subject = Line(_("Subject"), missing=SAY_WHAT)
    text = Words(_("Your question"), longest=LONG, missing=_("Write your question."))


class Link(Form):
    """Link an enquiry to an application."""

    application_id = Choice(_("Which application?"), missing=_("Choose an application."))
