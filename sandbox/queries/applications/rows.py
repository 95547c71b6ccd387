"""What the pages of an application read: frozen rows, and the words that follow from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sandbox.domain.dossier import Vocabulary
from sandbox.domain.screening import Missing
from sandbox.domain.sections import SECTIONS, Problem, lacking, section_state


@dataclass(frozen=True, slots=True)
class Head:
    """What every page of one application says first. `editable`: a draft, or a desk waits for something missing."""

    id: UUID
    title: str
    state: str
    created_at: datetime
    programme_id: UUID
    programme: str
    allows_fewer: bool
    content: Mapping[str, Any]
    case_id: UUID | None
    reference: str | None
    withdrawn_at: datetime | None
    version_id: UUID | None
    number: int | None
    submitted_at: datetime | None
    record: Mapping[str, Any] | None
    editable: bool
    asked: int  # open questions of authorities
    over: bool  # withdrawn or refused: the firm can apply again
    follows_id: UUID | None

    def unsent(self, working: Mapping[str, Any]) -> bool:
        """True when the working copy holds something that was never submitted."""
        return self.record is None or any(self.record[part] != working[part] for part in ("sections", "documents"))


@dataclass(frozen=True, slots=True)
class SavedSection:
    """The working copy of one section."""

    code: str
    answers: Mapping[str, Any]
    version: int
    saved_at: datetime
    saved_by: str

    @property
    def title(self) -> str:
        """The section's name."""
        return SECTIONS[self.code]

    @property
    def state(self) -> str:
        """not_started, in_progress or complete."""
        return section_state(self.code, self.answers)

    @property
    def lacking(self) -> tuple[str, ...]:
        """What it still lacks, as parts of a sentence after “Missing:”."""
        return tuple(lacking(self.code, self.answers))


@dataclass(frozen=True, slots=True)
class Letter:
    """A desk's letter about completeness, as the firm sees it."""

    id: UUID
    authority: str
    name: str
    outcome: str
    missing: Sequence[Missing]
    message: str
    written_at: datetime
    answered_at: datetime | None

    @property
    def waits(self) -> bool:
        """The authority waits for the firm."""
        return self.outcome == "incomplete" and self.answered_at is None


@dataclass(frozen=True, slots=True)
class Submitted:
    """One line of the list of submitted versions."""

    id: UUID
    number: int
    sha256: str
    submitted_at: datetime
    submitted_by: str


@dataclass(frozen=True, slots=True)
class Destination:
    """An authority that the application goes to, and why."""

    code: str
    name: str
    jurisdiction: str
    part: str
    required: bool
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Overview:
    """The task list of an application."""

    head: Head
    sections: tuple[SavedSection, ...]
    documents: tuple[Mapping[str, Any], ...]
    letters: tuple[Letter, ...]
    versions: tuple[Submitted, ...]
    received: tuple[Destination, ...]
    unsent: bool

    @property
    def complete(self) -> int:
        """How many sections lack nothing."""
        return sum(section.state == "complete" for section in self.sections)

    @property
    def waiting(self) -> tuple[Letter, ...]:
        """Letters that the firm has not answered."""
        return tuple(letter for letter in self.letters if letter.waits) if self.head.editable else ()

    @property
    def saved(self) -> SavedSection:
        """The section that was saved last."""
        return max(self.sections, key=lambda section: section.saved_at)


@dataclass(frozen=True, slots=True)
class OpenSection:
    """One section with what its form needs: the words of the programme and the chosen jurisdictions."""

    head: Head
    section: SavedSection
    vocabulary: Vocabulary
    chosen: tuple[str, ...]
    unlocked: frozenset[str] | None = None  # the answers that can be changed; None: all of them

    @property
    def writable(self) -> bool:
        """Something in it can be changed now."""
        return self.unlocked is None or bool(self.unlocked)


@dataclass(frozen=True, slots=True)
class Check:
    """Everything that would be submitted now, and everything that stands against it."""

    head: Head
    record: Mapping[str, Any]
    content: str
    vocabulary: Vocabulary
    problems: tuple[Problem, ...]
    destinations: tuple[Destination, ...]
    signatories: tuple[str, ...]
    unsent: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One application in a list. `complete` counts the sections that lack nothing.

    `waiting`: codes of the authorities whose letter about something missing is unanswered; `asked`: of those with an
    open request for information.
    """

    id: UUID
    title: str
    programme: str
    state: str
    created_at: datetime
    case_id: UUID | None
    reference: str | None
    submitted_at: datetime | None
    saved_at: datetime
    saved_by: str
    complete: int
    waiting: tuple[str, ...]
    asked: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Dashboard:
    """The firm's work at a glance: drafts, letters that wait for an answer, what is with the authorities."""

    drafts: tuple[Line, ...]
    waiting: tuple[Line, ...]
    submitted: tuple[Line, ...]

    @property
    def empty(self) -> bool:
        """Nothing was started yet."""
        return not (self.drafts or self.waiting or self.submitted)


@dataclass(frozen=True, slots=True)
class Receipt:
    """The proof of one submission. `sha256` is that of the frozen record; `destinations` is who received it."""

    application_id: UUID
    version_id: UUID
    number: int
    current: bool
    title: str
    programme: str
    case_id: UUID
    reference: str
    sha256: str
    record: Mapping[str, Any]
    submitted_at: datetime
    submitted_by: str
    content: Mapping[str, Any]
    destinations: tuple[Destination, ...]

    @property
    def documents(self) -> Sequence[Mapping[str, Any]]:
        """The documents that came with it."""
        return list(self.record["documents"])
