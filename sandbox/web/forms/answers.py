"""The base of the forms of an application's sections, and how their answers are kept.

A section is saved as far as it goes: nothing is required here, only the shape of what was typed is checked.
"""

from __future__ import annotations

import json
from collections.abc import Container, Iterable, Mapping
from datetime import date
from typing import Any

from wtforms import HiddenField

from sandbox.domain.dossier import FIELDS, fingerprints
from sandbox.web.forms.base import Form, Version

LONGEST_OPENED = 200_000  # characters; many times the fingerprints of the largest section


class SectionForm(Form):
    """What all sections share. `opened` says what stood in each field when the page was made."""

    version = Version()
    opened = HiddenField()
    code = ""

    def saved(self) -> dict[str, Any]:
        """The answers as they are kept."""
        return {name: kept(self._fields[name].data) for name in self._plain()}

    def _plain(self) -> Iterable[str]:
        return [field.name for field in FIELDS[self.code] if field.name in self._fields]

    def touches_more_than(self, names: Container[str], sent: Iterable[str]) -> bool:
        """True when something was sent for an answer that is not among these."""
        own = {field.name for field in FIELDS[self.code]} | set(PARTS.values())
        answers = {PARTS.get(name.partition("-")[0], name) for name in sent if name in self._fields}
        return any(name in own and name not in names for name in answers)

    def untouched(self) -> set[str]:
        """The fields that still are as they were when the page was opened."""
        sent = self.opened.data or "{}"
        try:
            before = json.loads(sent) if len(sent) <= LONGEST_OPENED else {}
        except (ValueError, RecursionError):
            before = {}
        now = fingerprints(self.code, self.saved())
        return {name for name, mark in now.items() if isinstance(before, dict) and before.get(name) == mark}


# The first part of the names of fields that belong to one answer together.
PARTS = {"rationale": "rationale", "amount": "limits", "window": "limits", "entity": "entities"}


def kept(value: Any) -> Any:
    """A field's value as it is kept."""
    return value.isoformat() if isinstance(value, date) else "" if value is None else value


def filled(code: str, answers: Mapping[str, Any]) -> dict[str, Any]:
    """The data of a form that shows these answers."""
    return {"opened": json.dumps(fingerprints(code, answers)), **answers}


__all__ = ["SectionForm", "filled", "kept"]
