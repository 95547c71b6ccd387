"""Which procedure items of an instrument a decision has to go through."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sandbox.domain.catalogue import Trigger


def triggered(items: Iterable[Mapping[str, Any]], *, action: str, origins: Iterable[str]) -> list[Mapping[str, Any]]:
    """The items that this decision triggers: always; a refusal; a condition that the firm did not ask for.

    `origins` are those of the decision's conditions. Items for dual-regulated firms concern instruments that say so
    and are triggered by the consent of the other authority, which is recorded as its own desk.
    """
    facts = {
        Trigger.ALWAYS.value: True,
        Trigger.REFUSAL.value: action == "refuse",
        Trigger.IMPOSED_CONDITION.value: action.startswith("approve") and any(one != "firm" for one in origins),
        Trigger.DUAL_REGULATED.value: False,
    }
    return [item for item in items if facts.get(item["trigger"], True)]
