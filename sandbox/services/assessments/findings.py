"""Findings: one view of each criterion, what it rests on, and its confirmation on a new version of the dossier."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select

from sandbox.domain import audiences
from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor
from sandbox.domain.changes import DOCUMENT, changed, paths_of
from sandbox.domain.errors import BadInput, NotNow
from sandbox.domain.findings import DRAFT, RELIES, VALUES, paths, stale
from sandbox.domain.reliance import STANDING
from sandbox.extensions import db
from sandbox.models.applications import ApplicationVersion
from sandbox.models.assessments import EarlierFinding, Finding, Paragraph
from sandbox.models.base import now
from sandbox.models.catalogue import Authority, Criterion, Equivalence, Standard
from sandbox.models.desks import Case, Desk
from sandbox.services import desks, search
from sandbox.services.assessments.common import assessing, expect_none, own_matter, took_part, version_read
from sandbox.services.engine import act
from sandbox.services.unit import expect, get, use_case

LONGEST_NOTE = 500
MOST_EVIDENCE = 30


@dataclass(frozen=True, slots=True)
class Grounds:
    """What a finding rests on besides its reasons.

    `evidence`: rows of path, page (of a document) and note. `standards`: codes of the catalogue. `paragraphs`: ids of
    the standard paragraphs used. `relies_on`: the authority whose finding is relied on.
    """

    evidence: Sequence[Mapping[str, Any]] = ()
    standards: Iterable[str] = ()
    paragraphs: Iterable[UUID] = ()
    relies_on: UUID | None = None


@use_case
def record_finding(
    actor: Actor,
    desk_id: UUID,
    criterion_id: UUID,
    *,
    value: str,
    reasons: str,
    indicators: Iterable[str] = (),
    grounds: Grounds | None = None,
    version: int | None = None,
    read: UUID | None = None,
) -> UUID:
    """Record one's view of a criterion; saving again replaces the text while the position is not filed.

    An empty `value` saves a draft. `grounds` None leaves what the finding rests on as it is. `version` is that of the
    finding the form was opened with (None or 0: there was none), `read` the version of the dossier beside it: what
    changed since then makes the finding stale at once. Words of another person are kept when they are replaced.
    Raises Conflict with the standing text when somebody else saved meanwhile.
    """
    desk, case, code = desks.load(desk_id)
    criterion = get(Criterion, criterion_id)
    act(
        actor,
        Action.FINDING_RECORD,
        own_matter(desk, case, code, detail={"criterion": criterion.code, "value": value or "draft"}),
    )
    if criterion.authority_id != desk.authority_id or value not in (DRAFT, *VALUES):
        raise BadInput({"value": "Choose a finding for one of your authority's criteria."})
    finding = db.session.scalar(
        select(Finding).where(Finding.desk_id == desk_id, Finding.criterion_id == criterion_id),
    )
    assessing(desk, redo=finding is not None and finding.quarantined_at is not None)
    took_part(actor, desk.id)
    if finding is None:
        expect_none(version)
        finding = Finding(desk_id=desk_id, criterion_id=criterion_id, evidence=[], standards=[], paragraphs=[])
    else:
        expect(finding, version or 0, current={"value": finding.value, "reasons": finding.reasons})
        _keep_words(actor, finding, reasons)
    before = version_read(case, read)
    rests_on = _rests_on(criterion, finding, before, grounds)
    if (value == RELIES) != (rests_on["relies_on_id"] is not None):
        raise BadInput({"relies_on": "Choose whose finding the desk relies on, or another finding."})
    rests_on["stale"] = _stale(case, before, rests_on["evidence"])
    for name, given in rests_on.items():
        setattr(finding, name, given)
    finding.value, finding.reasons, finding.indicators = value, reasons, sorted(indicators)
    finding.application_version_id = before.id
    finding.author_id, finding.updated_at = actor.me, now()
    if value != DRAFT:  # redone; a draft alone is not
        finding.quarantined_at = None
    db.session.add(finding)
    db.session.flush()
    search.index("finding", finding.id, case.id, reasons, (audiences.desk(code),))
    return finding.id


def _keep_words(actor: Actor, finding: Finding, reasons: str) -> None:
    """Nobody edits another's words: what is replaced stays, under the name of who wrote it."""
    if finding.author_id == actor.me or not finding.reasons.strip() or finding.reasons == reasons:
        return
    db.session.add(
        EarlierFinding(
            finding_id=finding.id,
            value=finding.value,
            reasons=finding.reasons,
            author_id=finding.author_id,
            written_at=finding.updated_at,
        ),
    )


def _stale(case: Case, before: ApplicationVersion, evidence: Sequence[Mapping[str, Any]]) -> list[str]:
    if before.id == case.current_version_id:
        return []
    present = get(ApplicationVersion, case.current_version_id)
    return stale(evidence, changed(before.record, present.record))


