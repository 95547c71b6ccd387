"""What a desk's state is called, to whom it is masked, and whose turn it is. Plain functions, no database."""

from __future__ import annotations

from sandbox.domain.lifecycles import ANSWERED, ASKED, BEFORE_DECISION, DESK, ENDED_DESK, MASK, SEALED_STATES
from sandbox.domain.turns import OVER, TURNS, Turn

STATE_WORDS = {
    "routed": "Received",
    "screening": "Screening",
    "incomplete": "Incomplete",
    "assessing": "Assessing",
    "assessed": "Position filed",
    "deliberating": "Deliberating",
    "procedure": "In procedure",
    "consulted": "Consulted",
    "consent_sought": "Consent sought",
    "view_given": "View given",
    "consented": "Consent given",
    "consent_refused": "Consent refused",
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
    "consulted": "info",
    "consent_sought": "info",
    "view_given": "good",
    "consented": "good",
    "consent_refused": "bad",
    "decided": "good",
    "issued": "good",
}
OPEN_STATES = tuple(state for state in DESK.states if state not in OVER)
DUE_STATES = BEFORE_DECISION


def shown_state(
    state: str,
    *,
    mine: bool,
    case_opened: bool,
    desk_opened: bool = True,
    deciding: bool = True,
    to_desk: bool = False,
) -> str:
    """The state that this reader may know.

    Outside a desk every state that has not ended reads as one word until the case opened; a desk that joined after
    the opening is masked until it has filed itself. Whether a body that was asked has answered, and how, only the
    desks of the case read (`to_desk`), after the opening.
    """
    if mine or state in ENDED_DESK:
        return state
    if state in (*ASKED, *ANSWERED) and not to_desk:
        return MASK
    joined_late = deciding and not desk_opened and state in SEALED_STATES
    return state if case_opened and not joined_late else MASK


def whose_turn(turn: str) -> str:
    """Whom a desk waits for, in words; empty when it waits for nobody."""
    return TURNS[Turn(turn)].words
