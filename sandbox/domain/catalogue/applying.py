"""What a firm can know before it applies: fees, what may stop it, and what it should have ready.

Rule: these records inform. Nobody is refused by them; routing and the authorities decide.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sandbox.domain.catalogue.terms import Sure


class Weight(StrEnum):
    """How heavy a hurdle is."""

    STOPS = "stops"  # as things stand, the authority cannot take it
    FIRST = "first"  # needed before the test can start; it may be sought at the same time
    MIND = "mind"  # known to take time or to be overlooked


@dataclass(frozen=True, slots=True)
class WindowRecord:
    """When a programme takes applications, and how many firms can test after it.

    `opens_at` and `closes_at` are moments in ISO form with their distance from UTC; closing is the first moment that is
    too late.
    """

    code: str
    title: str
    opens_at: str
    closes_at: str
    places: int


@dataclass(frozen=True, slots=True)
class Fee:
    """What an authority charges for an application. `amount`: a decimal number as text; "" where nothing is charged."""

    code: str
    title: str
    due: str  # when, in words
    source: str
    sure: Sure
    amount: str = ""
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Hurdle:
    """What stands in the way of a firm whose facts meet all the conditions, which are those of a routing rule."""

    code: str
    jurisdiction: str
    weight: Weight
    title: str
    text: str
    source: str
    sure: Sure
    authority: str = ""
    activities: tuple[str, ...] = ()
    asset_classes: tuple[str, ...] = ()
    entity: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadinessCheck:
    """Something that a firm should have before it applies. `missing` says what to do; `why` what went wrong without."""

    code: str
    question: str
    missing: str
    why: str
    source: str
    sure: Sure