def _rests_on(
    criterion: Criterion, finding: Finding, read: ApplicationVersion, grounds: Grounds | None
) -> dict[str, Any]:
    """The columns that say what the finding rests on, checked. Raises BadInput."""
    if grounds is None:
        return {"evidence": finding.evidence, "relies_on_id": finding.relies_on_id}
    own = Paragraph.authority_id == criterion.authority_id
    used = _known(Paragraph.id, grounds.paragraphs, "paragraph", "Choose paragraphs of your authority.", own)
    if grounds.relies_on is not None and grounds.relies_on not in partners(criterion):
        raise BadInput({"relies_on": "No standing equivalence lets your authority rely on that one here."})
    return {
        "evidence": _evidence(grounds.evidence, paths_of(read.record) | paths(finding.evidence)),
        "standards": _known(Standard.code, grounds.standards, "standards", "Choose standards of the catalogue."),
        "paragraphs": [str(one) for one in used],
        "relies_on_id": grounds.relies_on,
    }


def _evidence(rows: Sequence[Mapping[str, Any]], known: frozenset[str]) -> list[dict[str, Any]]:
    """The rows as they are kept. Raises BadInput for what is not in the dossier, or a page of what has none."""
    if len(rows) > MOST_EVIDENCE:
        raise BadInput({"cite": f"A finding can cite {MOST_EVIDENCE} places at most."})
    kept = []
    for row in rows:
        path, page, note = str(row["path"]), row.get("page"), str(row.get("note") or "").strip()[:LONGEST_NOTE]
        if path not in known:
            raise BadInput({"cite": "Choose an answer or a document of the dossier."})
        if page is not None and not path.startswith(DOCUMENT):
            raise BadInput({"page": "Only documents have pages."})
        kept.append({"path": path, "page": page, "note": note})
    return kept


def _known(column: Any, wanted: Iterable[Any], name: str, problem: str, *more: Any) -> list[Any]:
    """The wanted keys, each once and in order, all of which exist. Raises BadInput."""
    asked = list(dict.fromkeys(wanted))
    if asked and len(set(db.session.scalars(select(column).where(column.in_(asked), *more)))) != len(asked):
        raise BadInput({name: problem})
    return asked


def partners(criterion: Criterion) -> dict[UUID, str]:
    """The authorities whose findings this criterion can rest on today, each with the code of their criterion."""
    today = now().date()
    rows = db.session.execute(
        select(Equivalence.to_authority_id, Equivalence.to_criterion)
        .where(
            Equivalence.from_authority_id == criterion.authority_id,
            Equivalence.from_criterion == criterion.code,
            Equivalence.relation.in_(sorted(STANDING)),
            Equivalence.valid_from <= today,
            or_(Equivalence.valid_until.is_(None), Equivalence.valid_until >= today),
        )
        .order_by(Equivalence.valid_from),
    )
    return {key: code for key, code in rows}


def reliance(criterion: Criterion, finding: Finding) -> dict[str, str] | None:
    """Whose finding on which criterion this one rests on, for the frozen record; None where nothing lets it."""
    if finding.relies_on_id is None:
        return None
    named = partners(criterion).get(finding.relies_on_id)
    return {"authority": get(Authority, finding.relies_on_id).code, "criterion": named} if named else None


@use_case
def confirm_finding(actor: Actor, finding_id: UUID, *, version: int, read: UUID) -> None:
    """The finding still holds on the version of the dossier that was read. Its words stay as they are.

    Raises Conflict when somebody else saved meanwhile, NotNow when it is not stale or must be redone.
    """
    finding = get(Finding, finding_id)
    desk, case, code = desks.load(finding.desk_id)
    db.session.refresh(finding)
    criterion = get(Criterion, finding.criterion_id)
    detail = {"criterion": criterion.code, "confirmed": True}
    act(actor, Action.FINDING_RECORD, own_matter(desk, case, code, detail=detail))
    assessing(desk)
    if finding.quarantined_at is not None or not finding.stale:
        raise NotNow("This finding does not wait to be confirmed.")
    expect(finding, version, current={"value": finding.value, "reasons": finding.reasons})
    took_part(actor, desk.id)
    before = version_read(case, read)
    finding.application_version_id = before.id
    finding.stale = _stale(case, before, finding.evidence)
    finding.confirmed_by, finding.confirmed_at = actor.me, now()


def findings_of(desk: Desk) -> dict[UUID, Finding]:
    """The findings of a desk that say something, by criterion."""
    rows = db.session.scalars(select(Finding).where(Finding.desk_id == desk.id, Finding.value != DRAFT))
    return {row.criterion_id: row for row in rows}


__all__ = ["Grounds", "confirm_finding", "findings_of", "partners", "record_finding", "reliance"]
