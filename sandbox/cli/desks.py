"""`flask desks …`: what the worker does for desks every day, by hand."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from sandbox.services.desks import reminders


@click.group("desks")
def desks() -> None:
    """Desks of authorities."""


@desks.command("remind")
@with_appcontext
def remind() -> None:
    """Write to desks that could go on and have not for some working days. Running it again writes nothing twice."""
    click.echo(f"{reminders.remind_all()} desks reminded.")
