"""`python -m tests.benchmarks [--large] [--only NAME …]`: measure, print the table, write `results.json`.

About a quarter of an hour on two cores; `--large` adds lists over 1,000,000 cases, which takes an hour and 40 GB.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.benchmarks import documents, engines, openings, pages, uploads, writes
from tests.benchmarks.data import Base, application, found, make_base, more_cases
from tests.benchmarks.figures import Row, table, write

SMALL, MIDDLE, USUAL, LARGE = 1_000, 10_000, 100_000, 1_000_000
PARTS = ("documents", "writes", "pages", "lists")


def _say(text: str) -> None:
    print(f"[{time.strftime('%H:%M:%S')}] {text}", flush=True)


def _pages(folder: Path, options: argparse.Namespace) -> Iterator[Row]:
    base = make_base(folder / "base")
    if "pages" in options.only:
        small = more_cases(base, folder / "pages", SMALL)
        yield from pages.measured(small, pages.portal_pages(small), SMALL, options.seconds)
        yield from uploads.rows(small)
    if "lists" in options.only:
        yield from _lists(base, folder, options)


def _lists(base: Base, folder: Path, options: argparse.Namespace) -> Iterator[Row]:
    """Lists, search and the case page at each size, and how their time grows from the smallest."""
    first: dict[tuple[str, int | None], float] = {}
    sizes = sorted({SMALL, min(MIDDLE, options.cases), options.cases, *((LARGE,) if options.large else ())})
    for cases in sizes:
        _say(f"lists over {cases:,} cases: loading")
        start = time.monotonic()
        grown = more_cases(base, folder / f"cases-{cases}", cases)
        took = time.monotonic() - start
        yield Row("load", size=cases, seconds=took, per_s=cases / took)
        for row in pages.measured(grown, pages.list_pages(grown), cases, options.seconds):
            share = row.times_hello or 0.0
            row.growth = first.setdefault((row.name, row.connections), share) / share
            yield row
        if cases == SMALL:
            yield from pages.weights(grown)
        for file in grown.folder.glob("sandbox.db*"):
            file.unlink()


def _writes(folder: Path) -> Iterator[Row]:
    here = folder / "writes"
    here.mkdir()
    with application(here):
        found()
    yield writes.positions(here, "SQLite, FULL")
    yield openings.opening(here)
    with engines.postgresql(folder / "postgresql") as url:
        there = folder / "writes-postgresql"
        there.mkdir()
        with application(there, DATABASE_URL=url):
            found()
        yield writes.positions(there, "PostgreSQL", url)


def main() -> int:
    """Measure what was asked for. Exit 0 also where a target is missed: the table says so."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--large", action="store_true", help="also 1,000,000 cases")
    reader.add_argument("--cases", type=int, default=USUAL, help="the usual large number of cases")
    reader.add_argument("--seconds", type=float, default=1.0, help="length of one round of one page")
    reader.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS))
    options = reader.parse_args()
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as name:
        folder = Path(name)
        parts: dict[str, Callable[[], Iterator[Row]]] = {
            "documents": documents.rows,
            "writes": lambda: _writes(folder),
            "pages": lambda: _pages(folder, options),
        }
        wanted = {"pages" if part == "lists" else part for part in options.only}
        for part in sorted(wanted):
            _say(part)
            for row in parts[part]():
                rows.append(row)
                print(table([row]).splitlines()[1], flush=True)
    print("\n" + table(rows))
    if set(options.only) == set(PARTS):
        write(rows, "sqlite")
        _say("written: tests/benchmarks/results.json")
    return 0


if __name__ == "__main__":
    os.nice(10)  # the client too, so that the machine stays usable and both sides wait alike
    multiprocessing.set_start_method("spawn", force=True)
    sys.exit(main())
