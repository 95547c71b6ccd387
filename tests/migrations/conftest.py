"""An application on a database of its own that no migration has touched yet, on the chosen engine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.config import Config
from flask import Flask

from sandbox import create_app
from sandbox.extensions import db
from tests import postgres
from tests.conftest import ENGINE


@pytest.fixture
def fresh(tmp_path: Path, worker: str, settings: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """The application on an empty database, its context open."""
    monkeypatch.setenv("SANDBOX_INSTANCE", str(tmp_path))
    if ENGINE == "sqlite":
        yield from _application(f"sqlite:///{tmp_path / 'fresh.db'}", settings)
    else:
        with postgres.database(f"fresh_{worker}") as url:
            yield from _application(url, settings)


def _application(url: str, settings: dict[str, Any]) -> Iterator[Flask]:
    application = create_app({**settings, "DATABASE_URL": url})
    with application.app_context():
        yield application
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def migrations(fresh: Flask) -> Config:
    """What alembic's commands ask for."""
    found: Config = fresh.extensions["migrate"].migrate.get_config()
    return found
