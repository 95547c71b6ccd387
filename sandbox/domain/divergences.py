"""Where desks differ: compared on joint criteria and on metrics of proposed conditions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

FINDINGS = {"met": "Met", "partly": "Partly met", "not_met": "Not met"}
SEVERITY = {"met": 0, "partly": 1, "not_met": 2}
DISPOSITIONS = {
    "stricter": "The stricter applies to both",
    "both": "Both apply, each in its own jurisdiction",
    "adopt": "One desk's view is adopted",
    "new_text": "New joint text",
    "agree_to_differ": "Agree to differ",
}


@dataclass(frozen=True, slots=True)
class View:
    """One desk's view on one row: a finding, or a condition's limit in words. `None` text: the desk has none."""

    authority: str
    value: str
    text: str


@dataclass(frozen=True, slots=True)
class Difference:
    """A row on which desks differ. `kind` is criterion or condition; `key` is the joint criterion or metric."""

    kind: str
    key: str
    title: str
    views: tuple[View, ...]


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
    """Rows whose values differ between desks.

    `views` maps key → authority → view. With `absent_counts`, a row that one desk has and another lacks differs too
    (conditions); without, it is compared among those that have it (criteria).
    """
    everyone = set(authorities)
    found = []
    for key in sorted(views):
        row = views[key]
        if len({view.value for view in row.values()}) > 1 or (absent_counts and set(row) != everyone):
            found.append(Difference(kind, key, titles.get(key, key), tuple(row[code] for code in sorted(row))))
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
