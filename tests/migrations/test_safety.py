"""A wrong migration changes nothing: rows that refer to a rebuilt table stay, a fault undoes everything before it."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent, indent

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from sandbox.extensions import db
from tests.migrations.rows import everything, fill

pytestmark = pytest.mark.slow
HEAD = (Path(__file__).parents[2] / "sandbox" / "migrations" / "HEAD").read_text().strip()


@pytest.fixture
def with_rows(migrations: Config) -> Config:
    """A database at the head with a row in every table, and a row that SQLite would delete with its parent."""
    command.upgrade(migrations, "head")
    with db.engine.begin() as connection:
        fill(connection)
        connection.exec_driver_sql(
            "CREATE TABLE parent (id INTEGER CONSTRAINT pk_parent PRIMARY KEY, word VARCHAR(8) NOT NULL)"
        )
        connection.exec_driver_sql(
            "CREATE TABLE note (id INTEGER PRIMARY KEY, "
            "parent INTEGER NOT NULL REFERENCES parent (id) ON DELETE CASCADE)"
        )
        connection.exec_driver_sql("INSERT INTO parent VALUES (1, 'kept')")
        connection.exec_driver_sql("INSERT INTO note VALUES (1, 1), (2, 1)")
    return migrations


def revision(config: Config, folder: Path, body: str, extra: str = "") -> None:
    """A further revision with this body, in a folder of its own."""
    text = f"import sqlalchemy as sa\nfrom alembic import op\nrevision = 'wrong'\ndown_revision = '{HEAD}'\n{extra}\n"
    text += f"def upgrade():\n{indent(dedent(body).strip(), '    ')}\n\ndef downgrade():\n    pass\n"
    (folder / "wrong.py").write_text(text)
    versions = Path(str(config.get_main_option("script_location"))) / "versions"
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", f"{versions}\n{folder}")


def rows() -> dict[str, list[tuple[object, ...]]]:
    """Everything as it is stored."""
    with db.engine.connect() as connection:
        return everything(connection)


def test_rebuilding_a_table_keeps_the_rows_that_refer_to_it(with_rows: Config, tmp_path: Path) -> None:
    before = rows()
    body = """
    with op.batch_alter_table("parent", recreate="auto") as batch:
        batch.alter_column("word", type_=sa.String(40), existing_nullable=False)
    """
    revision(with_rows, tmp_path, body)
    command.upgrade(with_rows, "wrong")
    assert rows() == before


def test_the_guard_of_the_trail_does_not_stand_in_the_way(with_rows: Config, tmp_path: Path) -> None:
    db.engine.dispose()  # the connections that follow guard the trail
    before = rows()
    body = """
    with op.batch_alter_table("trail_event", recreate="auto") as batch:
        batch.alter_column("kind", type_=sa.String(80), existing_nullable=False)
    """
    revision(with_rows, tmp_path, body)
    command.upgrade(with_rows, "wrong")
    assert rows() == before
    db.engine.dispose()
    with db.engine.connect() as connection, pytest.raises(sa.exc.DBAPIError, match="only be added to"):
        connection.exec_driver_sql("DELETE FROM trail_event")


def test_with_foreign_keys_on_the_same_would_delete_them(with_rows: Config) -> None:
    """Why the foreign keys are off: without that, this is what happens."""
    if db.engine.dialect.name != "sqlite":
        return  # only SQLite rebuilds tables
    with db.engine.connect() as connection, connection.begin():
        connection.exec_driver_sql("CREATE TABLE fresh_parent (id INTEGER PRIMARY KEY, word VARCHAR(40) NOT NULL)")
        connection.exec_driver_sql("INSERT INTO fresh_parent SELECT * FROM parent")
        connection.exec_driver_sql("DROP TABLE parent")
        connection.exec_driver_sql("ALTER TABLE fresh_parent RENAME TO parent")
        assert connection.exec_driver_sql("SELECT count(*) FROM note").scalar_one() == 0


def test_foreign_keys_are_on_again_afterwards(with_rows: Config) -> None:
    if db.engine.dialect.name != "sqlite":
        return
    with db.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar_one() == 1


@pytest.mark.parametrize(
    ("body", "error", "words"),
    [
        ('op.execute("DELETE FROM note")', RuntimeError, "number of rows of note \\(2 → 0\\)"),
        ("op.execute(\"INSERT INTO parent VALUES (2, 'more')\")", RuntimeError, "number of rows of parent"),
        (
            'op.create_table("half", sa.Column("id", sa.Integer()))\nraise LookupError("a fault")',
            LookupError,
            "a fault",
        ),
        (
            'op.create_table("half", sa.Column("id", sa.Integer()))\nop.execute("UPDATE note SET parent = 9")',
            (RuntimeError, sa.exc.IntegrityError),
            "note",
        ),
    ],
)
def test_a_wrong_revision_leaves_no_trace(
    with_rows: Config, tmp_path: Path, body: str, error: type[Exception], words: str
) -> None:
    before = rows()
    revision(with_rows, tmp_path, body)
    with pytest.raises(error, match=words):
        command.upgrade(with_rows, "wrong")
    assert rows() == before
    with db.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one() == HEAD
        assert "half" not in sa.inspect(connection).get_table_names()


def test_a_revision_that_moves_rows_says_so(with_rows: Config, tmp_path: Path) -> None:
    body = "op.execute(\"INSERT INTO parent VALUES (2, 'more')\")"
    revision(with_rows, tmp_path, body, extra="ROWS_CHANGE = ('parent',)")
    command.upgrade(with_rows, "wrong")
    assert len(rows()["parent"]) == 2
