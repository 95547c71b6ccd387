"""`flask trail …`: check that everything is whole, seal what stands, take in the access log."""

from __future__ import annotations

import sys

import click
from flask.cli import with_appcontext

from sandbox.adapters.seals import SealUnavailable
from sandbox.queries import trail as queries
from sandbox.services import access_events, checkpoints


@click.group("trail")
def trail() -> None:
    """The record of everything that happened."""


@trail.command("verify")
@click.option("--all", "everything", is_flag=True, help="Name everything that is wrong, not only the first thing.")
@click.option("--without-files", is_flag=True, help="Do not read the stored files (faster).")
@with_appcontext
def verify(everything: bool, without_files: bool) -> None:
    """Walk all chains, frozen rows, checkpoints and files. Exit 0 when whole, otherwise 1 and the first fault."""
    count = 0
    for problem in queries.verify(files=not without_files):
        count += 1
        click.echo(str(problem))
        if not everything:
            break
    if count:
        sys.exit(1)
    click.echo("The trail is whole.")


@trail.command("checkpoint")
@with_appcontext
def checkpoint() -> None:
    """Sign all heads as they stand now. Keep the printed line elsewhere: it can be compared later."""
    try:
        made = checkpoints.make()
    except SealUnavailable as fault:
        raise click.ClickException(str(fault)) from fault
    at, root = queries.checkpoint(made)
    click.echo(f"{at.isoformat()} {root}")


@trail.command("take-in")
@with_appcontext
def take_in() -> None:
    """Take the lines of the access log into the trail now, without waiting for the worker."""
    click.echo(f"{access_events.take_in()} lines taken in.")
