"""What a change of one row of the map touches: which questions, and which cases and drafts that are open now.

Rule: nobody learns more of a case here than elsewhere. References stand only where the viewer may know of the case;
counts are of the cases of the programme (its administrator) or of the viewer's own desks; of drafts only the
programme's administrator learns how many there are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, select, true
from sqlalchemy.orm import aliased

from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor, Organisation
from sandbox.domain.catalogue import Equivalences
from sandbox.domain.coverage import Link
from sandbox.domain.coverage import touched as questions_for
from sandbox.domain.errors import NotFound
from sandbox.domain.lifecycles import BEFORE_DECISION, ENDED_DESK
from sandbox.domain.policy import Tie
from sandbox.domain.questions import read
from sandbox.extensions import db
from sandbox.models.applications import Application
from sandbox.models.base import now
from sandbox.models.catalogue import (
    ONE,
    OTHER,
    Authority,
    Programme,
    ProgrammeAuthority,
    QuestionSet,
    Requirement,
    RequirementEquivalence,
    all_equivalences,
)
from sandbox.models.desks import Case, Desk
from sandbox.queries.access import TIES, permitted
from sandbox.queries.requirements import link_of

MOST_SHOWN = 200  # references that are listed; all are counted


@dataclass(frozen=True, slots=True)
class TouchedQuestion:
    """A question whose answer is evidence for the requirement. `overlay`: it is asked for these authorities only."""

    path: str
    label: str
    overlay: tuple[str, ...]
    others: tuple[str, ...]  # authorities for which the same answer is evidence, so that it stays


@dataclass(frozen=True, slots=True)
class Touched:
    """What changing a relation would touch. `drafts` None: not for this viewer."""

    link: Link
    title: str
    other_title: str
    conditions: bool  # the requirement applies to some applications only: the counts are the most it can be
    questions: tuple[TouchedQuestion, ...]
    cases: int
    references: tuple[str, ...]
    drafts: int | None


def row_named(row_id: UUID) -> Link:
    """A row of the map. Raises NotFound."""
    found = db.session.execute(all_equivalences().where(RequirementEquivalence.id == row_id)).one_or_none()
    if found is None:
        raise NotFound("There is nothing here.")
    return link_of(*found)


def _programmes(link: Link) -> ColumnElement[bool]:
    """A condition on `Programme`: both authorities take part."""
    return and_(
        *(
            exists()
            .where(
                ProgrammeAuthority.programme_id == Programme.id,
                ProgrammeAuthority.authority_id == Authority.id,
                Authority.code == code,
            )
            .correlate(Programme)
            for code in (link.authority, link.to)
        )
    )


def _questions(link: Link) -> tuple[TouchedQuestion, ...]:
    """The questions of the newest version in force of each programme in which both take part."""
    rows = db.session.execute(
        select(QuestionSet.programme_id, QuestionSet.content)
        .join(Programme, Programme.id == QuestionSet.programme_id)
        .where(_programmes(link), QuestionSet.valid_from <= now().date())
        .order_by(QuestionSet.programme_id, QuestionSet.version),
    )
    newest: dict[UUID, Mapping[str, Any]] = {row.programme_id: row.content for row in rows}
    found: dict[str, TouchedQuestion] = {}
    for content in newest.values():
        for question in questions_for(read(content), (link.authority, link.requirement)):
            others = {one.authority for one in question.evidences} - {link.authority}
            found[question.path] = TouchedQuestion(
                question.path, question.label, question.authorities, tuple(sorted(others))
            )
    return tuple(found.values())


def _open_desk(code: str, *, undecided: bool) -> ColumnElement[bool]:
    """A condition on `Case`: this authority has a desk that has not ended (or, stricter, has not decided)."""
    desk, authority = aliased(Desk), aliased(Authority)
    return (
        exists()
        .where(
            desk.case_id == Case.id,
            desk.authority_id == authority.id,
            authority.code == code,
            desk.state.in_(BEFORE_DECISION) if undecided else desk.state.not_in(sorted(ENDED_DESK)),
        )
        .correlate(Case)
    )


def _counted(viewer: Actor | None) -> ColumnElement[bool]:
    """A condition on `Case`: those of which this viewer may learn how many there are."""
    if viewer is None or viewer.organisation is Organisation.PROGRAMME_OFFICE:
        return true()
    return TIES[Tie.DESK](viewer)


def touched(viewer: Actor | None, link: Link) -> Touched:
    """What a change of this relation touches, in a fixed number of statements. None: who runs the portal, sees all.

    A case is touched while the authority that rests on the other has not decided and the other still has a desk.
    """
    concerned = and_(
        Case.withdrawn_at.is_(None),
        _open_desk(link.authority, undecided=True),
        _open_desk(link.to, undecided=False),
    )
    cases = db.session.scalar(select(func.count()).select_from(Case).where(concerned, _counted(viewer))) or 0
    known = true() if viewer is None else permitted(viewer, Action.CASE_GLANCE)
    references = db.session.scalars(
        select(Case.reference).where(concerned, known).order_by(Case.reference.desc()).limit(MOST_SHOWN),
    )
    titles = {
        (code, row.code): row
        for row, code in db.session.execute(
            select(Requirement, Authority.code)
            .join(Authority, Authority.id == Requirement.authority_id)
            .where(
                Authority.code.in_(sorted({link.authority, link.to})),
                Requirement.code.in_(sorted({link.requirement, link.other})),
                Requirement.current.is_(True),
            ),
        )
    }
    one, other = (titles.get(pair) for pair in ((link.authority, link.requirement), (link.to, link.other)))
    return Touched(
        link=link,
        title=one.content["title"] if one else link.requirement,
        other_title=other.content["title"] if other else link.other,
        conditions=bool(one and one.content.get("when")),
        questions=_questions(link),
        cases=cases,
        references=tuple(references),
        drafts=_drafts(link) if viewer is None or viewer.organisation is Organisation.PROGRAMME_OFFICE else None,
    )


def _drafts(link: Link) -> int:
    return (
        db.session.scalar(
            select(func.count())
            .select_from(Application)
            .join(Programme, Programme.id == Application.programme_id)
            .where(Application.state == "draft", _programmes(link)),
        )
        or 0
    )


@dataclass(frozen=True, slots=True)
class MapChange:
    """A row that a changed file would add (`before` None), end (`after` None) or say otherwise, and what it touches."""

    before: Link | None
    after: Link | None
    touched: Touched


def dry_run(record: Equivalences) -> list[MapChange]:
    """Hold a changed file of one pair of authorities against the map that stands; for who runs the portal."""
    model = RequirementEquivalence
    rows = db.session.execute(
        all_equivalences().where(ONE.code == record.authority, OTHER.code == record.to, model.replaced_at.is_(None)),
    )
    before = {(link.requirement, link.other, link.valid_from): link for link in (link_of(*row) for row in rows)}
    after = {
        (row.requirement, row.other, row.valid_from): Link(
            record.authority, row.requirement, record.to, row.other, row.relation.value, row.valid_from,
            row.valid_until, row.reason, row.source, row.sure.value,
        )
        for row in record.requirements
    }  # fmt: skip
    found = []
    for key in sorted({*before, *after}):
        old, new = before.get(key), after.get(key)
        link = new or old
        if old != new and link is not None:
            found.append(MapChange(old, new, touched(None, link)))
    return found


__all__ = ["MapChange", "Touched", "TouchedQuestion", "dry_run", "row_named", "touched"]
