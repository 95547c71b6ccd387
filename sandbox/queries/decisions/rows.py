"""What the decision page is made of, and its words. Plain rows, no database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sandbox.domain.actions import Action
from sandbox.domain.conditions import Terms
from sandbox.queries.decisions.reading import Paper, Signed
from sandbox.queries.desks import Sight
from sandbox.queries.desks.quarantine import NOTHING, Quarantined

ACTION_WORDS = {
    "approve": "Approve",
    "approve_with_conditions": "Approve with conditions",
    "refuse": "Refuse",
    "defer": "Defer",
}
DECISION_WORDS = {
    "drafted": ("Draft", "neutral"),
    "ready_to_sign": ("Waiting for signature", "warning"),
    "signed": ("Signed, not issued", "progress"),
    "issued": ("Issued", "good"),
    "superseded": ("Superseded", "warning"),
    "revoked": ("Revoked", "bad"),
    "expired": ("Expired", "warning"),
}
TRIGGERS = {
    "always": "This instrument always asks for it.",
    "refusal": "The decision is a refusal.",
    "imposed_condition": "There is a condition that the firm did not ask for.",
    "dual_regulated": "Another authority regulates the firm as well.",
}
OUTCOMES = {
    "done": "Done",
    "agreed_by_firm": "The firm agreed before the period ended",
    "period_ended": "The period ended",
}


@dataclass(frozen=True, slots=True)
class InstrumentRow:
    """An instrument that the authority can issue. `actions`: approve, refuse, defer."""

    id: UUID
    name: str
    legal_basis: str
    actions: frozenset[str]


@dataclass(frozen=True, slots=True)
class ConditionRow(Terms):
    """A condition of a decision."""

    id: UUID
    number: str
    version: int


@dataclass(frozen=True, slots=True)
class Item:
    """A procedure item: why it is there, when it began, until when and why, how it ended."""

    id: UUID | None
    code: str
    title: str
    why: str
    source: str
    started_on: date | None
    due_on: date | None
    steps: tuple[str, ...]
    outcome: str | None
    outcome_words: str
    note: str
    done_at: datetime | None
    needed: bool


@dataclass(frozen=True, slots=True)
class Hand:
    """A decision maker of the desk: signs (`place` from 1), or why not."""

    name: str
    title: str
    place: int | None
    why_not: str


@dataclass(frozen=True, slots=True)
class OwnDecision:
    """The own desk's decision, whole."""

    id: UUID
    number: str
    state: str
    words: str
    tone: str
    action: str
    action_words: str
    instrument_id: UUID | None
    instrument: str
    legal_basis: str
    reasons: str
    effective_on: date | None
    expires_on: date | None
    rejected_because: str | None
    version: int
    edition_id: UUID | None
    sha256: str
    conditions: tuple[ConditionRow, ...]
    items: tuple[Item, ...]
    signatures: tuple[Signed, ...]
    missing: tuple[str, ...]

    @property
    def startable(self) -> bool:
        """There are triggered procedure items that have not begun."""
        return any(item.needed and item.id is None for item in self.items)


@dataclass(frozen=True, slots=True)
class Other:
    """Another desk as this reader may know it."""

    code: str
    name: str
    words: str
    tone: str


@dataclass(frozen=True, slots=True)
class DecisionPage:
    """The decision page as one viewer sees it. `actions`: granted, and possible in the present state."""

    seen: Sight
    firm: bool
    desk_state: str
    jurisdiction: str
    position: str | None
    own: OwnDecision | None
    hands: tuple[Hand, ...]
    hands_needed: int
    instruments: tuple[InstrumentRow, ...]
    others: tuple[Other, ...]
    papers: tuple[Paper, ...]
    actions: frozenset[Action]
    aside: Quarantined = NOTHING

    @property
    def notice(self) -> Paper | None:
        """The issued joint notice, if the reader may see one."""
        return next((one for one in self.papers if one.kind == "joint_notice"), None)
