"""Rows of figures, their targets, and where they go: the printed table and `results.json`.

Ratios within one run are facts; milliseconds are those of this machine at that moment.
"""

from __future__ import annotations

import json
import platform
import subprocess
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RESULTS = Path(__file__).parent / "results.json"


@dataclass(slots=True)
class Row:
    """One figure. What a row does not have stays None."""

    name: str
    size: int | None = None
    connections: int | None = None
    database: str | None = None
    requests_per_s: float | None = None
    times_hello: float | None = None
    p50_ms: float | None = None
    p95_ms: float | None = None
    sql: int | None = None
    bytes: int | None = None
    seconds: float | None = None
    per_s: float | None = None
    times_bare: float | None = None
    mb: float | None = None
    growth: float | None = None  # time at this size over time at the smallest size
    note: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """What a row should keep, in words and as a test."""

    words: str
    kept: Callable[[Row], bool]


def _at_least(name: str, value: float) -> Target:
    return Target(f"{name} ≥ {value:g}", lambda row: (getattr(row, name) or 0) >= value)


def _at_most(name: str, value: float) -> Target:
    return Target(f"{name} ≤ {value:g}", lambda row: (getattr(row, name) or 0) <= value)


def _page(share: float, statements: int) -> tuple[Target, ...]:
    """A page: its share of hello at one connection, and its statements."""
    at_one = Target(
        f"× hello ≥ {share:g} at 1 connection",
        lambda row: row.connections != 1 or row.times_hello is None or row.times_hello >= share,
    )
    return at_one, _at_most("sql", statements)


TARGETS: dict[str, tuple[Target, ...]] = {
    "case": (*_page(0.20, 8), _at_most("growth", 1.3)),
    **dict.fromkeys(
        ("inbox", "inbox-waiting", "inbox-find", "pipeline", "search-rare", "search-common"),
        (*_page(0.12, 6), _at_most("growth", 1.3)),
    ),
    "task-list": _page(0.12, 8),
    "save-section": _page(0.10, 12),
    "trial": _page(0.12, 10),
    "download": _page(0.3, 8)[:1],
    "upload": (Target("grows < 30 MB", lambda row: (row.mb or 0) < 30),),
    "position": (_at_least("times_bare", 0.6),),
    "pdf-warm": (_at_most("seconds", 0.35), _at_most("mb", 100)),
    "pdf-cold": (_at_most("seconds", 1.6), _at_most("mb", 100)),
    "pdf-long": (Target("≤ 0.12 s a page", lambda row: (row.seconds or 0) <= 0.12 * (row.size or 1)),),
    "dossier-pdf": (Target("≤ 0.12 s a page", lambda row: (row.seconds or 0) <= 0.12 * (row.size or 1)),),
    "sign": (_at_most("seconds", 0.5),),
    "verify": (_at_most("seconds", 1.5),),
    "opening": (_at_most("seconds", 0.05), _at_most("sql", 25)),
    "start-again": (_at_most("seconds", 5),),
}
WEIGHTS = {"list page": 60_000, "first load": 200_000, "later page": 25_000}


def missed(row: Row) -> list[str]:
    """The targets that the row does not keep, in words."""
    if row.name == "weight":
        return [f"bytes ≤ {WEIGHTS[row.note]}"] if (row.bytes or 0) > WEIGHTS[row.note] else []
    return [target.words for target in TARGETS.get(row.name, ()) if not target.kept(row)]


COLUMNS = (
    "name", "size", "connections", "database", "requests_per_s", "times_hello", "p50_ms", "p95_ms", "sql", "bytes",
    "growth", "seconds", "per_s", "times_bare", "mb", "note",
)  # fmt: skip
HEADS = {
    "connections": "conn", "requests_per_s": "req/s", "times_hello": "× hello", "p50_ms": "p50 ms", "p95_ms": "p95 ms",
    "times_bare": "× bare", "per_s": "per s", "growth": "× small",
}  # fmt: skip


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.3f}" if abs(value) < 10 else f"{value:,.0f}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def table(rows: Iterable[Row]) -> str:
    """The rows as text; a star marks a missed target, which stands below."""
    listed, notes = [[HEADS.get(name, name) for name in COLUMNS]], []
    for row in rows:
        lost = missed(row)
        cells = [_cell(getattr(row, name)) for name in COLUMNS]
        cells[0] += " *" if lost else ""
        listed.append(cells)
        notes += [f"* {row.name} ({row.database or row.size or ''}, {row.connections or '–'}): {one}" for one in lost]
    used = [place for place in range(len(COLUMNS)) if any(line[place] for line in listed[1:])]
    widths = {place: max(len(line[place]) for line in listed) for place in used}
    text = [
        "  ".join(
            line[place].ljust(widths[place]) if place in (0, 3, 15) else line[place].rjust(widths[place])
            for place in used
        ).rstrip()
        for line in listed
    ]
    return "\n".join([*text, "", *(notes or ["Every target was kept."])])


def _git() -> str:
    answer = subprocess.run(
        ["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return answer.stdout.strip() or "unknown"


def write(rows: Iterable[Row], database: str, path: Path = RESULTS) -> None:
    """Write the rows in the agreed format; a figure that a row does not have is null."""
    content = {
        "machine": f"{platform.machine()}, {platform.system()} {platform.release()}, {_cores()} cores",
        "python": platform.python_version(),
        "commit": _git(),
        "database": database,
        "rows": [asdict(row) for row in rows],
    }
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n")


def _cores() -> int:
    try:
        text = Path("/proc/cpuinfo").read_text()
    except OSError:
        return 0
    return text.count("processor\t")
