"""The joint notice of a case: the outcome with its reason, everything that is still missing, and where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import and_, select

from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor, Organisation
from sandbox.domain.errors import NotFound
from sandbox.domain.lifecycles import ENDED_DESK
from sandbox.domain.needs import JointNotice as Needs
from sandbox.domain.needs import a_joint_outcome
from sandbox.domain.outcomes import DeskDecision, JointOutcome, Outcome, combine
from sandbox.extensions import db
from sandbox.models.assessments import Divergence
from sandbox.models.catalogue import Authority
from sandbox.models.decisions import Condition, Decision, Edition, JointNotice
from sandbox.models.desks import Desk
from sandbox.queries.access import visible
from sandbox.queries.assessments.contradictions import open_titles
from sandbox.queries.decisions.reading import Paper, Signed, issued_papers, reader, signatures_of, signed
from sandbox.queries.decisions.rows import ACTION_WORDS
from sandbox.queries.desks import Sight
from sandbox.queries.desks.states import STATE_WORDS, TONES, shown_state

STATES = {
    "ready_to_sign": ("Waiting for signatures", "warning"),
    "signed": ("Signed by everybody, not issued", "progress"),
    "issued": ("Issued", "good"),
    "void": ("Void: not signed by everybody", "bad"),
    "superseded": ("Superseded", "warning"),
}


@dataclass(frozen=True, slots=True)
class DeskRow:
    """A desk of the case with what the reader may know of its decision."""

    code: str
    name: str
    required: bool
    decides: bool
    lead: bool
    words: str
    tone: str
    action_words: str
    number: str


@dataclass(frozen=True, slots=True)
class Version:
    """One version of the joint notice."""

    id: UUID
    edition_id: UUID
    number: str
    state: str
    words: str
    tone: str
    sha256: str
    rejected_because: str | None
    told: frozenset[str]
    signatures: tuple[Signed, ...]

    @property
    def waiting(self) -> tuple[Signed, ...]:
        """Who has not signed, in order."""
        return tuple(one for one in self.signatures if one.at is None)


@dataclass(frozen=True, slots=True)
class NoticePage:
    """The page of the joint notice. `versions`: the newest first; `missing`: all that keeps it from being made."""

    seen: Sight
    outcome: JointOutcome
    desks: tuple[DeskRow, ...]
    missing: tuple[str, ...]
    versions: tuple[Version, ...]
    papers: tuple[Paper, ...]
    actions: frozenset[Action]

    @property
    def live(self) -> Version | None:
        """The version in work, else the one that is issued."""
        return _live(self.versions)

    @property
    def untold(self) -> tuple[str, ...]:
        """Authorities whose decision came after the issued version: a next one tells of it."""
        return _untold(self.live, self.desks) if self.live is not None and self.live.state == "issued" else ()


def page(viewer: Actor, case_id: UUID) -> NoticePage:
    """The page for staff of a desk who read its decisions, in at most eight statements. Raises NotFound."""
    seen, parties = reader(viewer, case_id)
    if viewer.organisation is not Organisation.AUTHORITY or not seen.may(Action.NOTICE_READ):
        raise NotFound("There is nothing here.")
    rows = _rows(seen, parties)
    desks = tuple(_desk(seen, row) for row in rows)
    keys = _condition_keys([row.decision_id for row in rows if row.action is not None])
    versions = _versions(case_id, parties)
    unsettled = db.session.scalars(
        select(Divergence.title)
        .where(
            Divergence.case_id == case_id,
            Divergence.state == "open",
            visible(Divergence.id, "divergence", parties),
        )
        .order_by(Divergence.title),
    ).all()
    outcome = _outcome(seen, rows, keys)
    return NoticePage(
        seen=seen,
        outcome=outcome,
        desks=desks,
        missing=_missing(seen, rows, keys, tuple(unsettled), open_titles(case_id, parties)),
        versions=versions,
        papers=issued_papers(case_id, parties),
        actions=_possible(seen, versions, desks),
    )


def _rows(seen: Sight, parties: frozenset[str]) -> list[Any]:
    """The desks, each with its decision once it is issued to this reader, or when it is the reader's own."""
    issued = and_(Decision.issued_at.is_not(None), visible(Decision.edition_id, "edition", parties))
    own = and_(Decision.signed_at.is_not(None), visible(Decision.id, "decision", parties))
    return list(
        db.session.execute(
            select(
                Desk.id,
                Desk.authority_id,
                Desk.state,
                Desk.part,
                Desk.required,
                Desk.opened_at,
                Authority.code,
                Authority.name,
                Decision.id.label("decision_id"),
                Decision.action,
                Decision.number,
            )
            .join(Authority, Authority.id == Desk.authority_id)
            .outerjoin(Decision, and_(Decision.desk_id == Desk.id, issued | own))
            .where(Desk.case_id == seen.case_id)
            .order_by(Authority.code),
        ),
    )


