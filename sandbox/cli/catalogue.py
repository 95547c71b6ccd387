"""`flask catalogue …`: reference data from files into the database, and the calendars' files."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup

from sandbox.adapters import calendars
from sandbox.adapters.catalogue_files import CatalogueError
from sandbox.extensions import setting
from sandbox.services import catalogue as service

catalogue = AppGroup("catalogue", help="Reference data: jurisdictions, authorities, programmes, routing, calendars.")


@catalogue.command("load")
@click.argument("folders", nargs=-1, type=click.Path(exists=True, file_okay=False, path_type=Path))
def load(folders: tuple[Path, ...]) -> None:
    """Load the shipped reference data, the configured folders and FOLDERS. Safe to repeat."""
    extra = (*(Path(folder) for folder in setting("CATALOGUE")), *folders)
    for folder in extra:
        calendars.add_directory(folder)
    try:
        changed = service.load(*extra)
    except CatalogueError as error:
        raise click.ClickException(str(error)) from error
    click.echo("Reference data loaded." if changed else "Reference data are up to date.")


@catalogue.command("calendars")
@click.option("--first", type=int, default=2025, show_default=True)
@click.option("--last", type=int, default=2029, show_default=True)
def rebuild(first: int, last: int) -> None:
    """Rebuild the files of closed days from the rules of the holidays package."""
    calendars.rebuild(service.SHIPPED / "calendars", first, last)
    click.echo(f"Calendars rebuilt for {first} to {last}.")
