"""Whose turn it is on a desk: one table, read by the inbox, the home page, the case page and the database.

A desk waits for exactly one group of people, or for nobody. What they can do now are the actions of the turn; who of
them is meant is the grants' matter (`policy`). Options that are open at any time, such as opting out, are no turn.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sandbox.domain.actions import Action
from sandbox.domain.actors import Role
from sandbox.domain.lifecycles import ANSWERED, DESK, ENDED_DESK
from sandbox.domain.policy import GRANTS


class Turn(StrEnum):
    """Whom a desk waits for, and with what."""

    INTAKE = "intake"
    SCREENING = "screening"
    FIRM = "firm"
    REVIEWERS = "reviewers"
    OTHERS = "others"
    VIEW = "view"
    CONSENT = "consent"
    DELIBERATION = "deliberation"
    DRAFT = "draft"
    PROCEDURE = "procedure"
    SIGNATURE = "signature"
    ISSUE = "issue"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Waiting:
    """Whom the words name, and the actions that the desk waits for: who may do one of them has the turn.

    `what`: with what, where the same people can have several turns.
    """

    words: str
    actions: tuple[Action, ...] = ()
    what: str = ""

    @property
    def option(self) -> str:
        """Whom and with what: no other turn reads the same."""
        return f"{self.words}: {self.what}" if self.what else self.words


TURNS: dict[Turn, Waiting] = {
    Turn.INTAKE: Waiting("Intake officer", (Action.DESK_SCREEN,)),
    Turn.SCREENING: Waiting("Case officer", (Action.DESK_FIND_COMPLETE,), "screening"),
    Turn.FIRM: Waiting("The firm"),
    Turn.REVIEWERS: Waiting("Case officer", (Action.FINDING_RECORD, Action.POSITION_FILE), "assessment"),
    Turn.OTHERS: Waiting("The other authorities"),
    Turn.VIEW: Waiting("Case officer", (Action.DESK_GIVE_VIEW,), "view"),
    Turn.CONSENT: Waiting("Decision maker", (Action.DESK_CONSENT,), "consent"),
    Turn.DELIBERATION: Waiting("Case officer", (Action.DIVERGENCE_SETTLE, Action.DECISION_DRAFT), "deliberation"),
    Turn.DRAFT: Waiting(
        "Case officer or issuing administrator", (Action.DECISION_EDIT, Action.DECISION_SEND_TO_SIGNATURE)
    ),
    Turn.PROCEDURE: Waiting("Case officer", (Action.PROCEDURE_COMPLETE,), "procedure"),
    Turn.SIGNATURE: Waiting("Decision maker", (Action.DECISION_SIGN,), "signature"),
    Turn.ISSUE: Waiting("Issuing administrator", (Action.DECISION_ISSUE,)),
    Turn.NOBODY: Waiting(""),
}


@dataclass(frozen=True, slots=True)
class Rule:
    """In these states of the desk, with the decision in this state (None: any), it is this turn.

    `asked`: only while a request for information of the desk is open.
    """

    states: frozenset[str]
    turn: Turn
    decision: str | None = None
    asked: bool = False


OVER = ENDED_DESK | {"issued", *ANSWERED}
OPEN = frozenset(DESK.states) - OVER
# The first rule that fits counts; where none does, nobody has the turn.
RULES: tuple[Rule, ...] = (
    Rule(OPEN, Turn.SIGNATURE, decision="ready_to_sign"),
    Rule(OPEN, Turn.ISSUE, decision="signed"),
    Rule(frozenset({"screening", "assessing", "deliberating"}), Turn.FIRM, asked=True),
    Rule(frozenset({"deliberating"}), Turn.DRAFT, decision="drafted"),
    Rule(frozenset({"routed"}), Turn.INTAKE),
    Rule(frozenset({"screening"}), Turn.SCREENING),
    Rule(frozenset({"incomplete"}), Turn.FIRM),
    Rule(frozenset({"assessing"}), Turn.REVIEWERS),
    Rule(frozenset({"assessed"}), Turn.OTHERS),
    Rule(frozenset({"consulted"}), Turn.VIEW),
    Rule(frozenset({"consent_sought"}), Turn.CONSENT),
    Rule(frozenset({"deliberating"}), Turn.DELIBERATION),
    Rule(frozenset({"procedure"}), Turn.PROCEDURE),
    Rule(frozenset({"decided"}), Turn.ISSUE),
)


def turn_of(state: str, decision: str | None = None, *, asked: bool = False) -> Turn:
    """Whose turn it is: from the desk's state, that of its decision, and whether a request to the firm is open."""
    for rule in RULES:
        if state in rule.states and rule.decision in (None, decision) and (asked or not rule.asked):
            return rule.turn
    return Turn.NOBODY


def holders(turn: Turn) -> frozenset[Role]:
    """The roles of an authority's staff that can have this turn; none when the desk waits for others or nobody."""
    return frozenset(role for action in TURNS[turn].actions for row in GRANTS[action] for role in row.roles)


__all__ = ["OVER", "RULES", "TURNS", "Rule", "Turn", "Waiting", "holders", "turn_of"]
