"""`flask search`: the index of full-text search."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from sandbox.services import search as services

search = AppGroup("search", help="The index of full-text search.")


@search.command("rebuild")
def rebuild() -> None:
    """Empty the index and fill it from the cases that are there."""
    click.echo(f"{services.rebuild():,} items can be found.")
