"""Coverage: what of each authority's requirements the answers of one application evidence, and what is a gap.

Rules: a question is answered once and may be evidence for several authorities. A requirement falls away where its
authority rests on another's (equivalent, deferred to) that is itself asked; what others rest on never falls away.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sandbox.domain.catalogue.terms import Relation
from sandbox.domain.questions import FULL, Question, QuestionSet, condition, holds
from sandbox.domain.values import given

STANDING = frozenset({Relation.EQUIVALENT.value, Relation.DEFERRED_TO.value})

Sections = Mapping[str, Mapping[str, Any]]
Pair = tuple[str, str]  # authority, requirement
Requirements = Mapping[str, Sequence[Mapping[str, Any]]]  # authority → its requirements, in the programme's order


class State(StrEnum):
    """How an application stands to one requirement."""

    EVIDENCED = "evidenced"
    PARTLY = "partly"
    MISSING = "missing"
    FALLS_AWAY = "falls_away"
    NOT_APPLICABLE = "not_applicable"


GAPS = frozenset({State.PARTLY, State.MISSING})


@dataclass(frozen=True, slots=True)
class Link:
    """How a requirement of one authority stands to a requirement of another, from a day on."""

    authority: str
    requirement: str
    to: str
    other: str
    relation: str
    valid_from: date
    valid_until: date | None
    reason: str
    source: str
    sure: str

    @property
    def stands(self) -> bool:
        """One authority rests on the other: what it requires is not asked again."""
        return self.relation in STANDING

    def on(self, day: date) -> bool:
        """Is it in force on that day?"""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


@dataclass(frozen=True, slots=True)
class Evidenced:
    """A question whose answer is evidence: is it asked, full or partial evidence, and answered without a flaw?"""

    question: Question
    full: bool
    answered: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One requirement of one authority, for one application. `because`: on what it rests where it falls away."""

    authority: str
    code: str
    title: str
    text: str
    source: str
    sure: str
    criterion: str
    mandatory: bool
    state: State
    evidence: tuple[Evidenced, ...] = ()
    because: Link | None = None

    @property
    def gap(self) -> bool:
        """It is mandatory, and not or only partly evidenced."""
        return self.mandatory and self.state in GAPS

    @property
    def open(self) -> tuple[Evidenced, ...]:
        """The questions that still wait for an answer."""
        return tuple(one for one in self.evidence if not one.answered and (one.full or one.question.required))


@dataclass(frozen=True, slots=True)
class Coverage:
    """The requirements of all authorities concerned, and the questions that fall away."""

    rows: tuple[Row, ...]
    spared: tuple[tuple[Question, tuple[Link, ...]], ...]

    @property
    def gaps(self) -> tuple[Row, ...]:
        """What is mandatory and not covered."""
        return tuple(row for row in self.rows if row.gap)

    def of(self, authority: str) -> tuple[Row, ...]:
        """The part of one authority."""
        return tuple(row for row in self.rows if row.authority == authority)

    def title_of(self, authority: str, requirement: str) -> str:
        """What a requirement is called; its code where it is not of this application."""
        return next((row.title for row in self.of(authority) if row.code == requirement), requirement)

    def counts(self, authority: str) -> dict[State, int]:
        """How many mandatory requirements of an authority are in each state."""
        found = dict.fromkeys(State, 0)
        for row in self.of(authority):
            found[row.state] += row.mandatory
        return found


def applicable(requirements: Requirements, sections: Sections) -> frozenset[Pair]:
    """The requirements that apply to these answers. `sections`: what would be submitted."""
    return frozenset(
        (authority, row["code"])
        for authority, rows in requirements.items()
        for row in rows
        if holds(map(condition, row.get("when") or ()), sections)
    )


def fallen(requirements: Requirements, asked: Collection[Pair], links: Iterable[Link]) -> dict[Pair, Link]:
    """The requirements that fall away, each with the link on which it rests.

    In the order of the authorities. What another rests on stays, so two that are equivalent to each other never both
    fall away, and nothing rests on what has itself fallen away.
    """
    standing: dict[Pair, list[Link]] = {}
    for link in links:
        if link.stands:
            standing.setdefault((link.authority, link.requirement), []).append(link)
    gone: dict[Pair, Link] = {}
    kept: set[Pair] = set()
    for authority, rows in requirements.items():
        for row in rows:
            pair = (authority, row["code"])
            if pair not in asked or pair in kept:
                continue
            for link in standing.get(pair, ()):
                base = (link.to, link.other)
                if base in asked and base not in gone:
                    gone[pair] = link
                    kept.add(base)
                    break
    return gone


