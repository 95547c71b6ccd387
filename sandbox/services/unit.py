"""The unit of work: the only place that commits."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar
from uuid import UUID

from sqlalchemy.orm.exc import StaleDataError

from sandbox.domain.errors import Conflict, NotFound
from sandbox.extensions import db
from sandbox.models.base import Base
from sandbox.services import turns  # noqa: F401 - listens to the session

P = ParamSpec("P")
R = TypeVar("R")
M = TypeVar("M", bound=Base)

_inside: ContextVar[bool] = ContextVar("inside_use_case", default=False)


def use_case(function: Callable[P, R]) -> Callable[P, R]:
    """Run the function as one writing transaction: commit, or leave no trace.

    A use case called inside another joins its transaction. Raises Conflict when somebody else changed the same row.
    """

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if _inside.get():
            return function(*args, **kwargs)
        token = _inside.set(True)
        db.session.rollback()  # ends the read that came before, so that this begins as a writer
        try:
            db.session.connection(execution_options={"writing": True})
            result = function(*args, **kwargs)
            db.session.commit()
        except StaleDataError as stale:
            db.session.rollback()
            raise Conflict from stale
        except BaseException:
            db.session.rollback()
            raise
        finally:
            _inside.reset(token)
        return result

    return run


def reading(function: Callable[P, R]) -> Callable[P, R]:
    """Run the function as one reading transaction and end it, so that long work after it holds nothing open."""

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        db.session.rollback()
        try:
            return function(*args, **kwargs)
        finally:
            db.session.rollback()

    return run


def get(model: type[M], key: UUID | str, *, lock: bool = False) -> M:
    """The row, locked for this transaction when asked. Raises NotFound."""
    row = db.session.get(model, key, with_for_update=lock or None)
    if row is None:
        raise NotFound("There is nothing here.")
    return row


def add(row: M) -> M:
    """Add a row and give it its id."""
    db.session.add(row)
    db.session.flush()
    return row


def expect(row: Any, version: int | None, current: object = None) -> None:
    """Raise Conflict unless the posted version is that of the row (None: the caller posted no form)."""
    if version is not None and row.version != version:
        raise Conflict(current=current)


__all__ = ["add", "expect", "get", "reading", "use_case"]
