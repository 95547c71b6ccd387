"""A dry run of routing rules: which authorities past cases would go to, and nothing changes.

Rule: it tells references and authorities and no substance of a case. Each run is on record, because rules written for
the purpose could ask about single cases what their author may not read.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select

from sandbox.adapters.catalogue_files import CATALOGUE, CatalogueError, load_catalogue, read_rule_set
from sandbox.domain import audiences
from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor
from sandbox.domain.errors import BadInput, NotFound
from sandbox.domain.routing import facts_of, fallbacks_of, route, rules_from
from sandbox.extensions import db, setting
from sandbox.models.applications import ApplicationVersion
from sandbox.models.catalogue import Authority, Programme
from sandbox.models.desks import Case, Desk
from sandbox.services.catalogue import plain
from sandbox.services.desks.rerouting import as_classified, reclassified
from sandbox.services.desks.routing import countries, homes
from sandbox.services.engine import Matter, authorise, record
from sandbox.services.unit import use_case

BATCH = 500
MOST_SHOWN = 200  # changed cases that are listed one by one


@dataclass(frozen=True, slots=True)
class Change:
    """A case that would go elsewhere. `nobody`: jurisdictions in which no authority would take it."""

    reference: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    nobody: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DryRun:
    """What the rules would have done. `reached`: authority, cases before, cases after; `changed` counts all changes."""

    programme: str
    version: int
    cases: int
    changed: int
    nobody: int
    reached: tuple[tuple[str, int, int], ...]
    changes: tuple[Change, ...]


def _cases(programme_id: UUID) -> Iterator[tuple[str, tuple[str, ...], dict[str, Any]]]:
    """Reference, authorities with a desk, and what routing reads of every case; the newest first, a batch at a time."""
    rows = db.session.execute(
        select(Case.id, Case.reference, ApplicationVersion.record)
        .join(ApplicationVersion, ApplicationVersion.id == Case.current_version_id)
        .where(Case.programme_id == programme_id)
        .order_by(Case.created_at.desc(), Case.id)
        .execution_options(yield_per=BATCH),
    )
    for batch in rows.partitions(BATCH):
        desks: dict[UUID, list[str]] = {}
        for case_id, code in db.session.execute(
            select(Desk.case_id, Authority.code)
            .join(Authority, Authority.id == Desk.authority_id)
            .where(Desk.case_id.in_([row.id for row in batch]))
            .order_by(Authority.code),
        ):
            desks.setdefault(case_id, []).append(code)
        anew = reclassified(row.id for row in batch)
        for row in batch:
            sections = as_classified(row.record["sections"], anew.get(row.id))
            yield row.reference, tuple(desks.get(row.id, ())), sections


def dry_run(text: str) -> DryRun:
    """Hold all cases of a programme against rules in the form of a routing file (its text); for who runs the portal.

    Raises BadInput with everything that is wrong in the text.
    """
    try:
        catalogue = load_catalogue(CATALOGUE, *(Path(folder) for folder in setting("CATALOGUE")))
        rules = read_rule_set(text, catalogue)
    except CatalogueError as error:
        raise BadInput({"rules": "\n".join(error.problems)}) from error
    programme = db.session.scalar(select(Programme).where(Programme.code == rules.programme))
    if programme is None:
        raise NotFound("There is nothing here.")
    return _held_against(programme, rules.version, plain(rules)["routes"])


@use_case
def try_rules(actor: Actor, text: str) -> DryRun:
    """The same for the programme's administrators, on record. Raises NotAllowed, BadInput."""
    authorise(actor, Action.ROUTING_TRY, Matter(None, ()))
    result = dry_run(text)
    digest = hashlib.sha256(text.encode()).hexdigest()
    detail = {"programme": result.programme, "version": result.version, "sha256": digest, "changed": result.changed}
    record(actor, Action.ROUTING_TRY, Matter(None, (audiences.OFFICE,), detail=detail))
    return result


def _held_against(programme: Programme, version: int, content: list[dict[str, Any]]) -> DryRun:
    rules, places, known = rules_from(content), homes(programme.id), countries()
    fallbacks = fallbacks_of(programme.content)
    cases = changed = nobody = 0
    before_all: Counter[str] = Counter()
    after_all: Counter[str] = Counter()
    changes: list[Change] = []
    for reference, before, sections in _cases(programme.id):
        facts = facts_of(sections, programme.content, known)
        found, left = route(rules, facts, homes=places, fallbacks=fallbacks)
        after = tuple(sorted(found))
        cases += 1
        nobody += bool(left)
        before_all.update(before)
        after_all.update(after)
        if after != before:
            changed += 1
            if len(changes) < MOST_SHOWN:
                changes.append(Change(reference, before, after, tuple(left)))
    reached = tuple((code, before_all[code], after_all[code]) for code in sorted(before_all | after_all))
    return DryRun(programme.code, version, cases, changed, nobody, reached, tuple(changes))


__all__ = ["Change", "DryRun", "dry_run", "try_rules"]
