"""Column types and the one declarative base. No Flask, no rules."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, DateTime, Dialect, ForeignKey, MetaData, String, Text, TypeDecorator

# Not the type UUID: SQLite would take an id of digits alone (or with one e) for a number, and lose it.
from sqlalchemy import Uuid as SqlUuid
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

MONEY_SCALE = 4


def now() -> datetime:
    """The present moment in UTC."""
    return datetime.now(UTC)


class UtcDateTime(TypeDecorator[datetime]):
    """An instant. Stored in UTC; refuses values without a time zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To storage: UTC, without the zone on SQLite, which keeps none."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("An instant needs a time zone.")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """From storage: always UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class ScaledDecimal(TypeDecorator[Decimal]):
    """A decimal number with four places, stored as an integer, exact on every database."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        """To storage. Raises ValueError for more than four places or a value that is not finite."""
        if value is None:
            return None
        if not value.is_finite():
            raise ValueError("A number must be finite.")
        scaled = value.scaleb(MONEY_SCALE)
        if scaled != scaled.to_integral_value():
            raise ValueError("A number can have four decimal places.")
        return int(scaled)

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        """From storage."""
        return None if value is None else Decimal(value).scaleb(-MONEY_SCALE)


class JsonText(TypeDecorator[Any]):
    """JSON kept as text, so that both databases store and compare the same bytes."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """To storage: sorted keys, no NaN."""
        if value is None:
            return None
        return json.dumps(value, sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":"))

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """From storage."""
        return None if value is None else json.loads(value)


class Base(DeclarativeBase):
    """Base of all tables: named constraints, so that migrations can find them on every database."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        },
    )
    type_annotation_map = {
        datetime: UtcDateTime,
        Decimal: ScaledDecimal,
        dict[str, Any]: JsonText,
        list[Any]: JsonText,
        UUID: SqlUuid,
        str: Text,
    }
    # The columns that must never change once the row has been frozen (the trail holds their digest).
    __frozen__: tuple[str, ...] = ()


Key = Annotated[UUID, mapped_column(SqlUuid, primary_key=True, default=uuid4)]
Created = Annotated[datetime, mapped_column(UtcDateTime, default=now)]
Code = Annotated[str, mapped_column(String(64))]
Digest = Annotated[str, mapped_column(String(64))]


def key_of(table: str, *, nullable: bool = False, index: bool = True) -> Mapped[Any]:
    """A foreign key to the id of `table`."""
    return mapped_column(SqlUuid, ForeignKey(f"{table}.id"), nullable=nullable, index=index)


def one_of(column: str, values: Iterable[str]) -> str:
    """The SQL of a CHECK that `column` is one of the values."""
    listed = ", ".join(f"'{value}'" for value in values)
    return f"{column} IN ({listed})"
