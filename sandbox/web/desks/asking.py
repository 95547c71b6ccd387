"""Filters of lists in addresses: what is asked of inbox and pipeline, read from a query string and written to one.

Anything unknown counts as not asked, so an old bookmark shows too much rather than an error.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from sandbox.queries.desks import CHOICES, OFFICE_SORTS, SORTS, STAGES, Asked, OfficeAsked

LONGEST_FIND = 200
LONGEST_QUERY = 400


def _day(value: str) -> date | None:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def _key(value: str) -> UUID | None:
    try:
        return UUID(value)
    except ValueError:
        return None


def words(values: Mapping[str, str], name: str = "find") -> str:
    """What somebody searches for: cut, without signs that no text has."""
    return "".join(sign for sign in values.get(name, "")[:LONGEST_FIND] if sign.isprintable()).strip()


def _one_of(values: Mapping[str, str], name: str, known: Any, otherwise: str = "") -> str:
    value = values.get(name, "")
    return value if value in known else otherwise


def asked(values: Mapping[str, str]) -> Asked:
    """A question to the inbox."""
    chosen = {name: _one_of(values, name, known) for name, known in CHOICES.items()}
    return Asked(
        **{**chosen, "show": chosen["show"] or "all"},
        sort=_one_of(values, "sort", SORTS, "newest"),
        team=_key(values.get("team", "")),
        due_before=_day(values.get("due_before", "")),
        find=words(values),
    )


def office_asked(values: Mapping[str, str]) -> OfficeAsked:
    """A question to the pipeline."""
    return OfficeAsked(
        stage=_one_of(values, "stage", STAGES),
        authority=values.get("authority", "")[:64] if values.get("authority", "").isalnum() else "",
        due_before=_day(values.get("due_before", "")),
        sort=_one_of(values, "sort", OFFICE_SORTS, "newest"),
        find=words(values),
    )


def query_of(question: Asked | OfficeAsked, **other: Any) -> str:
    """The query string of a question, with nothing in it that is not asked; `other` replaces parts."""
    values = {name: getattr(question, name) for name in question.__dataclass_fields__} | other
    plain = Asked() if isinstance(question, Asked) else OfficeAsked()
    said = {name: str(value) for name, value in values.items() if value and value != getattr(plain, name)}
    return urlencode(said)


def known_query(text: str) -> str:
    """A query string of the inbox in its plain form: only what the inbox knows."""
    return query_of(asked(dict(parse_qsl(text[: LONGEST_QUERY * 2]))))[:LONGEST_QUERY]


__all__ = ["asked", "known_query", "office_asked", "query_of", "words"]
