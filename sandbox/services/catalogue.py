"""Loads reference data from the catalogue's files. Safe to repeat; a changed text is a new version."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select

from sandbox.adapters.catalogue_files import CatalogueError, load_catalogue
from sandbox.domain.actions import Action
from sandbox.domain.actors import SYSTEM, Organisation
from sandbox.domain.canonical import canonical_json
from sandbox.domain.catalogue import (
    AuthorityRecord,
    Catalogue,
    Equivalences,
    ProgrammeRecord,
    QuestionSetRecord,
    RuleSet,
    Standard,
)
from sandbox.extensions import db
from sandbox.models import catalogue as tables
from sandbox.models import people
from sandbox.models.base import now
from sandbox.models.intake import Cohort, CohortPlace
from sandbox.services import requirements, trail
from sandbox.services.unit import add, use_case

SHIPPED = Path(__file__).parent.parent / "catalogue"


def plain(record: Any) -> Any:
    """A catalogue record as plain JSON values."""
    return json.loads(canonical_json(_as_dict(record)))


def _as_dict(value: Any) -> Any:
    if hasattr(value, "__dataclass_fields__"):
        return {name: _as_dict(getattr(value, name)) for name in value.__dataclass_fields__}
    if isinstance(value, tuple | list | frozenset | set):
        return [_as_dict(part) for part in (sorted(value) if isinstance(value, frozenset | set) else value)]
    return value


@use_case
def load(*folders: Path) -> bool:
    """Load the shipped files and those of `folders`; returns True when something changed.

    Raises CatalogueError, which names the file and the key, when the data are wrong; nothing has changed then.
    """
    catalogue = load_catalogue(SHIPPED, *folders)
    digest = hashlib.sha256(canonical_json(_as_dict(catalogue))).hexdigest()
    last = db.session.scalar(
        select(tables.CatalogueLoad.digest).order_by(tables.CatalogueLoad.loaded_at.desc()).limit(1),
    )
    if last == digest:
        return False
    for jurisdiction in catalogue.jurisdictions:
        db.session.merge(tables.Jurisdiction(**plain(jurisdiction)))
    db.session.flush()
    for authority in catalogue.authorities:
        _authority(authority)
    for programme in catalogue.programmes:
        _programme(programme, catalogue)
    for place, standard in enumerate(catalogue.standards):
        _standard(place, standard)
    for place, scheme in enumerate(catalogue.identifiers):
        db.session.merge(tables.IdentifierScheme(**plain(scheme), position=place))
    for equivalences in catalogue.equivalences:
        _equivalences(equivalences)
    db.session.add(tables.CatalogueLoad(digest=digest))
    trail.record(
        trail.PROGRAMME,
        Action.CATALOGUE_LOAD,
        SYSTEM,
        ("office",),
        detail={"digest": digest, "programmes": [row.code for row in catalogue.programmes]},
    )
    return True


def _authority(record: AuthorityRecord) -> None:
    organisation = db.session.scalar(select(people.Organisation).where(people.Organisation.code == record.code))
    if organisation is None:
        organisation = add(
            people.Organisation(kind=Organisation.AUTHORITY.value, name=record.name, code=record.code),
        )
    organisation.name = record.name
    db.session.merge(
        tables.Authority(
            id=organisation.id,
            code=record.code,
            name=record.name,
            jurisdiction=record.jurisdiction,
            calendar=record.calendar,
            time_zone=record.time_zone,
            signatories_required=record.signatories_required,
            may_refuse_to_review=record.may_refuse_to_review,
            quality_review=record.quality_review,
            charges_fees=bool(record.fees),
            content=plain(record),
        ),
    )
    db.session.flush()
    for instrument in record.instruments:
        row = _known(tables.Instrument, organisation.id, instrument.code)
        row.name, row.legal_basis, row.content = instrument.name, instrument.legal_basis, plain(instrument)
    for clock in record.clocks:
        rule = _known(tables.ClockRule, organisation.id, clock.code)
        rule.kind, rule.content = clock.kind.value, plain(clock)
    _criteria(organisation.id, record)
    requirements.keep_requirements(organisation.id, plain(record)["requirements"])


def _known(model: Any, authority_id: UUID, code: str) -> Any:
    row = db.session.scalar(select(model).where(model.authority_id == authority_id, model.code == code))
    if row is None:
        row = model(authority_id=authority_id, code=code)
        db.session.add(row)
    return row


def _criteria(authority_id: UUID, record: AuthorityRecord) -> None:
    model = tables.Criterion
    current = {
        row.code: row
        for row in db.session.scalars(select(model).where(model.authority_id == authority_id, model.current.is_(True)))
    }
    for place, criterion in enumerate(record.criteria):
        content = plain(criterion)
        before = current.pop(criterion.code, None)
        if before is not None and before.content == content:
            before.position = place
            continue
        number = db.session.scalar(
            select(func.coalesce(func.max(model.number), 0)).where(
                model.authority_id == authority_id,
                model.code == criterion.code,
            ),
        )
        if before is not None:
            before.current = False
        db.session.add(
            model(
                authority_id=authority_id,
                code=criterion.code,
                number=(number or 0) + 1,
                position=place,
                title=criterion.title,
                question=criterion.question,
                joint=criterion.joint,
                content=content,
            ),
        )
    for gone in current.values():
        gone.current = False
    db.session.flush()


def _programme(record: ProgrammeRecord, catalogue: Catalogue) -> None:
    row = db.session.scalar(select(tables.Programme).where(tables.Programme.code == record.code))
    if row is None:
        row = tables.Programme(code=record.code)
        db.session.add(row)
    row.name, row.reference_prefix, row.allows_fewer = record.name, record.reference_prefix, record.allows_fewer
    row.joint_meeting, row.vote = record.joint_meeting, record.vote.value
    places = [catalogue.jurisdiction(code) for code in record.jurisdictions]
    named = [{"code": one.code, "name": one.name, "currency": one.currency} for one in places]
    row.content = {**plain(record), "places": named}  # so that pages need not look them up
    db.session.flush()
    ids = _authority_ids(part.code for part in record.authorities)
    db.session.execute(delete(tables.ProgrammeAuthority).where(tables.ProgrammeAuthority.programme_id == row.id))
    for place, part in enumerate(record.authorities):
        db.session.add(
            tables.ProgrammeAuthority(
                programme_id=row.id,
                authority_id=ids[part.code],
                required=part.required,
                part=part.part.value,
                position=place,
            ),
        )
    _windows(row.id, record)
    for rules in catalogue.rule_sets(record.code):
        _rule_set(row.id, rules)
    for questions in catalogue.question_sets(record.code):
        _question_set(row.id, questions)


def _windows(programme_id: UUID, record: ProgrammeRecord) -> None:
    """The windows as the files say; cases keep their places. One that cases applied to is never taken away."""
    known = {row.code: row for row in db.session.scalars(select(Cohort).where(Cohort.programme_id == programme_id))}
    for window in record.windows:
        row = known.pop(window.code, None) or Cohort(programme_id=programme_id, code=window.code)
        row.title, row.places = window.title, window.places
        row.opens_at = datetime.fromisoformat(window.opens_at)
        row.closes_at = datetime.fromisoformat(window.closes_at)
        db.session.add(row)
    for row in known.values():
        if db.session.scalar(select(CohortPlace.id).where(CohortPlace.cohort_id == row.id).limit(1)) is not None:
            text = f"programmes: {record.code}: windows: cases applied to {row.code!r}, so it cannot be taken away"
            raise CatalogueError([text])
        db.session.delete(row)
    db.session.flush()


def _rule_set(programme_id: UUID, record: RuleSet) -> None:
    """Keep a version of the routing rules. Cases were routed by it, so the same version never says something else."""
    content = plain(record)["routes"]
    known = db.session.scalar(
        select(tables.RuleSet).where(
            tables.RuleSet.programme_id == programme_id, tables.RuleSet.version == record.version
        ),
    )
    if known is None:
        db.session.add(
            tables.RuleSet(
                programme_id=programme_id, version=record.version, valid_from=record.valid_from, content=content
            ),
        )
    elif known.content != content or known.valid_from != record.valid_from:
        text = f"routing: {record.code}: the rules have changed since they were loaded; give them the next version"
        raise CatalogueError([text])


def _question_set(programme_id: UUID, record: QuestionSetRecord) -> None:
    """Keep a version of the questions. Applications rest on it, so the same version never says something else."""
    content = plain(record)
    model = tables.QuestionSet
    known = db.session.scalar(
        select(model).where(model.programme_id == programme_id, model.version == record.version),
    )
    if known is None:
        known = model(programme_id=programme_id, version=record.version, content={})
        db.session.add(known)
    if known.content == {}:  # new, or its row was made by the migration
        known.content, known.valid_from, known.loaded_at = content, record.valid_from, now()
    elif known.content != content:
        text = (
            f"questions: {record.code}: the questions have changed since they were loaded; give them the next version"
        )
        raise CatalogueError([text])


def _standard(place: int, record: Standard) -> None:
    db.session.merge(
        tables.Standard(
            code=f"{record.framework} {record.number}",
            framework=record.framework,
            number=record.number,
            title=record.short_title,
            status=record.status,
            position=place,
        ),
    )


def _equivalences(record: Equivalences) -> None:
    """Rows of the files take the place of those loaded before; filed positions keep what they rested on."""
    ids, model = _authority_ids((record.authority, record.to)), tables.Equivalence
    one, other = ids[record.authority], ids[record.to]
    db.session.execute(delete(model).where(model.from_authority_id == one, model.to_authority_id == other))
    for row in record.rows:
        db.session.add(
            model(
                from_authority_id=one,
                from_criterion=row.criterion,
                to_authority_id=other,
                to_criterion=row.other,
                relation=row.relation.value,
                valid_from=row.valid_from,
                valid_until=row.valid_until,
                reason=row.reason,
                source=row.source,
                sure=row.sure.value,
            ),
        )
    requirements.keep_equivalences(record, ids)


def _authority_ids(codes: Iterable[str]) -> dict[str, UUID]:
    rows = db.session.execute(
        select(tables.Authority.code, tables.Authority.id).where(tables.Authority.code.in_(set(codes))),
    )
    return {code: key for code, key in rows}


__all__ = ["SHIPPED", "load", "plain"]
