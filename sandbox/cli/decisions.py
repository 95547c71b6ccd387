"""`flask decisions …`: verify a file, list and export what was issued, make the demonstration keys.

Rule: `verify` exits 0 only for a file on which no rule is broken, otherwise 1 and names the first thing that is wrong.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from sqlalchemy.exc import SQLAlchemyError

from sandbox.adapters import verifying
from sandbox.adapters.blobs import BlobMissing, store_at
from sandbox.extensions import db, setting
from sandbox.queries.decisions import register, verification
from sandbox.services.decisions import editions
from sandbox.services.trail import sha256

decisions = click.Group("decisions", help="Issued documents: verify, list, export; keys of the demonstration.")


@decisions.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def verify(file: Path) -> None:
    """Say whether FILE is an issued document. Without a database the file is judged by itself and the certificates."""
    if file.stat().st_size > verifying.BYTES_MAX:
        raise SystemExit(_refused("The file is larger than any issued document."))
    content = file.read_bytes()
    try:
        answer = verification.by_file(content)
    except SQLAlchemyError:
        db.session.rollback()
        raise SystemExit(_alone(content)) from None
    if answer.paper is None and not verification.known(content):
        raise SystemExit(_alone(content))
    if not answer.ok or answer.paper is None:
        raise SystemExit(_refused(*answer.problems))
    found = answer.paper
    click.echo(f"{found.kind_words} {found.number}: {found.status_words.lower()}")
    _signatures(answer.signatures)


def _refused(*problems: str) -> int:
    """Name the first thing that is wrong, then the others. Gives the exit code."""
    first, *others = problems or ("The file is not the issued document.",)
    click.echo(f"Not the issued document: {first}", err=True)
    for problem in others:
        click.echo(f"  {problem}", err=True)
    return 1


def _alone(content: bytes) -> int:
    """Rules 2 to 7 for a file of which no record is at hand: its own record, the trusted roots, the certificates."""
    record = verifying.read_record(content)
    answer = _without_record(content, record)
    if not answer.ok:
        return _refused(*answer.problems)
    number = (record or {}).get("number", "A document without number")
    click.echo(f"{number}: the signatures hold. Without the portal’s record the time is not proven.")
    _signatures(answer.signatures)
    return 0


def _without_record(content: bytes, record: dict[str, Any] | None) -> verifying.Verification:
    try:
        return verification.without_portal(content, record)
    except SQLAlchemyError:
        db.session.rollback()
        roots = verification.roots()
        return verifying.verify(content, expected=None, roots=roots, issued_at=None, stored_sha256=None)


def _signatures(found: tuple[verifying.SignatureReport, ...]) -> None:
    for one in found:
        when = one.signed_at.isoformat(timespec="seconds") if one.signed_at else "no time"
        click.echo(f"{one.field}: {one.name} for {one.authority}, {when} (claimed)")


@decisions.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON list instead of lines.")
def list_(as_json: bool) -> None:
    """List every issued joint notice and every instrument that stands alone."""
    rows = register.issued()
    if not as_json:
        for row in rows:
            click.echo(f"{row.case}  {row.number}  {row.status}  {row.code}  {', '.join(e.name for e in row.editions)}")
        return
    listed = [
        {
            "case": row.case,
            "number": row.number,
            "status": row.status,
            "verification_code": row.code,
            "editions": [asdict(edition) for edition in row.editions],
        }
        for row in rows
    ]
    click.echo(json.dumps(listed, indent=2, ensure_ascii=False))


@decisions.command()
@click.argument("case")
@click.option("--edition", required=True, metavar="NAME", help="The name that `flask decisions list` shows.")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="Where to write the PDF.")
def export(case: str, edition: str, out: Path) -> None:
    """Write the issued bytes of a document of CASE (its reference)."""
    found = register.find(case, edition)
    if found is None:
        raise click.ClickException(f"{case} has no issued document “{edition}”.")
    try:
        content = store_at(setting("BLOBS")).get(found.sha256)
    except BlobMissing as missing:
        raise click.ClickException("The stored file is missing.") from missing
    if sha256(content) != found.sha256:
        raise click.ClickException("The stored file is damaged; it is not exported.")
    out.write_bytes(content)
    click.echo(f"{found.name}: {len(content)} bytes, SHA-256 {found.sha256}")


@decisions.command()
def keys() -> None:
    """Make the demonstration keys that are missing (only with DEMO), then register the certificates."""
    if setting("DEMO"):
        editions.make_demo_keys()
        click.echo("The keys of the demonstration are there and registered.")
        return
    count = editions.register_certificates()
    click.echo(f"{count} certificates registered from {setting('KEYS')}.")
