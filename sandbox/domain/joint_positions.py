"""The joint position: what the deciding desks hold together on each row, and where they agree to differ.

Rule: a record of its own, made from frozen positions and settled divergences. It changes no desk's view, binds nobody
and names each desk's own words wherever they differ: no silent merge.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.domain.conditions import WINDOWS, in_words
from sandbox.domain.divergences import DISPOSITIONS, FINDINGS, SEVERITY, View, strictest

AGREED = "agreed"


@dataclass(frozen=True, slots=True)
class Row:
    """One row before it is joined: the views of the desks that have one, and the disposition where they differed.

    `text` is what went with the disposition: the desk whose view is adopted, the joint text, the reason for differing.
    `differing` are the desks that recorded that they agree to differ.
    """

    kind: str
    key: str
    title: str
    views: tuple[View, ...]
    disposition: str | None = None
    text: str = ""
    differing: tuple[str, ...] = ()


def joint_row(row: Row) -> dict[str, Any]:
    """The row as it stands in the joint position. `joint` is empty where the desks agree to differ."""
    return {
        "kind": row.kind,
        "key": row.key,
        "title": row.title,
        "disposition": row.disposition or AGREED,
        "words": DISPOSITIONS.get(row.disposition or "", "All desks that have a view hold the same"),
        "joint": _joint(row),
        "differ": [view.authority for view in row.views] if row.disposition == "agree_to_differ" else [],
        "differing": list(row.differing),
        "text": row.text,
        "views": [{"authority": view.authority, "value": view.value, "text": view.text} for view in row.views],
    }


def _joint(row: Row) -> str:
    if row.disposition is None:
        return _said(row, row.views[0])
    if row.disposition == "agree_to_differ":
        return ""
    if row.disposition == "new_text":
        return row.text
    if row.disposition == "adopt":
        adopted = [view for view in row.views if view.authority == row.text]
        return f"{row.text}: {_said(row, adopted[0])}" if adopted else f"{row.text}: no such condition"
    if row.disposition == "stricter":
        return _stricter(row)
    return "; ".join(f"{view.authority}: {_said(row, view)}" for view in row.views)


def _stricter(row: Row) -> str:
    if row.kind == "criterion":
        return FINDINGS[max((view.value for view in row.views), key=lambda value: SEVERITY[value])]
    strict = strictest(limit for view in row.views for limit in view.limits)
    if strict is None:
        return "; ".join(f"{view.authority}: {_said(row, view)}" for view in row.views)
    return in_words(
        {
            "metric": strict.metric,
            "comparator": strict.comparator,
            "threshold": strict.threshold,
            "currency": strict.currency,
            "window": strict.window if strict.window in WINDOWS else None,
        },
    )


def _said(row: Row, view: View) -> str:
    return FINDINGS[view.value] if row.kind == "criterion" else view.value


def joint_record(
    reference: str,
    number: int,
    positions: Mapping[str, str],
    rows: Sequence[Row],
    resolutions: Iterable[Mapping[str, Any]],
) -> dict[str, Any]:
    """The whole joint position as plain values. `positions`: authority → hash of its own position, which stands."""
    joined = [joint_row(row) for row in rows]
    return {
        "schema": "joint-position/1",
        "case": reference,
        "number": number,
        "positions": dict(positions),
        "criteria": [row for row in joined if row["kind"] == "criterion"],
        "conditions": [row for row in joined if row["kind"] == "condition"],
        "resolutions": [dict(one) for one in resolutions],
        "agree_to_differ": [row["title"] for row in joined if row["disposition"] == "agree_to_differ"],
    }
