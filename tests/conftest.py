"""What every test can ask for: the application on an empty database with the shipped catalogue, clients, a maker.

SANDBOX_TEST_DATABASE chooses `sqlite` (without it) or `postgresql`. Each worker has a database and an instance folder
of its own; tables are emptied after each test, the catalogue stays.
"""

from __future__ import annotations

import contextvars
import gc
import hashlib
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, has_app_context
from flask.testing import FlaskClient
from sqlalchemy import event
from werkzeug.test import TestResponse

from sandbox import create_app
from sandbox.adapters import pdf
from sandbox.domain.actors import Actor
from sandbox.extensions import db
from sandbox.models.people import UserSession
from sandbox.services import catalogue
from tests import papers, postgres, worlds
from tests.factories import Maker

ENGINE = os.environ.get("SANDBOX_TEST_DATABASE", "sqlite")


class Client(FlaskClient):
    """A browser without scripts. Its requests share nothing with the test but the database."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Send a request, in a context of its own."""
        if has_app_context():  # not when it follows a redirect
            db.session.rollback()
        kwargs.setdefault("buffered", True)  # so that the response is closed, and what follows it is done
        return contextvars.Context().run(super().open, *args, **kwargs)

    def token(self, page: str = "/sign-in") -> str:
        """The form token that stands on a page."""
        found = self.get(page, follow_redirects=True).text.split('name="csrf_token" value="')
        assert len(found) > 1, f"{page} has no form"
        return found[1].split('"')[0]

    def send(self, path: str, data: dict[str, Any] | None = None, **more: Any) -> TestResponse:
        """Post a form with the token of this browser, from whatever page."""
        page = "/account/password" if "_user_id" in self.cookie_session() else "/sign-in"
        return self.post(path, data={"csrf_token": self.token(page), **(data or {})}, **more)

    def cookie_session(self) -> dict[str, Any]:
        """What the signed cookie says."""
        with self.session_transaction() as session:
            return dict(session)


@pytest.fixture(autouse=True)
def _push_request_context() -> None:
    """Switch off the plugin's shared request context: it would keep one viewer for all requests of a test."""


@pytest.fixture(scope="session")
def worker() -> str:
    """The name of this test process, different from that of every other one."""
    return f"{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{os.getpid()}"


@pytest.fixture(scope="session")
def database_url(tmp_path_factory: pytest.TempPathFactory, worker: str) -> Iterator[str]:
    """An empty database of the chosen engine."""
    if ENGINE == "sqlite":
        yield f"sqlite:///{tmp_path_factory.mktemp('database') / 'sandbox.db'}"
    elif ENGINE == "postgresql":
        with postgres.database(f"test_{worker}") as url:
            yield url
    else:
        raise pytest.UsageError(f"SANDBOX_TEST_DATABASE must be sqlite or postgresql, not {ENGINE!r}")


@pytest.fixture(scope="session")
def postgres_url(worker: str) -> Iterator[str]:
    """An empty PostgreSQL database whatever the chosen engine is; for tests marked `postgres`."""
    with postgres.database(f"extra_{worker}") as url:
        yield url


@pytest.fixture(scope="session")
def settings() -> dict[str, Any]:
    """Settings of the application under test."""
    return {
        "TEMPLATES_STRICT": True,
        "TESTING": True,
        "PROPAGATE_EXCEPTIONS": False,  # pages of errors are tested too
        "SECRET_KEY": "a key for tests only, thirty-two signs long",
        "MAIL": "memory",
    }


def _hurry(connection: Any, _record: Any) -> None:
    """What a power cut would lose is of no use here; tests that kill a process have applications of their own."""
    connection.execute("PRAGMA synchronous = OFF")


@pytest.hookimpl(trylast=True)  # once all are marked
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long ones first, so that two processes end at the same time.

    The first process begins with those of the browser, the second with the others: tests of a file stay together and
    share what is made once for it, and nobody waits while the first one makes the demonstration.
    """
    browser = [one for one in items if one.get_closest_marker("browser")]
    slow = [one for one in items if one.get_closest_marker("slow") and not one.get_closest_marker("browser")]
    known = {*browser, *slow}
    short = [one for one in items if one not in known]
    half = max(0, len(items) // 2 - len(browser))
    items[:] = [*browser, *short[:half], *slow, *short[half:]]


def pytest_collection_finish() -> None:
    """What has been imported stays to the end: the collector of garbage need not look at it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(scope="session")
def _application(
    tmp_path_factory: pytest.TempPathFactory, database_url: str, settings: dict[str, Any]
) -> Iterator[Flask]:
    instance = tmp_path_factory.mktemp("instance")
    before = os.environ.get("SANDBOX_INSTANCE")
    os.environ["SANDBOX_INSTANCE"] = str(instance)
    try:
        application = create_app({**settings, "DATABASE_URL": database_url})
    finally:
        os.environ.pop("SANDBOX_INSTANCE") if before is None else os.environ.update(SANDBOX_INSTANCE=before)
    application.test_client_class = Client
    with application.app_context():
        if ENGINE == "sqlite":
            event.listen(db.engine, "connect", _hurry)
        db.create_all()
        catalogue.load()
        db.session.remove()
        worlds.begin(db.engine)
        yield application
        db.session.remove()
        worlds.end(db.engine)
        db.engine.dispose()


@pytest.fixture
def app(_application: Flask) -> Iterator[Flask]:
    """The application; its context is open in the test, requests of clients have their own."""
    with _application.app_context(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(pdf, "_in_child", papers.paper)
        yield _application
        db.session.remove()
        empty()


def empty(*, catalogue_too: bool = False) -> None:
    """Delete every row, those of the catalogue only when asked."""
    worlds.of(db.engine).empty(catalogue_too=catalogue_too)


@pytest.fixture
def empty_database(app: Flask) -> Iterator[None]:
    """No catalogue either, for tests that load one themselves; the shipped one is back afterwards."""
    empty(catalogue_too=True)
    yield
    db.session.remove()
    worlds.of(db.engine).restore()


@pytest.fixture
def client(app: Flask) -> Client:
    """Somebody who is not signed in."""
    return app.test_client()  # type: ignore[return-value]


@pytest.fixture
def maker(app: Flask) -> Maker:
    """Makes organisations, people and cases."""
    return Maker()


@pytest.fixture
def as_(app: Flask) -> Callable[[Actor], Client]:
    """A client signed in as that person, without the work of checking a password."""

    def sign_in(actor: Actor) -> Client:
        token = secrets.token_urlsafe(32)
        db.session.rollback()
        db.session.add(UserSession(token_hash=hashlib.sha256(token.encode()).hexdigest(), person_id=actor.person_id))
        db.session.commit()
        found = app.test_client()
        with found.session_transaction() as session:
            session["_user_id"] = token
        return found  # type: ignore[return-value]

    return sign_in


@pytest.fixture
def statements(app: Flask) -> Callable[[], AbstractContextManager[list[str]]]:
    """Counts SQL: `with statements() as seen: …` lists every statement, transactions and pragmas apart."""

    @contextmanager
    def counting() -> Iterator[list[str]]:
        seen: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
            if statement.split(" ", 1)[0] not in ("BEGIN", "PRAGMA"):
                seen.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        try:
            yield seen
        finally:
            event.remove(db.engine, "before_cursor_execute", note)

    return counting


@pytest.fixture
def instance(app: Flask) -> Path:
    """The instance folder of the application under test."""
    return Path(app.instance_path)
