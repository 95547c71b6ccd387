"""Reads: every function asks "who?" first, gives frozen rows, and never writes.

Long lists are read by keyset: "the rows after this one", on an index (sort key, id); never by counting past rows.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

PAGE_SIZE = 25
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some rows, and the cursor of the page after them (None: this is the last)."""

    rows: Sequence[Row]
    after: str | None = None


def cursor(*values: Any) -> str:
    """The place of a row in its order, as text for a URL."""
    return base64.urlsafe_b64encode(json.dumps([str(value) for value in values]).encode()).decode().rstrip("=")


def instant(text: str) -> datetime:
    """A moment in UTC. Raises ValueError without a time zone, OverflowError outside the years that there are."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("An instant needs a time zone.")
    return moment.astimezone(UTC)


def words(text: str) -> str:
    """Text that a database can compare. Raises UnicodeEncodeError for half a character, ValueError for a nul."""
    if "\0" in text:
        raise ValueError("Text has no nul.")
    text.encode()
    return text


def place(text: str | None, *types: Callable[[str], Any]) -> tuple[Any, ...] | None:
    """What `cursor` wrote, read with the given types. Anything else, also nonsense, means: from the beginning."""
    if not text or len(text) > 1000:
        return None
    try:
        values = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if not isinstance(values, list) or len(values) != len(types):
            return None
        return tuple(read(value) for read, value in zip(types, values, strict=True))
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError, UnicodeEncodeError, binascii.Error):
        return None


def page_of(rows: Sequence[Row], key: Callable[[Row], tuple[Any, ...]], size: int = PAGE_SIZE) -> Page[Row]:
    """The page from `size + 1` fetched rows: the one too many only says that there is more."""
    shown = rows[:size]
    return Page(shown, cursor(*key(shown[-1])) if len(rows) > size else None)


def whole(read: Callable[[str | None], Page[Row]]) -> Iterator[Row]:
    """All rows of a list, page by page: for exports, which are written while they are read."""
    after: str | None = None
    while True:
        page = read(after)
        yield from page.rows
        after = page.after
        if after is None:
            return
