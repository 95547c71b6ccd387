"""What the bench serves: the portal, and beside it in the same process a bare Flask page, the unit of measure.

Only here a response names the number of its SQL statements (`X-Sql-Statements`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextvars import ContextVar
from typing import Any

from flask import Flask
from sqlalchemy import event
from sqlalchemy.engine import Engine
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from sandbox import create_app

HEADER = "X-Sql-Statements"
_count: ContextVar[list[int] | None] = ContextVar("statements", default=None)
Start = Callable[..., Any]
Wsgi = Callable[[dict[str, Any], Start], Iterable[bytes]]


@event.listens_for(Engine, "before_cursor_execute")
def _seen(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
    counter = _count.get()
    if counter is not None and statement.split(" ", 1)[0] not in ("BEGIN", "PRAGMA"):
        counter[0] += 1


def counted(inner: Wsgi) -> Wsgi:
    """The application with the header."""

    def run(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        counter = [0]
        token = _count.set(counter)

        def begin(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            return start(status, [*headers, (HEADER, str(counter[0]))], *more)

        try:
            return inner(environ, begin)
        finally:
            _count.reset(token)

    return run


def bare() -> Flask:
    """The unit: a view that returns a short string."""
    app = Flask("hello")

    @app.get("/")
    def hello() -> str:
        return "Hello, world!"

    return app


app = DispatcherMiddleware(counted(create_app().wsgi_app), {"/hello": bare().wsgi_app})
