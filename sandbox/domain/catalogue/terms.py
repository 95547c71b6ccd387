"""The closed words of the reference data, and a fact with its source.

Rule: every fact that comes from the world names its source and how sure it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Sure(StrEnum):
    """How sure a fact is. The programme's own rules are no law and say so."""

    READ = "S"  # read in the named source
    BACKGROUND = "B"  # background knowledge, unconfirmed
    DOUBTFUL = "B?"  # the same, with low confidence: confirm before relying on it
    PROGRAMME = "programme"  # set by the programme itself, not by law
    NOT_FOUND = "NF"  # looked for, not found


class Part(StrEnum):
    """What a desk of this authority does in a case."""

    DECIDES = "decides"
    CONSENTS = "consents"
    CONSULTS = "consults"
    OBSERVES = "observes"


class Intake(StrEnum):
    """When a programme takes applications."""

    ROLLING = "rolling"
    WINDOW = "window"


class Vote(StrEnum):
    """Whether the desks vote at their joint meetings. A vote is counted and decides nothing."""

    NONE = "none"
    ONE_PER_DESK = "one per desk"


class Relation(StrEnum):
    """How a criterion of one authority stands to a criterion of another."""

    EQUIVALENT = "equivalent"
    PARTIAL = "partial"
    NONE = "none"
    DEFERRED_TO = "deferred_to"


class ClockKind(StrEnum):
    """Where a period comes from. A service standard must never be shown as law."""

    LAW = "law"
    SERVICE_STANDARD = "programme service standard"


class MetricKind(StrEnum):
    """What a metric is measured in."""

    MONEY = "money"
    COUNT = "count"
    PERCENT = "percent"
    DAYS = "days"


class Comparator(StrEnum):
    """How a reported value is held against its threshold."""

    AT_MOST = "at_most"
    AT_LEAST = "at_least"
    EQUALS = "equals"


class InstrumentAction(StrEnum):
    """The decision that an instrument can carry."""

    APPROVE = "approve"
    REFUSE = "refuse"
    DEFER = "defer"


class Trigger(StrEnum):
    """When a procedure item has to be done before the decision."""

    ALWAYS = "always"
    REFUSAL = "refusal"
    IMPOSED_CONDITION = "imposed_condition"  # a condition that the firm did not ask for
    DUAL_REGULATED = "dual_regulated"  # another authority of the same country has to consent


@dataclass(frozen=True, slots=True)
class SourcedText:
    """A text with the place it rests on."""

    text: str
    source: str
    sure: Sure


@dataclass(frozen=True, slots=True)
class Fact:
    """One row of an authority's compendium page."""

    name: str
    value: str
    source: str
    sure: Sure
