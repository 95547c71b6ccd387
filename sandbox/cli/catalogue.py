"""`flask catalogue …`: reference data from files into the database, and the calendars' files."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click
from flask.cli import AppGroup

from sandbox.adapters import calendars
from sandbox.adapters.catalogue_files import CatalogueError, load_catalogue, read_equivalences
from sandbox.domain.coverage import Link
from sandbox.domain.errors import BadInput
from sandbox.extensions import setting
from sandbox.queries import coverage
from sandbox.services import catalogue as service
from sandbox.services.desks import dry_run

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


@catalogue.command("route")
@click.option("--dry-run", "file", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="All of it as JSON.")
def try_rules(file: Path, as_json: bool) -> None:
    """Hold all cases of a programme against the routing rules of a FILE. Nothing changes."""
    try:
        found = dry_run.dry_run(file.read_text(encoding="utf-8"))
    except (BadInput, UnicodeDecodeError) as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        click.echo(json.dumps(asdict(found), ensure_ascii=False, indent=2))
        return
    click.echo(
        f"{found.changed} of {found.cases} cases would go elsewhere; {found.nobody} with a jurisdiction of nobody."
    )
    for row in found.reached:
        click.echo(f"  {row.code:<8} {row.before:>7} now {row.after:>7} by these rules")
    for one in found.changes:
        nobody = f" (nobody for {', '.join(one.nobody)})" if one.nobody else ""
        click.echo(f"{one.reference}: {', '.join(one.before) or '–'} → {', '.join(one.after) or '–'}{nobody}")


@catalogue.command("map")
@click.option("--dry-run", "file", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="All of it as JSON.")
def try_map(file: Path, as_json: bool) -> None:
    """What a changed FILE of equivalences between requirements would touch. Nothing changes."""
    try:
        known = load_catalogue(service.SHIPPED, *(Path(folder) for folder in setting("CATALOGUE")))
        changes = coverage.dry_run(read_equivalences(file.read_text(encoding="utf-8"), known))
    except (CatalogueError, UnicodeDecodeError) as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        click.echo(json.dumps([asdict(one) for one in changes], ensure_ascii=False, indent=2, default=str))
        return
    click.echo(f"{len(changes)} rows of the map would change.")
    for one in changes:
        found, link = one.touched, one.touched.link
        click.echo(f"{link.authority} “{found.title}” held against {link.to} “{found.other_title}”:")
        click.echo(f"  {_relation(one.before)} → {_relation(one.after)}")
        for question in found.questions:
            stays = f" (counts for {', '.join(question.others)} too)" if question.others else ""
            click.echo(f"  question {question.path}{stays}")
        click.echo(f"  {found.cases} open cases: {', '.join(found.references) or '–'}; {found.drafts} drafts")


def _relation(link: Link | None) -> str:
    if link is None:
        return "not in the map"
    until = f" until {link.valid_until}" if link.valid_until else ""
    return f"{link.relation} from {link.valid_from}{until}"


@catalogue.command("calendars")
@click.option("--first", type=int, default=2025, show_default=True)
@click.option("--last", type=int, default=2029, show_default=True)
def rebuild(first: int, last: int) -> None:
    """Rebuild the files of closed days from the rules of the holidays package."""
    calendars.rebuild(service.SHIPPED / "calendars", first, last)
    click.echo(f"Calendars rebuilt for {first} to {last}.")
