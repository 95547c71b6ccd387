"""A dry run of routing rules: which authorities past cases would go to, and nothing changes.

Rule: who runs the portal reads references; the programme's administrators, who read no case, read numbers by authority
only, rounded down to fives. Rules written for the purpose would otherwise ask about single cases what their author may
not read. Each run of theirs is on record.
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
from sandbox.domain.catalogue import RuleSet
from sandbox.domain.errors import BadInput, NotFound
from sandbox.domain.routing import facts_of, fallbacks_of, route, rules_from
from sandbox.extensions import db, setting
from sandbox.models.applications import ApplicationVersion
from sandbox.models.catalogue import Authority, Programme
from sandbox.models.desks import Case, Desk
from sandbox.services.catalogue import plain
from sandbox.services.desks.rerouting import as_classified, reclassified
from sandbox.services.desks.routing import countries, homes, members
from sandbox.services.engine import Matter, authorise, record
from sandbox.services.unit import reading, use_case

BATCH = 500
MOST_SHOWN = 200  # changed cases that are listed one by one
PROBLEMS_SHOWN = 50
STEP = 5  # numbers for the administrators: four cases or fewer read like none


@dataclass(frozen=True, slots=True)
class Reached:
    """An authority: how many cases it has, and how many would come to it or go from it."""

    code: str
    before: int
    come: int
    go: int

    @property
    def after(self) -> int:
        """How many it would have."""
        return self.before + self.come - self.go


@dataclass(frozen=True, slots=True)
class Change:
    """A case that would go elsewhere. `nobody`: jurisdictions in which no authority would take it."""

    reference: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    nobody: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Totals:
    """What the rules would have done, counted. `reached` names every authority of the programme."""

    programme: str
    version: int
    cases: int
    changed: int
    nobody: int
    reached: tuple[Reached, ...]


@dataclass(frozen=True, slots=True)
class DryRun(Totals):
    """The same with the cases that would go elsewhere, the first of them."""

    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Trial(Totals):
    """The same without any case: every number is rounded down to a multiple of STEP."""

    step: int = STEP


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


def _read(text: str) -> RuleSet:
    """Rules from the text of a routing file; nothing is open meanwhile. Raises BadInput with what is wrong."""
    try:
        catalogue = load_catalogue(CATALOGUE, *(Path(folder) for folder in setting("CATALOGUE")))
        return read_rule_set(text, catalogue)
    except CatalogueError as error:
        raise BadInput({"rules": "\n".join(error.problems[:PROBLEMS_SHOWN])}) from error


@reading
def _run(rules: RuleSet) -> DryRun:
    programme = db.session.scalar(select(Programme).where(Programme.code == rules.programme))
    if programme is None:
        raise NotFound("There is nothing here.")
    return _held_against(programme, rules.version, plain(rules)["routes"])


def dry_run(text: str) -> DryRun:
    """Hold all cases of a programme against rules in the form of a routing file (its text); for who runs the portal.

    Raises BadInput with everything that is wrong in the text.
    """
    return _run(_read(text))


def try_rules(actor: Actor, text: str) -> Trial:
    """What the programme's administrators learn of the same, on record. Raises NotAllowed, BadInput.

    Reading the text and weighing the cases hold no writer up: only the line in the trail is written.
    """
    authorise(actor, Action.ROUTING_TRY, Matter(None, ()))
    result = rounded(dry_run(text))
    _noted(actor, result, hashlib.sha256(text.encode()).hexdigest())
    return result


@use_case
def _noted(actor: Actor, result: Trial, digest: str) -> None:
    authorise(actor, Action.ROUTING_TRY, Matter(None, ()))
    detail = {"programme": result.programme, "version": result.version, "sha256": digest}
    record(actor, Action.ROUTING_TRY, Matter(None, (audiences.OFFICE,), detail=detail))


def _down(count: int) -> int:
    """Rounded down to a step: whoever writes the rules cannot tell one case more from one fewer, or few from none."""
    return count - count % STEP


def rounded(found: DryRun) -> Trial:
    """A dry run without any case, its numbers rounded down."""
    return Trial(
        programme=found.programme,
        version=found.version,
        cases=_down(found.cases),
        changed=_down(found.changed),
        nobody=_down(found.nobody),
        reached=tuple(Reached(one.code, _down(one.before), _down(one.come), _down(one.go)) for one in found.reached),
    )


def _held_against(programme: Programme, version: int, content: list[dict[str, Any]]) -> DryRun:
    rules, places, known = rules_from(content), homes(programme.id), countries()
    fallbacks = fallbacks_of(programme.content)
    cases = changed = nobody = 0
    has: Counter[str] = Counter()
    come: Counter[str] = Counter()
    go: Counter[str] = Counter()
    changes: list[Change] = []
    for reference, before, sections in _cases(programme.id):
        facts = facts_of(sections, programme.content, known)
        found, left = route(rules, facts, homes=places, fallbacks=fallbacks)
        after = tuple(sorted(found))
        cases += 1
        nobody += bool(left)
        has.update(before)
        come.update(set(after) - set(before))
        go.update(set(before) - set(after))
        if after != before:
            changed += 1
            if len(changes) < MOST_SHOWN:
                changes.append(Change(reference, before, after, tuple(left)))
    reached = tuple(Reached(code, has[code], come[code], go[code]) for code in members(programme.id))
    return DryRun(programme.code, version, cases, changed, nobody, reached, tuple(changes))


__all__ = ["STEP", "Change", "DryRun", "Reached", "Trial", "dry_run", "rounded", "try_rules"]
