"""Lists as files for spreadsheets: written while they are read, and harmless when a spreadsheet opens them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from flask import Response, stream_with_context

# Where a spreadsheet may begin a cell: at the start, or after what some countries' settings separate cells by. Then
# spaces of any kind, quotes and characters without width, which it drops; then what begins a formula.
FORMULA = re.compile(
    r"(?:^|(?<=[;|\t\r\n]))"
    r'(?=[\s"\x00-\x1f\xad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]*[=+\-@＝＋－＠]|[\t\r\n])'
)
TOGETHER = 200  # rows that are sent at a time


def cell(value: Any) -> str:
    """A value as text. What a spreadsheet would take for a formula gets an apostrophe before it, wherever it stands."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime | date):
        return value.isoformat(timespec="seconds") if isinstance(value, datetime) else value.isoformat()
    return FORMULA.sub("'", str(value))


def _lines(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    held = io.StringIO()
    writer = csv.writer(held)
    writer.writerow(head)
    for number, row in enumerate(rows, start=1):
        writer.writerow([cell(value) for value in row])
        if number % TOGETHER == 0:
            yield held.getvalue()
            held.seek(0)
            held.truncate()
    yield held.getvalue()


def csv_file(name: str, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> Response:
    """A CSV file that the browser saves; its rows are read while it is sent."""
    lines = _lines(head, rows)
    first = next(lines)  # a refusal in the first rows is still a page of its own

    def whole() -> Iterator[str]:
        yield "\ufeff" + first
        yield from lines

    response = Response(stream_with_context(whole()), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


__all__ = ["cell", "csv_file"]
