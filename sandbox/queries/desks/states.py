"""What a desk's state is called, to whom it is masked, and whose turn it is. Plain functions, no database."""

from __future__ import annotations

from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor
from sandbox.domain.lifecycles import DESK, ENDED_DESK, MASK, SEALED_STATES
from sandbox.domain.policy import GRANTS, Tie

STATE_WORDS = {
    "routed": "Received",
    "screening": "Screening",
    "incomplete": "Incomplete",
    "assessing": "Assessing",
    "assessed": "Position filed",
    "deliberating": "Deliberating",
    "procedure": "In procedure",
    "decided": "Decided",
    "issued": "Issued",
    "refused_to_review": "Refused to review",
    "opted_out": "Opted out",
    "authority_withdrew": "Authority withdrew",
    "closed": "Closed",
}
TONES = {
    "routed": "info",
    "screening": "progress",
    "incomplete": "warning",
    "assessing": "progress",
    "assessed": "sealed",
    "deliberating": "progress",
    "procedure": "warning",
    "decided": "good",
    "issued": "good",
}
WHOSE_TURN = {
    "routed": "Intake officer",
    "screening": "Case officer",
    "incomplete": "The firm",
    "assessing": "Reviewers",
    "assessed": "The other authorities",
    "deliberating": "Case officer",
    "procedure": "Case officer",
    "decided": "Issuing administrator",
}
SIGNING = "ready_to_sign"
# The acts that a state waits for: who may do one of them has the turn. Options such as opting out are none of these.
TURNS: dict[str, tuple[Action, ...]] = {
    "routed": (Action.DESK_SCREEN,),
    "screening": (Action.DESK_FIND_COMPLETE,),
    "assessing": (Action.FINDING_RECORD, Action.POSITION_FILE),
    "deliberating": (Action.DIVERGENCE_SETTLE, Action.DECISION_DRAFT),
    "procedure": (Action.PROCEDURE_COMPLETE,),
    "decided": (Action.DECISION_ISSUE,),
    SIGNING: (Action.DECISION_SIGN,),
}
OPEN_STATES = tuple(state for state in DESK.states if state not in ENDED_DESK and state != "issued")
DUE_STATES = ("routed", "screening", "incomplete", "assessing", "assessed", "deliberating", "procedure")


def shown_state(
    state: str,
    *,
    mine: bool,
    case_opened: bool,
    desk_opened: bool = True,
    deciding: bool = True,
) -> str:
    """The state that this reader may know.

    Outside a desk every state that has not ended reads as one word until the case opened; a desk that joined after
    the opening is masked until it has filed itself.
    """
    if mine or state in ENDED_DESK:
        return state
    joined_late = deciding and not desk_opened and state in SEALED_STATES
    return state if case_opened and not joined_late else MASK


def turn_states(actor: Actor) -> dict[Tie, frozenset[str]]:
    """For each tie, the states (and SIGNING) in which an actor so tied has the turn."""
    found: dict[Tie, set[str]] = {}
    for state, actions in TURNS.items():
        for action in actions:
            for row in GRANTS[action]:
                if not actor.roles.isdisjoint(row.roles):
                    found.setdefault(row.tie, set()).add(state)
    return {tie: frozenset(states) for tie, states in found.items()}


def whose_turn(state: str, decision: str | None) -> str:
    """Whom the desk waits for, in words; empty when it waits for nobody. `decision` is the state of its decision."""
    if decision == SIGNING and state not in ENDED_DESK:
        return "Decision maker"
    if decision == "signed" and state not in ENDED_DESK:
        return WHOSE_TURN["decided"]
    return WHOSE_TURN.get(state, "")