def _shown(seen: Sight, row: Any) -> str:
    return shown_state(
        row.state,
        mine=row.id == seen.desk_id,
        case_opened=seen.opened,
        desk_opened=row.opened_at is not None,
        deciding=row.part == "decides",
    )


def _desk(seen: Sight, row: Any) -> DeskRow:
    state = _shown(seen, row)
    return DeskRow(
        code=row.code,
        name=row.name,
        required=row.required,
        decides=row.part == "decides",
        lead=row.authority_id == seen.lead_id,
        words=STATE_WORDS[state],
        tone=TONES.get(state, "neutral"),
        action_words=ACTION_WORDS.get(row.action or "", ""),
        number=row.number or "",
    )


def _condition_keys(decisions: list[UUID]) -> dict[UUID, frozenset[str]]:
    """What makes two decisions' conditions the same: for limits the measure, for others the words."""
    found: dict[UUID, set[str]] = {}
    if decisions:
        for row in db.session.scalars(select(Condition).where(Condition.decision_id.in_(decisions))):
            measured = (row.metric, row.comparator, row.threshold, row.currency, row.window)
            plain = (row.kind, row.title.strip().lower(), row.text)
            found.setdefault(row.decision_id, set()).add(repr(measured if row.metric else plain))
    return {key: frozenset(values) for key, values in found.items()}


def _outcome(
    seen: Sight, rows: list[Any], keys: dict[UUID, frozenset[str]], *, without_undecided: bool = False
) -> JointOutcome:
    return combine(
        (
            DeskDecision(row.code, row.required, _shown(seen, row), row.action, keys.get(row.decision_id, frozenset()))
            for row in rows
            if row.part == "decides" and (not without_undecided or row.required or row.action is not None)
        ),
        withdrawn=seen.withdrawn_at is not None,
        firm_goes_on_with_fewer=seen.goes_on_with_fewer,
        programme_allows_fewer=seen.allows_fewer,
    )


def _missing(
    seen: Sight,
    rows: list[Any],
    keys: dict[UUID, frozenset[str]],
    unsettled: tuple[str, ...],
    contradictions: tuple[str, ...],
) -> tuple[str, ...]:
    """Everything that stands in the way, as the use case will say it. Optional authorities are not waited for."""
    outcome = _outcome(seen, rows, keys, without_undecided=True)
    signed_only = tuple(row.code for row in rows if row.part == "decides" and _shown(seen, row) == "decided")
    undecided = [
        row.code
        for row in rows
        if row.part == "decides" and row.required and _shown(seen, row) not in {"decided", "issued", *ENDED_DESK}
    ]
    pending = outcome.outcome is Outcome.PENDING
    needs = Needs(
        outcome="" if pending and not undecided else outcome.outcome.value,
        unsettled=unsettled,
        contradictions=contradictions,
        unissued=signed_only,
        approvals=len(outcome.approving) + (pending and not undecided),
    )
    return tuple(a_joint_outcome(needs))


def _versions(case_id: UUID, parties: frozenset[str]) -> tuple[Version, ...]:
    rows = db.session.execute(
        select(JointNotice, Edition)
        .join(Edition, Edition.id == JointNotice.edition_id)
        .where(JointNotice.case_id == case_id, visible(JointNotice.id, "notice", parties))
        .order_by(JointNotice.number.desc()),
    ).all()
    made = signatures_of(row.Edition.id for row in rows)
    found = []
    for row in rows:
        at = {one.field: one.signed_at for one in made if one.edition_id == row.Edition.id}
        words, tone = STATES[row.JointNotice.state]
        found.append(
            Version(
                id=row.JointNotice.id,
                edition_id=row.Edition.id,
                number=row.Edition.number,
                state=row.JointNotice.state,
                words=words,
                tone=tone,
                sha256=row.Edition.sha256,
                rejected_because=row.JointNotice.rejected_because,
                told=frozenset(one["number"] for one in row.Edition.record["instruments"]),
                signatures=signed(row.Edition, at),
            ),
        )
    return tuple(found)


def _live(versions: tuple[Version, ...]) -> Version | None:
    counts = [one for one in versions if one.state in {"ready_to_sign", "signed", "issued"}]
    return min(counts, key=lambda one: one.state == "issued", default=None)


def _untold(issued: Version, desks: tuple[DeskRow, ...]) -> tuple[str, ...]:
    return tuple(row.code for row in desks if row.number and row.number not in issued.told)


def _possible(seen: Sight, versions: tuple[Version, ...], desks: tuple[DeskRow, ...]) -> frozenset[Action]:
    live = _live(versions)
    when = {
        Action.NOTICE_PREPARE: live is None or (live.state == "issued" and bool(_untold(live, desks))),
        Action.NOTICE_SIGN: live is not None and live.state == "ready_to_sign",
        Action.NOTICE_ISSUE: live is not None and live.state == "signed",
    }
    return frozenset(action for action, possible in when.items() if possible and seen.may(action))


__all__ = ["NoticePage", "page"]
