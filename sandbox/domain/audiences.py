"""Audience: a set of parties, never a level. Parties are named within one case."""

from __future__ import annotations

from collections.abc import Iterable

FIRM = "firm"
OFFICE = "office"
OBSERVERS = "observers"
PUBLIC = "public"


def desk(code: str) -> str:
    """The party of one authority's desk, named by the authority's code."""
    return f"desk:{code}"


def desks(codes: Iterable[str]) -> frozenset[str]:
    """The parties of several desks."""
    return frozenset(desk(code) for code in codes)
