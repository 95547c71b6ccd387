"""`flask people …`: the first people of an organisation, made by whoever runs the portal."""

from __future__ import annotations

from uuid import UUID

import click

from sandbox.domain.actors import Organisation, Role
from sandbox.domain.errors import BadInput
from sandbox.services import organisations as services

KINDS = [kind.value for kind in Organisation if kind is not Organisation.NONE]


@click.group("people", help="Organisations and their first people.")
def people() -> None:
    """The group of commands."""


@people.command("add-organisation", help="Add a firm, law firm, programme office or audit body; prints its id.")
@click.option("--kind", type=click.Choice(KINDS), required=True)
@click.option("--name", required=True)
@click.option("--code", default=None, help="For authorities only.")
def add_organisation(kind: str, name: str, code: str | None) -> None:
    """Make an organisation."""
    made = services.make_organisation(Organisation(kind), name, code=code, firm=kind == Organisation.FIRM)
    click.echo(str(made))


@people.command("add", help="Add somebody to an organisation. Asks for the password; it is not shown.")
@click.option("--organisation", type=click.UUID, required=True, help="The id that add-organisation printed.")
@click.option("--email", required=True)
@click.option("--name", required=True)
@click.option("--role", "roles", multiple=True, required=True, type=click.Choice([role.value for role in Role]))
@click.option("--time-zone", default="UTC", show_default=True)
@click.password_option()
def add(organisation: UUID, email: str, name: str, roles: tuple[str, ...], time_zone: str, password: str) -> None:
    """Make a person."""
    try:
        made = services.make_person(
            organisation,
            email=email,
            name=name,
            roles=roles,
            password=password,
            time_zone=time_zone,
        )
    except BadInput as bad:
        raise click.ClickException(str(bad)) from bad
    click.echo(str(made))
