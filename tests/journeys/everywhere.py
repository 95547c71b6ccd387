"""Every address of the portal with the things of one case filled in, and the same with things that do not exist."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from uuid import UUID, uuid4

from flask import Flask
from sqlalchemy import Uuid, select

from sandbox.cli.demo.answering import newest
from sandbox.domain.actors import Actor
from sandbox.domain.policy import named
from sandbox.extensions import db
from sandbox.models.base import Base
from sandbox.models.desks import Case
from sandbox.web.access import access_of


def rows_of(case_id: UUID) -> dict[str, list[str]]:
    """Table → ids of the rows that belong to the case: through it, its desks, decisions, application or trial."""
    known: dict[str, set[UUID]] = {"case": {case_id}}
    tables = [table for table in Base.metadata.sorted_tables if "id" in table.c and isinstance(table.c.id.type, Uuid)]
    case = db.session.get_one(Case, case_id)
    known["application"] = {case.application_id}
    for table in tables * 2:
        if table.name in {"person", "organisation", "authority", "programme", "firm", "criterion", "instrument"}:
            continue
        for column in table.c:
            for key in column.foreign_keys:
                owners = known.get(key.column.table.name)
                if owners and key.column.table.name not in {"person"}:
                    found = db.session.scalars(select(table.c.id).where(column.in_(owners)))
                    known.setdefault(table.name, set()).update(found)
    db.session.rollback()
    return {name: sorted(str(one) for one in ids) for name, ids in known.items()}


def values_for(name: str, rows: dict[str, list[str]]) -> list[str]:
    """What to fill into a parameter: ids of the tables whose name has the parameter's."""
    stem = name.removesuffix("_id")
    found = [one for table, ids in rows.items() if table == stem or table.endswith(f"_{stem}") for one in ids]
    return found[:4]


def pages(app: Flask, rows: dict[str, list[str]]) -> Iterable[tuple[Any, str, str]]:
    """Rule, address with things of the case filled in, and the same address with ids that do not exist."""
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        ids = [name for name in rule.arguments if type(rule._converters[name]).__name__ == "UUIDConverter"]
        if not ids:
            continue
        filled: list[dict[str, Any]] = [{}]
        for name in sorted(rule.arguments):
            kind = type(rule._converters[name]).__name__
            given: list[Any] = ["A"]
            if kind == "UUIDConverter":
                given = [UUID(one) for one in values_for(name, rows)] or [uuid4()]
            elif kind == "IntegerConverter":
                given = [1]
            elif kind == "AnyConverter":
                given = [next(iter(rule._converters[name].items))]
            elif name == "code":
                given = [next(iter(newest().titles))]
            filled = [{**one, name: value} for one in filled for value in given]
        nowhere = {name: uuid4() if isinstance(value, UUID) else value for name, value in filled[0].items()}
        for arguments in filled:
            yield rule, adapter.build(rule.endpoint, arguments), adapter.build(rule.endpoint, nowhere)


def allowed(app: Flask, rule: Any, person: Actor) -> bool:
    """The door lets this person's roles in."""
    access = access_of(app, rule.endpoint)
    return access is not None and (access.action is None or named(person, access.action))


def plain(text: str, *ids: str) -> str:
    """A page without the ids in its address, and without what differs each time."""
    for one in ids:
        text = text.replace(one, "")
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{16,}|name=\"csrf_token\" value=\"[^\"]*\"", "", text)
