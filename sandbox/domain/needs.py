"""What is missing? Pure functions named in the lifecycle tables; each yields reasons in the user's words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Dossier:
    """The firm's side when it submits: what the sections lack, by section title."""

    problems: tuple[str, ...] = ()
    answers_incompleteness: bool = True


@dataclass(frozen=True, slots=True)
class Screening:
    """What a desk found when it screened."""

    missing: tuple[str, ...] = ()
    marked: tuple[str, ...] = ()  # what the desk has marked as missing on its list
    may_refuse: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Assessment:
    """A desk's assessment when its position is filed."""

    criteria: tuple[str, ...] = ()
    found: frozenset[str] = frozenset()
    unreasoned: tuple[str, ...] = ()
    recommendation: str = ""
    summary: str = ""
    conditions: int = 0
    stale: tuple[str, ...] = ()  # findings that rest on what has changed
    stale_conditions: tuple[str, ...] = ()
    unfounded: tuple[str, ...] = ()  # findings that rely on another authority without a standing equivalence
    quarantined: tuple[str, ...] = ()  # findings and conditions of somebody who must not take part, not redone yet
    unreviewed: bool = False  # the authority asks for a second person, and nobody has approved what is there now


@dataclass(frozen=True, slots=True)
class Opening:
    """The deciding desks of a case: which have a position on the present version."""

    waiting: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Alone:
    """A desk that asks to go ahead alone."""

    reason: str = ""
    warning_reached: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """A decision before signature."""

    action: str = ""
    instrument: str = ""
    reasons: str = ""
    effective_on: bool = False
    procedure_open: tuple[str, ...] = ()
    signatories: tuple[str, ...] = ()
    signatories_needed: int = 1
    conditions: int = 0
    quarantined: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Signing:
    """Signatures made of those expected."""

    made: int = 0
    expected: int = 1
    waiting_for: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class JointNotice:
    """The case when its joint notice is prepared."""

    outcome: str = ""
    unsettled: tuple[str, ...] = ()
    contradictions: tuple[str, ...] = ()
    unissued: tuple[str, ...] = ()
    approvals: int = 0


@dataclass(frozen=True, slots=True)
class Joint:
    """The divergence board when the joint position is recorded."""

    opened: bool = False
    unsettled: tuple[str, ...] = ()
    contradictions: tuple[str, ...] = ()
    unchanged: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """A report before certification."""

    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reasoned:
    """An act that needs a reason in words."""

    reason: str = ""


@dataclass(frozen=True, slots=True)
class Trial:
    """A jurisdiction of a trial: preconditions still open and instruments not in force."""

    preconditions: tuple[str, ...] = ()
    not_in_force: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Asking:
    """A request for information before it goes out, or before its date is moved."""

    questions: int = 0
    wrote_it: bool = False
    past: bool = False
    moved: bool = False  # the date is not the one that stands, or that the clock gives
    reason: str = ""


def all_sections(matter: Dossier) -> Iterable[str]:
    """Every problem of every section."""
    return matter.problems


def an_incomplete_desk(matter: Dossier) -> Iterator[str]:
    """An amendment answers a desk that found the application incomplete."""
    if not matter.answers_incompleteness:
        yield "No authority has asked for changes. The submitted application cannot be changed now."


def a_whole_request(matter: Asking) -> Iterator[str]:
    """A request asks something."""
    if not matter.questions:
        yield "Write at least one question."


def another_pair_of_eyes(matter: Asking) -> Iterator[str]:
    """Whoever wrote a request does not approve it."""
    if matter.wrote_it:
        yield "You have worked on this request. The coordinator or another case officer has to approve and send it."


def a_due_date(matter: Asking) -> Iterator[str]:
    """A date in the future; a reason when it is not the clock's."""
    if matter.past:
        yield "The firm needs a date that is not over yet."
    if matter.moved and not matter.reason.strip():
        yield "Say why the date differs from the one that your authority’s rules give."


def something_missing(matter: Screening) -> Iterator[str]:
    """An incompleteness letter names what is missing."""
    if not matter.missing:
        yield "Say what is missing, so that the firm can answer."


def nothing_marked(matter: Screening) -> Iterator[str]:
    """A complete application lacks nothing of the desk's list."""
    for reason in matter.marked:
        yield f"Your list says that this is missing: {reason}"


def refusal_allowed(matter: Screening) -> Iterator[str]:
    """Refusing to review needs a rule of the authority and a reason."""
    if not matter.may_refuse:
        yield "The rules of this authority do not allow refusing to review."
    if not matter.reason.strip():
        yield "Give the reason for refusing to review."


def a_reason(matter: Reasoned) -> Iterator[str]:
    """A reason in words."""
    if not matter.reason.strip():
        yield "Give a reason."


