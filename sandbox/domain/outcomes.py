"""The joint outcome: a pure function of the desks' decisions and the firm's choices. Nobody types it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """What the authorities' own decisions add up to."""

    WITHDRAWN = "withdrawn"
    COLLAPSED = "collapsed"
    PENDING = "pending"
    APPROVED = "approved"
    APPROVED_DIFFERING = "approved_with_differing_conditions"
    APPROVED_IN_PART = "approved_in_part"
    NOT_JOINT = "not_joint"
    DEFERRED = "deferred"
    REFUSED = "refused"


TITLES = {
    Outcome.WITHDRAWN: "Withdrawn",
    Outcome.COLLAPSED: "Collapsed: a required authority takes no part",
    Outcome.PENDING: "Pending",
    Outcome.APPROVED: "Approved",
    Outcome.APPROVED_DIFFERING: "Approved with differing conditions",
    Outcome.APPROVED_IN_PART: "Approved in part",
    Outcome.NOT_JOINT: "Not joint: the instruments stand alone",
    Outcome.DEFERRED: "Deferred",
    Outcome.REFUSED: "Refused",
}

APPROVALS = frozenset({"approve", "approve_with_conditions"})
OUT = frozenset({"opted_out", "refused_to_review", "authority_withdrew", "closed"})


@dataclass(frozen=True, slots=True)
class DeskDecision:
    """One deciding desk: its authority, whether it is required, its state, its decision and its conditions' keys."""

    authority: str
    required: bool = True
    state: str = "routed"
    action: str | None = None
    conditions: frozenset[str] = frozenset()

    @property
    def out(self) -> bool:
        """The desk takes no part any more."""
        return self.state in OUT

    @property
    def decided(self) -> bool:
        """Its signatories have signed."""
        return self.action is not None and self.state in {"decided", "issued"}

    @property
    def approves(self) -> bool:
        """It decided to approve, with or without conditions."""
        return self.decided and self.action in APPROVALS


@dataclass(frozen=True, slots=True)
class JointOutcome:
    """The outcome with its reason in words; `approving` of `deciding` authorities approve."""

    outcome: Outcome
    reason: str
    approving: tuple[str, ...] = ()
    deciding: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """The outcome in words, with k of n where it is partial."""
        if self.outcome is Outcome.APPROVED_IN_PART:
            return f"Approved in part ({len(self.approving)} of {len(self.deciding)})"
        return TITLES[self.outcome]


def combine(
    desks: Iterable[DeskDecision],
    *,
    withdrawn: bool = False,
    firm_goes_on_with_fewer: bool = False,
    programme_allows_fewer: bool = False,
) -> JointOutcome:
    """The joint outcome over the deciding desks; the first rule that matches counts."""
    everyone = tuple(desks)
    active = tuple(one for one in everyone if not one.out)
    names = tuple(one.authority for one in active)
    approving = tuple(one.authority for one in active if one.approves)

    def result(outcome: Outcome, reason: str) -> JointOutcome:
        return JointOutcome(outcome, reason, approving, names)

    if withdrawn:
        return result(Outcome.WITHDRAWN, "The firm withdrew the case.")
    gone = [one.authority for one in everyone if one.out and one.required]
    if gone or not active:
        who = ", ".join(gone) or "every authority"
        return result(Outcome.COLLAPSED, f"A required authority takes no part: {who}.")
    undecided = [one.authority for one in active if not one.decided]
    if undecided:
        return result(Outcome.PENDING, f"Not decided yet: {', '.join(undecided)}.")
    if len(approving) == len(active):
        return _approved(active, result)
    if approving:
        blocking = [one.authority for one in active if one.required and not one.approves]
        if not blocking or (firm_goes_on_with_fewer and programme_allows_fewer):
            return result(Outcome.APPROVED_IN_PART, f"{', '.join(approving)} approved; others did not.")
        return result(
            Outcome.NOT_JOINT,
            f"A required authority did not approve ({', '.join(blocking)}), and going on with fewer was not chosen.",
        )
    if any(one.action == "defer" for one in active):
        return result(Outcome.DEFERRED, "No authority approved, and at least one deferred.")
    return result(Outcome.REFUSED, "No authority approved.")


def _approved(
    active: tuple[DeskDecision, ...],
    result: Callable[[Outcome, str], JointOutcome],
) -> JointOutcome:
    if len({one.conditions for one in active}) > 1:
        return result(Outcome.APPROVED_DIFFERING, "All authorities approved; their conditions differ.")
    return result(Outcome.APPROVED, "All authorities approved under the same conditions.")
