"""What the pages of an application read: frozen rows, and the words that follow from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sandbox.domain.documents import says_the_same
from sandbox.domain.dossier import Vocabulary
from sandbox.domain.questions import COMPLETE, Problem, Question, QuestionSet
from sandbox.domain.screening import Missing


@dataclass(frozen=True, slots=True)
class Head:
    """What every page of one application says first. `editable`: a draft, or a desk waits for something missing.

    `questions`: its version of the set with all overlays; `newest`: the version that applications begin with today.
    """

    id: UUID
    title: str
    state: str
    created_at: datetime
    firm_id: UUID
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
    questions: QuestionSet
    newest: int
    comments: int = 0  # of colleagues, not settled

    @property
    def newer(self) -> bool:
        """There are newer questions, and it can be carried to them."""
        return self.editable and self.newest > self.questions.version

    def unsent(self, working: Mapping[str, Any]) -> bool:
        """True when the working copy holds something that was never submitted."""
        if self.record is None or self.record["sections"] != working["sections"]:
            return True
        return not says_the_same(self.record["documents"], working["documents"])


@dataclass(frozen=True, slots=True)
class SavedSection:
    """The working copy of one section. `state`: not_started, in_progress or complete.

    `lacking`: what it still lacks or has too much of, as parts of a sentence after “Missing:”.
    """

    code: str
    answers: Mapping[str, Any]
    version: int
    saved_at: datetime
    saved_by: str
    comments: int = 0  # of colleagues about it, not settled
    title: str = ""
    state: str = ""
    lacking: tuple[str, ...] = ()


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
    questions: QuestionSet  # with the overlays that are asked now
    answers: Mapping[str, Mapping[str, Any]]

    @property
    def complete(self) -> int:
        """How many sections lack nothing."""
        return sum(section.state == COMPLETE for section in self.sections)

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
    """One section with what its form needs: the words of the programme with the questions, and the jurisdictions.

    `sections` are the answers of all sections, on which conditions rest; `documents` are those of the working copy.
    """

    head: Head
    section: SavedSection
    vocabulary: Vocabulary
    chosen: tuple[str, ...]
    unlocked: frozenset[str] | None = None  # the answers that can be changed; None: all of them
    sections: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    documents: tuple[Mapping[str, Any], ...] = ()

    @property
    def writable(self) -> bool:
        """Something in it can be changed now."""
        return self.unlocked is None or bool(self.unlocked)


@dataclass(frozen=True, slots=True)
class Check:
    """Everything that would be submitted now, and everything that stands against it.

    `set_aside`: questions that are answered but not asked any more; the answers are kept and not submitted.
    """

    head: Head
    record: Mapping[str, Any]
    content: str
    vocabulary: Vocabulary
    problems: tuple[Problem, ...]
    destinations: tuple[Destination, ...]
    signatories: tuple[str, ...]
    unsent: bool
    set_aside: tuple[Question, ...] = ()
    twin: UUID | None = None  # of a draft: the application for the same product that was submitted already


@dataclass(frozen=True, slots=True)
class Live:
    """An application of the firm that goes on: a draft, or with the authorities."""

    id: UUID
    title: str
    state: str


@dataclass(frozen=True, slots=True)
class Line:
    """One application in a list. `complete` counts the sections that lack nothing, of `sections` that ask something.

    `waiting`: codes of the authorities whose letter about something missing is unanswered; `asked`: of those with an
    open request for information.
    """

    id: UUID
    title: str
    programme: str
    firm: str
    state: str
    created_at: datetime
    case_id: UUID | None
    reference: str | None
    submitted_at: datetime | None
    saved_at: datetime
    saved_by: str
    complete: int
    sections: int
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
    questions: QuestionSet  # as they were asked then
    destinations: tuple[Destination, ...]

    @property
    def documents(self) -> Sequence[Mapping[str, Any]]:
        """The documents that came with it."""
        return list(self.record["documents"])