def every_finding(matter: Assessment) -> Iterator[str]:
    """A finding with reasons for each criterion, none of which waits to be confirmed on the present version."""
    for title in matter.criteria:
        if title not in matter.found:
            yield f"Record a finding for “{title}”."
    for title in matter.unreasoned:
        yield f"Give reasons for the finding on “{title}”."
    for title in matter.stale:
        yield f"Confirm the finding on “{title}” again: what it rests on has changed."
    for title in matter.stale_conditions:
        yield f"Confirm the condition “{title}” again: the firm has changed its limit."
    for title in matter.unfounded:
        yield f"Record your own finding for “{title}”: no standing equivalence lets your authority rely on another."
    yield from redone(matter.quarantined)


def redone(titles: Iterable[str]) -> Iterator[str]:
    """Work of a recused person is redone by another (18 USC 208: it may not count)."""
    for title in titles:
        yield f"Redo “{title}”: who wrote it has an interest in this case."


def a_recommendation(matter: Assessment) -> Iterator[str]:
    """What the desk recommends and why; conditions when it recommends them."""
    if not matter.recommendation:
        yield "Choose what the desk recommends."
    if not matter.summary.strip():
        yield "Summarise the reasons for the recommendation."
    if matter.recommendation == "approve_with_conditions" and not matter.conditions:
        yield "Propose at least one condition, or recommend approval without conditions."


def a_review(matter: Assessment) -> Iterator[str]:
    """A second person's approval of the findings and conditions, where the authority's own rule asks for it."""
    if matter.unreviewed:
        yield "Let a second person of your desk review the findings and conditions."


def every_position(matter: Opening) -> Iterator[str]:
    """Positions open when every deciding desk has filed."""
    for name in matter.waiting:
        yield f"{name} has not filed its position on the present version."


def warning_point(matter: Alone) -> Iterator[str]:
    """Going ahead alone needs the clock's warning point and a reason."""
    if not matter.warning_reached:
        yield "The desk's clock has not reached its warning point."
    if not matter.reason.strip():
        yield "Give the reason for going ahead alone."


def a_whole_decision(matter: Draft) -> Iterator[str]:
    """All parts of a decision that its instrument prints."""
    if not matter.action:
        yield "Choose the decision."
    if not matter.instrument:
        yield "Choose the instrument."
    if not matter.reasons.strip():
        yield "Give the reasons for the decision."
    if matter.action.startswith("approve") and not matter.effective_on:
        yield "Give the date on which the decision takes effect."
    if matter.action == "approve_with_conditions" and not matter.conditions:
        yield "Add at least one condition, or approve without conditions."
    for title in matter.procedure_open:
        yield f"The procedure item “{title}” is still open."
    yield from redone(matter.quarantined)


def enough_signatories(matter: Draft) -> Iterator[str]:
    """As many signatories as the authority's sign-off rule asks for, none an assessor of the case."""
    lacking = matter.signatories_needed - len(matter.signatories)
    if lacking > 0:
        yield (
            f"Assign {lacking} more decision maker{'s' if lacking > 1 else ''} who declared interests "
            "and did not assess the case."
        )


def every_signature(matter: Signing) -> Iterator[str]:
    """All signatories have signed."""
    for name in matter.waiting_for:
        yield f"{name} has not signed yet."


def a_joint_outcome(matter: JointNotice) -> Iterator[str]:
    """The joint notice needs: no required desk undecided, one approval, every divergence settled."""
    if matter.outcome == "pending":
        yield "Not every required authority has decided."
    elif matter.outcome in {"withdrawn", "collapsed", "not_joint"}:
        yield "There is no joint outcome: the instruments stand alone."
    if not matter.approvals:
        yield "No authority has approved."
    for name in matter.unissued:
        yield f"{name} has not issued its instrument."
    for title in matter.unsettled:
        yield f"The divergence on “{title}” has no disposition."
    for title in matter.contradictions:
        yield f"The contradiction between {title} has no resolution note signed by every deciding desk."


def every_desk(matter: Signing) -> Iterator[str]:
    """Every deciding desk has signed."""
    for code in matter.waiting_for:
        yield f"{code} has not signed yet."


def a_text(matter: Reasoned) -> Iterator[str]:
    """A text."""
    if not matter.reason.strip():
        yield "Write the text."


def nothing_open(matter: Joint) -> Iterator[str]:
    """The joint position needs: positions opened, every divergence settled, every contradiction resolved."""
    if not matter.opened:
        yield "The positions have not opened yet."
    for title in matter.unsettled:
        yield f"The divergence on “{title}” has no disposition."
    for title in matter.contradictions:
        yield f"The contradiction between {title} has no resolution note signed by every deciding desk."
    if matter.unchanged:
        yield "Nothing has changed since the joint position was recorded."


def no_preconditions(matter: Trial) -> Iterator[str]:
    """Preconditions met and instruments in force."""
    for title in matter.preconditions:
        yield f"The precondition “{title}” is not met."
    for name in matter.not_in_force:
        yield f"The instrument of {name} is not in force yet."


def every_value(matter: Report) -> Iterable[str]:
    """All values that the report asks for."""
    return matter.missing
