"""Correspondence: its kinds, who keeps each, and who reads it. What was written stays; a correction is a new entry."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sandbox.domain import audiences
from sandbox.domain.actions import Action


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of correspondence.

    `write`: the action that begins it, and adds to it. `firm`: who reads it. "always" the firm, "never" the firm, or
    "chosen" by who writes.
    """

    words: str
    write: Action
    firm: str


KINDS: dict[str, Kind] = {
    "enquiry": Kind("Enquiry before applying", Action.ENQUIRY_WRITE, "always"),
    "message": Kind("Message", Action.MESSAGE_WRITE, "always"),
    "meeting": Kind("Meeting note", Action.MEETING_RECORD, "chosen"),
    "note": Kind("File note", Action.NOTE_WRITE, "never"),
    "consulted": Kind("View of a consulted body", Action.NOTE_WRITE, "never"),
}
IN_CASE = tuple(name for name in KINDS if name != "enquiry")


def audience(kind: str, own: str, desks: Iterable[str], *, with_firm: bool = False) -> frozenset[str]:
    """Who reads what a desk writes. `own`: its code; `desks`: further ones that it chose.

    Without the firm it stays in the desk: what goes from desk to desk is a share, or joint material after the opening.
    """
    rule = KINDS[kind].firm
    if rule == "never" or (rule == "chosen" and not with_firm):
        return frozenset({audiences.desk(own)})
    return frozenset({audiences.FIRM, *audiences.desks((own, *desks))})


__all__ = ["IN_CASE", "KINDS", "Kind", "audience"]
