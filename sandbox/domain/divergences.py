"""Where desks differ: compared on joint criteria and on metrics of proposed conditions, and how far apart they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from sandbox.domain.conditions import Limit, plain, stricter

RELIES = "relies"  # on the finding of another authority; after the opening it stays only where that one is missing
FINDINGS = {"met": "Met", "partly": "Partly met", "not_met": "Not met", RELIES: "Relies on another authority"}
SEVERITY = {"met": 0, "partly": 1, "not_met": 2, RELIES: 3}
DISPOSITIONS = {
    "stricter": "The stricter applies to both",
    "both": "Both apply, each in its own jurisdiction",
    "adopt": "One desk's view is adopted",
    "new_text": "New joint text",
    "agree_to_differ": "Agree to differ",
}


@dataclass(frozen=True, slots=True)
class View:
    """One desk's view on one row: a finding, or a condition's limits in words.

    `text` explains it. `wording` is what counts as different words (empty for findings: reasons may differ), `limits`
    are the measurable parts.
    """

    authority: str
    value: str
    text: str
    wording: str = ""
    limits: tuple[Limit, ...] = ()

    @property
    def said(self) -> tuple[str, str]:
        """What makes two views the same: the value, and the words without regard to spaces and capitals."""
        return self.value, " ".join(self.wording.casefold().split())


@dataclass(frozen=True, slots=True)
class Difference:
    """A row on which desks differ. `kind` is criterion or condition; `key` is the joint criterion or metric."""

    kind: str
    key: str
    title: str
    views: tuple[View, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """How far apart desks are: in words, and as a size between 0 and 1 by which rows of all kinds are sorted."""

    size: Decimal
    words: str


def worst(findings: Iterable[str]) -> str:
    """The most severe of a desk's findings on one joint criterion."""
    return max(findings, key=lambda value: SEVERITY[value])


def differences(
    kind: str,
    titles: Mapping[str, str],
    views: Mapping[str, Mapping[str, View]],
    authorities: Iterable[str],
    *,
    absent_counts: bool,
) -> list[Difference]:
    """Rows whose values or wording differ between desks.

    `views` maps key → authority → view. With `absent_counts`, a row that one desk has and another lacks differs too
    (conditions); without, it is compared among those that have it (criteria). A reliance that found nothing to rest on
    has to be filled, whatever the others say.
    """
    everyone = set(authorities)
    found = []
    for key in sorted(views):
        row = views[key]
        unfilled = any(view.value == RELIES for view in row.values())
        if unfilled or len({view.said for view in row.values()}) > 1 or (absent_counts and set(row) != everyone):
            found.append(Difference(kind, key, titles.get(key, key), tuple(row[code] for code in sorted(row))))
    return found


def widens(
    before: Iterable[View], after: Iterable[View], older: Iterable[str], joined: Iterable[str], *, absent_counts: bool
) -> bool:
    """Does a row gain a view that nobody had before? Then what was settled on it has to be settled again.

    `joined` are the desks that were not compared before, `older` those that were. Where `absent_counts`, having no
    such row is a view too, new unless an older desk lacked it already.
    """
    known, given, new = tuple(before), tuple(after), set(joined)
    said = {view.said for view in known}
    if any(view.authority in new and view.said not in said for view in given):
        return True
    lacked_before = set(older) - {view.authority for view in known}
    return absent_counts and bool(new - {view.authority for view in given}) and not lacked_before


# The scale of gaps between conditions, where limits cannot be put into proportion.
EXCLUDING, MISSING, INCOMPARABLE, WORDING = Decimal(1), Decimal("0.8"), Decimal("0.6"), Decimal("0.2")


def gap(kind: str, views: Iterable[View], authorities: Iterable[str]) -> Gap:
    """How far apart the desks that still take part (`authorities`) are on one row.

    Findings: the steps between the mildest and the most severe. Limits of the same unit: how many times the higher
    exceeds the lower. Everything else has its place on the scale above.
    """
    desks = tuple(authorities)
    given = tuple(view for view in views if view.authority in desks)
    if len(desks) < 2 or not given:
        return Gap(Decimal(0), "Only one desk is left")
    if kind == "criterion":
        return _steps(given)
    holders = [view.authority for view in given]
    if len(holders) < len(desks):
        return Gap(MISSING, f"Only {_listed(holders)} {'has' if len(holders) == 1 else 'have'} it")
    if all(len(view.limits) == 1 for view in given):
        return _between([view.limits[0] for view in given])
    if any(view.limits for view in given):
        return Gap(INCOMPARABLE, "Different limits")
    return Gap(WORDING, "Different wording")


def _steps(views: Iterable[View]) -> Gap:
    values = sorted({view.value for view in views}, key=lambda value: SEVERITY[value])
    if RELIES in values:
        return Gap(MISSING, "A finding is missing: the other authority has none to rely on")
    steps = SEVERITY[values[-1]] - SEVERITY[values[0]]
    ends = f"{FINDINGS[values[0]]} / {FINDINGS[values[-1]]}"
    return Gap(Decimal(steps) / 2, f"{steps} step{'s' if steps != 1 else ''}: {ends}")


def _between(limits: list[Limit]) -> Gap:
    first = limits[0]
    if len({limit.comparator for limit in limits}) > 1:
        return Gap(EXCLUDING, "One sets a ceiling, another a floor")
    if len({limit.currency for limit in limits}) > 1:
        return Gap(INCOMPARABLE, "Different currencies")
    if len({limit.window for limit in limits}) > 1:
        return Gap(INCOMPARABLE, "Measured over different times")
    low, high = min(limit.threshold for limit in limits), max(limit.threshold for limit in limits)
    if low == high:
        return Gap(WORDING, "Same figure, different wording")
    apart = f"{plain(high - low)} {first.currency or ''}".strip()
    if low <= 0:
        return Gap(EXCLUDING, f"{apart} apart")
    return Gap(1 - low / high, f"{apart} apart ({high / low:.3g} times)")


def _listed(codes: list[str]) -> str:
    return codes[0] if len(codes) == 1 else f"{', '.join(codes[:-1])} and {codes[-1]}"


def strictest(limits: Iterable[Limit]) -> Limit | None:
    """The limit that leaves least room, or None when they cannot be ordered."""
    given = list(limits)
    if not given:
        return None
    found = given[0]
    for limit in given[1:]:
        if not found.comparable(limit):
            return None
        found = stricter(found, limit)
    return found


def settled(choices: Mapping[str, tuple[str, str]], deciding: Iterable[str]) -> str | None:
    """The disposition that stands, or None.

    `choices` maps authority → (disposition, text); those of desks that do not decide (any more) do not count. One desk
    alone can agree to differ; any other disposition needs the same choice and text from every deciding desk.
    """
    wanted = frozenset(deciding)
    counted = {code: choice for code, choice in choices.items() if code in wanted}
    if any(choice == "agree_to_differ" for choice, _ in counted.values()):
        return "agree_to_differ"
    if counted.keys() == wanted and len(set(counted.values())) == 1:
        return next(iter(counted.values()))[0]
    return None
