"""A calendar for other programs: RFC 5545 to the octet."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.adapters.icalendar import Entry, escaped, folded, write

pytestmark = pytest.mark.once
MADE = datetime(2026, 3, 28, 21, 30, tzinfo=UTC)


def unfolded(content: bytes) -> list[str]:
    """The lines as a reader joins them again (RFC 5545, 3.1)."""
    return content.replace(b"\r\n ", b"").decode().removesuffix("\r\n").split("\r\n")


def test_a_whole_calendar() -> None:
    content = write("Dates, mine; all", [Entry("desk-1@portal", date(2026, 12, 31), "JS-2026-0007: decide")], MADE)
    assert unfolded(content) == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Joint sandbox portal//Dates//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "X-WR-CALNAME:Dates\\, mine\\; all",
        "REFRESH-INTERVAL;VALUE=DURATION:PT6H",
        "BEGIN:VEVENT",
        "UID:desk-1@portal",
        "DTSTAMP:20260328T213000Z",
        "DTSTART;VALUE=DATE:20261231",
        "DTEND;VALUE=DATE:20270101",
        "SUMMARY:JS-2026-0007: decide",
        "TRANSP:TRANSPARENT",
        "CLASS:CONFIDENTIAL",
        "END:VEVENT",
        "END:VCALENDAR",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a;b,c", "a\\;b\\,c"),
        ("back\\slash", "back\\\\slash"),
        ("two\r\nlines", "two\\nlines"),
        ("plain: yes", "plain: yes"),
    ],
)
def test_signs_with_a_meaning_are_escaped(text: str, expected: str) -> None:
    assert escaped(text) == expected


@given(st.text(st.characters(exclude_characters="\r\n", exclude_categories=("Cs",)), max_size=400))
def test_no_line_is_longer_than_75_octets_and_none_cuts_a_sign(text: str) -> None:
    parts = list(folded(text))
    assert all(len(part) <= 75 for part in parts)
    assert all(part.decode() is not None for part in parts)
    assert b"".join([parts[0], *(part[1:] for part in parts[1:])]).decode() == text


@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=200))
def test_no_text_can_add_a_property(text: str) -> None:
    content = write("x", [Entry("1", date(2026, 1, 1), text)], MADE)
    names = [line.split(":")[0].split(";")[0] for line in unfolded(content)]
    assert names.count("SUMMARY") == 1 and len(names) == 17
