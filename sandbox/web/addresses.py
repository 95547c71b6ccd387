"""Addresses of the portal's own pages, each pattern built once: a page names dozens of them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import current_app, request
from flask import url_for as built

Pattern = tuple[str, ...]  # the pieces of the address between its ids


def url_for(endpoint: str, **values: Any) -> str:
    """Flask's `url_for`; quick where every value is an id."""
    if not request or endpoint.startswith(".") or not all(type(value) is UUID for value in values.values()):
        return built(endpoint, **values)
    known: dict[tuple[str, ...], tuple[str, tuple[str, ...]]] = current_app.extensions.setdefault("addresses", {})
    key = (endpoint, *values)
    if key not in known:
        known[key] = _pattern(endpoint, tuple(values))
    text, names = known[key]
    return request.script_root + text % tuple([values[name] for name in names])


def _pattern(endpoint: str, names: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """The address with `%s` for each id, and the ids in the order in which they stand."""
    marks: dict[str, Any] = {name: UUID(int=place) for place, name in enumerate(names)}
    text = built(endpoint, **marks).removeprefix(request.script_root).replace("%", "%%")
    order = sorted(names, key=lambda name: text.index(str(marks[name])))
    for mark in marks.values():
        text = text.replace(str(mark), "%s")
    return text, tuple(order)


__all__ = ["url_for"]
