"""`flask outbox …`: letters without the worker."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from sandbox.services import outbox as services


@click.group("outbox")
def outbox() -> None:
    """Letters that wait to leave."""


@outbox.command("deliver")
@click.option("--limit", default=1000, show_default=True, type=click.IntRange(1))
@with_appcontext
def deliver(limit: int) -> None:
    """Send everything that is due, once."""
    left, stayed = services.deliver_all(limit)
    click.echo(f"{left} sent, {stayed} not sent.")
