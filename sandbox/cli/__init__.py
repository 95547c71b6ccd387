"""The commands of `flask …`: one group a column."""

from __future__ import annotations

import click
from flask import Flask

from sandbox.cli.catalogue import catalogue
from sandbox.cli.clock import clock
from sandbox.cli.decisions import decisions
from sandbox.cli.demo import demo
from sandbox.cli.desks import desks
from sandbox.cli.outbox import outbox
from sandbox.cli.people import people
from sandbox.cli.search import search
from sandbox.cli.trail import trail
from sandbox.cli.worker import worker

GROUPS: tuple[click.Command, ...] = (catalogue, clock, decisions, demo, desks, outbox, people, search, trail, worker)


def register(app: Flask) -> None:
    """Add every group of commands to the application."""
    for group in GROUPS:
        app.cli.add_command(group)
