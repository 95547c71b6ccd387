"""`flask worker`: the jobs beside the pages."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import with_appcontext

from sandbox import jobs


@click.command("worker")
@click.option("--threads", default=2, show_default=True, type=click.IntRange(1, 16), help="How many jobs at once.")
@with_appcontext
def worker(threads: int) -> None:
    """Send letters, take in the access log, make checkpoints; until Ctrl-C."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    click.echo("The worker is running. Press Ctrl-C to stop it.", err=True)
    jobs.run_worker(app, threads)
    click.echo("The worker has stopped.", err=True)
