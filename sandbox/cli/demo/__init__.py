"""`flask demo …`: invented firms with cases in every stage, and personas for every role."""

from __future__ import annotations

import json

import click
from flask.cli import AppGroup
from sqlalchemy import func, select

from sandbox.cli.demo import counsel, lists, scenes
from sandbox.cli.demo.emptying import empty
from sandbox.cli.demo.firms import FIRMS
from sandbox.cli.demo.personas import PASSWORD, STAFF_NAMES, STAFF_ROLES, ZONES
from sandbox.cli.demo.story import Cast
from sandbox.domain.actors import Organisation
from sandbox.extensions import db, setting
from sandbox.models import people as tables
from sandbox.models.catalogue import Authority
from sandbox.services import catalogue, organisations
from sandbox.services.decisions import editions

demo = AppGroup("demo", help="Demonstration data: fictional firms and people only.")


def _staff() -> None:
    rows = db.session.execute(select(Authority.id, Authority.code, Authority.jurisdiction)).all()
    for authority_id, code, jurisdiction in rows:
        if code not in STAFF_NAMES:
            continue
        for name, (duty, role, title) in zip(STAFF_NAMES[code], STAFF_ROLES, strict=True):
            organisations.make_person(
                authority_id,
                email=f"{duty}@{code.lower()}.example",
                name=name,
                roles=[role],
                password=PASSWORD,
                title=title,
                time_zone=ZONES.get(jurisdiction, "UTC"),
            )


def _office() -> None:
    office = organisations.make_organisation(Organisation.PROGRAMME_OFFICE, "Joint programme office")
    audit = organisations.make_organisation(Organisation.AUDIT_BODY, "Audit body")
    for organisation_id, email, name, role in (
        (office, "secretariat@office.example", "Wilma Wick", "secretariat"),
        (office, "programme@office.example", "Walter Wold", "programme_administrator"),
        (audit, "auditor@audit.example", "Vera Vale", "auditor"),
    ):
        organisations.make_person(organisation_id, email=email, name=name, roles=[role], password=PASSWORD)


def _firms() -> None:
    for firm in FIRMS:
        firm_id = organisations.make_organisation(Organisation.FIRM, firm.name, firm=True)
        organisations.describe_firm(
            firm_id,
            lei=firm.lei,
            company_number=firm.company_number,
            country=firm.country,
            address=firm.address,
        )
        zone = ZONES["US" if firm.country == "US" else "UK"]
        for email, name, role in firm.people:
            organisations.make_person(firm_id, email=email, name=name, roles=[role], password=PASSWORD, time_zone=zone)


@demo.command("load")
@click.option("--cases", type=int, default=0, help="Further cases by bulk insert, for measuring.")
@click.option("--seed", type=int, default=1, show_default=True, help="Seed of the further cases.")
def load(cases: int, seed: int) -> None:
    """Load the demonstration into an empty database. Repeating it adds nothing to the stories."""
    if not setting("DEMO"):
        raise click.ClickException("Demonstration data need the setting DEMO.")
    catalogue.load()
    if db.session.scalar(select(func.count()).select_from(tables.Person)) == 0:
        for line, step in (("People and firms", _people), ("Signing keys (DEMO)", editions.make_demo_keys)):
            click.echo(f"  {line} …")
            step()
        cast = Cast()
        for firm in FIRMS:
            scene = scenes.SCENES[firm.code]
            click.echo(f"  {firm.name}: {scene.__doc__ or ''}".rstrip())
            scene(cast, firm)
        lists.saved_views(cast)
    else:
        click.echo("  The demonstration is loaded already.")
    if cases:
        from sandbox.cli.demo.bulk import load_cases  # noqa: PLC0415 - heavy, and only for measuring

        load_cases(cases, seed, click.echo)


def _people() -> None:
    _staff()
    _office()
    _firms()
    counsel.load()


@demo.command("accounts")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def accounts(as_json: bool) -> None:
    """Show the accounts: email, password, name, role, organisation."""
    rows = db.session.execute(
        select(tables.Person.email, tables.Person.name, tables.PersonRole.role, tables.Organisation.name)
        .join(tables.PersonRole, tables.PersonRole.person_id == tables.Person.id)
        .join(tables.Organisation, tables.Organisation.id == tables.Person.organisation_id)
        .where(tables.Person.email.like("%.example"))
        .order_by(tables.Organisation.kind, tables.Organisation.name, tables.Person.email),
    ).all()
    if as_json:
        click.echo(
            json.dumps(
                [
                    {"email": email, "password": PASSWORD, "name": name, "role": role, "organisation": organisation}
                    for email, name, role, organisation in rows
                ],
                ensure_ascii=False,
                indent=1,
            ),
        )
        return
    click.echo(f"Password of every account: {PASSWORD}")
    for email, name, role, organisation in rows:
        click.echo(f"  {email:34} {role.replace('_', ' '):24} {name}, {organisation}")


@demo.command("reset")
@click.confirmation_option(prompt="This deletes everything in the database. Go on?")
def reset() -> None:
    """Empty the database. The keys and the documents in the store stay."""
    if not setting("DEMO"):
        raise click.ClickException("Only a demonstration can be reset.")
    empty(db.engine)
    click.echo("Everything is deleted. `flask demo load` fills it again.")
