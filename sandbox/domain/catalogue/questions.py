"""One version of a programme's question set, as its file has it.

Rule: applications keep the version that they began with, so a version that was loaded never says something else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sandbox.domain.questions import Question


@dataclass(frozen=True, slots=True)
class SectionText:
    """A part of the form: its code, its title and what is said before its questions."""

    code: str
    title: str
    intro: str = ""


@dataclass(frozen=True, slots=True)
class QuestionSetRecord:
    """The questions of a programme in one version. `contradictions`: answers that cannot stand together."""

    programme: str
    version: int
    valid_from: date
    sections: tuple[SectionText, ...]
    questions: tuple[Question, ...]
    contradictions: tuple[Mapping[str, Any], ...] = ()

    @property
    def code(self) -> str:
        """How problems name it."""
        return f"{self.programme} version {self.version}"
