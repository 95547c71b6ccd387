"""Coverage of one application: all of it for the firm, each authority's own part for the people of its desk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor
from sandbox.domain.agreement import Disagreement, disagreements, explanations, unexplained
from sandbox.domain.coverage import Coverage, Row, coverage
from sandbox.domain.errors import NotFound
from sandbox.domain.questions import QuestionSet
from sandbox.domain.requests import ASKING_IN
from sandbox.models.base import now
from sandbox.queries.applications.rows import Destination, Head
from sandbox.queries.applications.working import check, received_by
from sandbox.queries.desks.dossier import Dossier, dossier
from sandbox.queries.questions import vocabulary_of_version
from sandbox.queries.requirements import links_on, requirements_of


@dataclass(frozen=True, slots=True)
class CoveragePage:
    """What the firm reads: its working copy, or what it submitted once that cannot be changed any more."""

    head: Head
    questions: QuestionSet
    destinations: tuple[Destination, ...]
    coverage: Coverage
    disagreements: Sequence[Disagreement]
    explanations: Mapping[str, str]
    unexplained: frozenset[str]
    day: date

    @property
    def linked(self) -> bool:
        """Does this version of the questions name what they are evidence for?"""
        return linked(self.questions)

    @property
    def disputed(self) -> tuple[Row, ...]:
        """What is mandatory and answered, but by answers that contradict others."""
        paths = {path for one in self.disagreements for path in one.paths}
        return tuple(
            row
            for row in self.coverage.rows
            if row.mandatory and not row.gap and any(one.question.path in paths for one in row.evidence)
        )

    @property
    def resting(self) -> tuple[Row, ...]:
        """The requirements that fall away."""
        return tuple(row for row in self.coverage.rows if row.because)

    @property
    def parts(self) -> list[tuple[Destination, tuple[Row, ...]]]:
        """The authorities to which the application goes, each with its requirements."""
        return [(one, self.coverage.of(one.code)) for one in self.destinations]


@dataclass(frozen=True, slots=True)
class DeskCoverage:
    """What people of a desk read: the own authority's part, of the submitted version."""

    dossier: Dossier
    questions: QuestionSet
    authority: Destination
    rows: tuple[Row, ...]
    coverage: Coverage
    disagreements: Sequence[Disagreement]
    explanations: Mapping[str, str]
    day: date

    @property
    def may_ask(self) -> bool:
        """The viewer can begin a request for information now."""
        seen = self.dossier.sight
        return seen.may(Action.REQUEST_DRAFT) and seen.desk_state in ASKING_IN and seen.withdrawn_at is None

    @property
    def linked(self) -> bool:
        """Does the version of the questions that was answered name what they are evidence for?"""
        return linked(self.questions)


def linked(questions: QuestionSet) -> bool:
    """Does this version name what its answers are evidence for?"""
    return any(question.evidences for question in questions)


def _said(
    questions: QuestionSet, sections: Mapping[str, Mapping[str, Any]]
) -> tuple[list[Disagreement], dict[str, str]]:
    """Answers that do not agree, and how the firm explains them, by the code of the rule."""
    known = questions.submitted(sections)
    return disagreements(questions.contradictions, known), explanations(known)


def application(viewer: Actor, application_id: UUID) -> CoveragePage:
    """The coverage of an application of the viewer's firm as it stands today. Raises NotFound for another firm's."""
    found = check(viewer, application_id)
    day, questions, sections = now().date(), found.vocabulary.questions, found.record["sections"]
    codes = sorted(one.code for one in found.destinations)
    differing, said = _said(questions, sections)
    return CoveragePage(
        head=found.head,
        questions=questions,
        destinations=found.destinations,
        coverage=coverage(questions, requirements_of(codes), links_on(day, codes), sections),
        disagreements=differing,
        explanations=said,
        unexplained=frozenset(one.code for one in unexplained(differing, sections)),
        day=day,
    )


def desk(viewer: Actor, case_id: UUID, number: int | None = None) -> DeskCoverage:
    """The own authority's part of the coverage of a submitted version, by the map of the day of its submission.

    Raises NotFound for everybody who has no desk in the case.
    """
    found = dossier(viewer, case_id, number)
    received = received_by(case_id)
    own = next((one for one in received if one.code == viewer.code), None)
    if own is None or found.sight.desk_id is None:
        raise NotFound("There is nothing here.")
    day, questions = found.submitted_at.date(), vocabulary_of_version(found.id).questions
    sections, codes = found.record["sections"], sorted(one.code for one in received)
    whole = coverage(questions, requirements_of(codes), links_on(day, codes), sections)
    differing, said = _said(questions, sections)
    return DeskCoverage(
        dossier=found,
        questions=questions,
        authority=own,
        rows=whole.of(own.code),
        coverage=whole,
        disagreements=differing,
        explanations=said,
        day=day,
    )


__all__ = ["CoveragePage", "DeskCoverage", "application", "desk"]
