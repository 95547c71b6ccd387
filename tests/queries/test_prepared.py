"""Statements that are spelled once: the same rows as the ordinary way, whatever is asked."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import (
    JSON,
    Boolean,
    Date,
    Integer,
    Select,
    String,
    Uuid,
    bindparam,
    cast,
    func,
    literal,
    select,
    true,
    type_coerce,
    union_all,
)

from sandbox.domain.actors import Role
from sandbox.extensions import db
from sandbox.models.base import JsonText, ScaledDecimal, UtcDateTime
from sandbox.models.people import Organisation, Person
from sandbox.queries.prepared import Prepared
from tests.factories import Maker

AT = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
ID = UUID("00000000-0000-4000-8000-00000000001e")


def same(statement: Select[*tuple[object, ...]], *questions: dict[str, object]) -> None:
    """Both ways give equal values of equal types, the second time too."""
    prepared = Prepared(statement)
    for values in questions * 2:
        usual = db.session.execute(statement, values).all()
        found = prepared.all(values)
        assert [tuple(row) for row in found] == [tuple(row) for row in usual]
        assert [[type(cell) for cell in row] for row in found] == [[type(cell) for cell in row] for row in usual]
        assert [row._fields for row in found] == [row._fields for row in usual]


def test_every_type_of_column_comes_and_goes_as_usual(app: Flask) -> None:
    kinds = {
        "id": (Uuid(), ID), "at": (UtcDateTime(), AT), "amount": (ScaledDecimal(), Decimal("12.5")),
        "facts": (JsonText(), {"a": [1, None]}), "day": (Date(), date(2026, 2, 28)), "yes": (Boolean(), True),
        "count": (Integer(), 7), "text": (String(), "it's 100% ä :here ?"),
    }  # fmt: skip
    asked = [bindparam(name, type_=kind).label(name) for name, (kind, _) in kinds.items()]
    fixed = [literal(value, kind).label(f"fixed_{name}") for name, (kind, value) in kinds.items()]
    same(select(*asked, *fixed), {name: value for name, (_, value) in kinds.items()}, dict.fromkeys(kinds))


def test_lists_of_any_length_are_asked_for(app: Flask) -> None:
    numbers = union_all(*(select(literal(number).label("number")) for number in range(5))).subquery()
    column = numbers.c.number
    fixed = column.in_([1, 2, 3, 4])
    statement = select(column).where(column.in_(bindparam("wanted", expanding=True)), fixed).order_by(column)
    same(statement, {"wanted": [1, 2]}, {"wanted": [4]}, {"wanted": []}, {"wanted": [0, 3, 4]})


def test_mapped_columns_keep_their_names_and_people_do_not_mix(maker: Maker) -> None:
    first = maker.person(maker.authority("FCA"), Role.CASE_OFFICER)
    second = maker.person(maker.authority("SEC"), Role.CASE_OFFICER)
    statement = (
        select(Person.id, Person.name, Organisation.name.label("organisation"), func.count().label("all"), true())
        .join(Organisation, Organisation.id == Person.organisation_id)
        .where(Person.id == bindparam("me"))
        .group_by(Person.id, Person.name, Organisation.name)
    )
    prepared = Prepared(statement)
    for who in (first, second, first):
        row = prepared.one_or_none({"me": who.person_id})
        assert (row.id, row.name) == (who.person_id, who.name)
    assert prepared.one_or_none({"me": ID}) is None


def test_a_value_that_is_not_given_and_a_second_row_are_errors(app: Flask) -> None:
    prepared = Prepared(select(type_coerce(bindparam("one", type_=Integer()), Integer)))
    prepared.all({"one": 1})
    with pytest.raises(KeyError):
        prepared.all({})
    both = union_all(select(literal(1).label("number")), select(literal(2).label("number"))).subquery()
    with pytest.raises(ValueError, match="several"):
        Prepared(select(both.c.number)).one_or_none({})


def test_json_of_the_database_itself(app: Flask) -> None:
    same(select(cast(literal({"a": 1}, JSON()), JSON()).label("facts")), {})