def spared(
    questions: Iterable[Question], concerned: Collection[str], gone: Mapping[Pair, Link]
) -> dict[str, list[Link]]:
    """The questions that fall away, by path, with what they rest on. `concerned`: the authorities of the application.

    Only those of an overlay: the common part is asked in any case. All that such a question is evidence for at these
    authorities has to have fallen away.
    """
    found: dict[str, list[Link]] = {}
    for question in questions:
        wanted = [(one.authority, one.requirement) for one in question.evidences if one.authority in concerned]
        if question.authorities and wanted and all(pair in gone for pair in wanted):
            found[question.path] = list(dict.fromkeys(gone[pair] for pair in wanted))
    return found


def spared_paths(
    questions: QuestionSet,
    concerned: Collection[str],
    requirements: Requirements,
    links: Iterable[Link],
    sections: Sections,
) -> frozenset[str]:
    """The questions that fall away where these answers stand, by path. `requirements`: at least those of the links."""
    gone = fallen(requirements, applicable(requirements, questions.submitted(sections)), links)
    asked = (question for rows in questions.asked(sections).values() for question in rows)
    return frozenset(spared(asked, concerned, gone)) if gone else frozenset()


def ends(rows: Iterable[tuple[str, int, Mapping[str, Any]]]) -> dict[str, list[Mapping[str, Any]]]:
    """Requirements from (authority, position, content), each once: authorities by code, requirements by position."""
    once = {(authority, position): content for authority, position, content in rows}
    found: dict[str, list[Mapping[str, Any]]] = {}
    for authority, position in sorted(once):
        found.setdefault(authority, []).append(once[authority, position])
    return found


def coverage(questions: QuestionSet, requirements: Requirements, links: Iterable[Link], sections: Sections) -> Coverage:
    """Every requirement of the authorities concerned with its state, in their order.

    `questions`: the common part and the overlays of these authorities; `links`: those in force on the day;
    `sections`: all answers, of which only those count that would be submitted.
    """
    known = questions.submitted(sections)
    asked_for = applicable(requirements, known)
    gone = fallen(requirements, asked_for, links)
    asked = [question for rows in questions.asked(sections).values() for question in rows]
    evidence = _evidence(asked, known)
    rows = tuple(
        _row(authority, row, _state((authority, row["code"]), asked_for, gone, evidence), evidence, gone)
        for authority, listed in requirements.items()
        for row in listed
    )
    free = spared(asked, requirements.keys(), gone)
    return Coverage(rows, tuple((questions.question(path), tuple(why)) for path, why in free.items()))


def _evidence(asked: Iterable[Question], known: Sections) -> dict[Pair, list[Evidenced]]:
    found: dict[Pair, list[Evidenced]] = {}
    for question in asked:
        value = (known.get(question.section) or {}).get(question.name)
        answered = given(question.kind, value) and not any(question.flaws(known))
        for one in question.evidences:
            entry = Evidenced(question, one.how == FULL, answered)
            found.setdefault((one.authority, one.requirement), []).append(entry)
    return found


def _state(
    pair: Pair, asked_for: Collection[Pair], gone: Mapping[Pair, Link], evidence: Mapping[Pair, list[Evidenced]]
) -> State:
    if pair not in asked_for:
        return State.NOT_APPLICABLE
    if pair in gone:
        return State.FALLS_AWAY
    entries = evidence.get(pair, [])
    full = [one for one in entries if one.full]
    if full and all(one.answered for one in entries if one.full or one.question.required):
        return State.EVIDENCED
    return State.PARTLY if any(one.answered for one in entries) else State.MISSING


def _row(
    authority: str,
    row: Mapping[str, Any],
    state: State,
    evidence: Mapping[Pair, list[Evidenced]],
    gone: Mapping[Pair, Link],
) -> Row:
    pair = (authority, row["code"])
    return Row(
        authority=authority,
        code=row["code"],
        title=row["title"],
        text=row["text"],
        source=row["source"],
        sure=row["sure"],
        criterion=row.get("criterion") or "",
        mandatory=row.get("mandatory", True),
        state=state,
        evidence=tuple(evidence.get(pair, ())) if state is not State.NOT_APPLICABLE else (),
        because=gone.get(pair),
    )


def touched(questions: Iterable[Question], link: Pair) -> Iterator[Question]:
    """The questions that are evidence for a requirement: what a change of a mapping from it can touch."""
    return (
        question
        for question in questions
        if any((one.authority, one.requirement) == link for one in question.evidences)
    )


__all__ = [
    "GAPS", "STANDING", "Coverage", "Evidenced", "Link", "Requirements", "Row", "State", "applicable",
    "coverage", "ends", "fallen", "spared", "spared_paths", "touched",
]  # fmt: skip
