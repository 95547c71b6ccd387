"""Writes a calendar of whole days as RFC 5545: CRLF, lines of at most 75 octets, escaped text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

CONTENT_TYPE = "text/calendar; charset=utf-8"
LONGEST = 75  # octets of a line, without its end (RFC 5545, 3.1)
_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})


@dataclass(frozen=True, slots=True)
class Entry:
    """A whole day. `uid` is the same at every reading, so that a calendar program changes its entry in place."""

    uid: str
    day: date
    summary: str


def escaped(text: str) -> str:
    """Text as the value of a property (RFC 5545, 3.3.11)."""
    return text.translate(_ESCAPES)


def folded(line: str) -> Iterator[bytes]:
    """A line as octets, folded so that no sign is cut in two; lines that continue begin with a space."""
    part, size = b"", 0
    for sign in line:
        octets = sign.encode()
        if size + len(octets) > LONGEST:
            yield part
            part, size = b" ", 1
        part += octets
        size += len(octets)
    yield part


def write(name: str, entries: Iterable[Entry], made_at: datetime) -> bytes:
    """The whole calendar."""
    stamp = f"{made_at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Joint sandbox portal//Dates//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{escaped(name)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT6H",
    ]
    for entry in entries:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{escaped(entry.uid)}",
            f"DTSTAMP:{stamp}",
            f"DTSTART;VALUE=DATE:{entry.day:%Y%m%d}",
            f"DTEND;VALUE=DATE:{entry.day + timedelta(days=1):%Y%m%d}",
            f"SUMMARY:{escaped(entry.summary)}",
            "TRANSP:TRANSPARENT",
            "CLASS:CONFIDENTIAL",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return b"".join(part + b"\r\n" for line in lines for part in folded(line))


__all__ = ["CONTENT_TYPE", "Entry", "escaped", "folded", "write"]
