"""What a document says, as plain data: the record from which an instrument or a joint notice is made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from sandbox.domain.conditions import COMPARATORS, WINDOWS
from sandbox.domain.countries import country_name
from sandbox.domain.divergences import DISPOSITIONS, FINDINGS
from sandbox.domain.documents import printed
from sandbox.domain.entities import LegalEntity, addressee, legal_entities
from sandbox.extensions import db, setting
from sandbox.models.applications import ApplicationVersion
from sandbox.models.assessments import Disposition, Divergence, Position
from sandbox.models.catalogue import Authority, Instrument, Jurisdiction, Programme
from sandbox.models.decisions import Condition, Decision, Edition
from sandbox.models.desks import Case, Desk
from sandbox.models.people import Person
from sandbox.services.unit import get

ACTION_TEXT = {
    "approve": "Approved",
    "approve_with_conditions": "Approved with conditions",
    "refuse": "Refused",
    "defer": "Deferred",
}


def text_of(programme: Programme, code: str) -> str:
    """The body of one of the programme's texts, empty when it has none of that code."""
    return next((row["body"] for row in programme.content["texts"] if row["code"] == code), "")


def reserved_powers(programme: Programme) -> list[str]:
    """The reserved powers that every document prints."""
    return [row["body"] for row in programme.content["texts"] if row["code"].startswith("reserved-")]


def _firm(entity: LegalEntity) -> dict[str, str]:
    """A legal entity as documents print it."""
    return {
        "name": entity.name,
        "lei": entity.lei,
        "company_number": entity.number,
        "country": country_name(entity.country),
        "address": entity.address,
    }


def _product(version: ApplicationVersion, programme: Programme) -> dict[str, Any]:
    product = version.record["sections"]["product"]
    activities = {row["code"]: row for row in programme.content["activities"]}
    classes = {row["code"]: row for row in programme.content["asset_classes"]}
    return {
        "name": product["name"],
        "summary": product["summary"],
        "activities": [
            {"code": activities[code].get("letter") or code, "title": activities[code]["title"]}
            for code in product["activities"]
            if code in activities
        ],
        "assets": [
            {"name": product["name"], "regime": classes[code]["jurisdiction"], "class": classes[code]["title"]}
            for code in product["asset_classes"]
            if code in classes
        ],
        "customers": product["customers"],
    }


def _dossier(version: ApplicationVersion) -> dict[str, Any]:
    return {
        "version": version.number,
        "sha256": version.sha256,
        "submitted_at": version.submitted_at.isoformat(),
        "documents": [printed(row) for row in version.record["documents"]],
        "test_plan_sha256": version.record["test_plan_sha256"],
    }


def authority_part(authority: Authority) -> dict[str, str]:
    """The authority as documents print it."""
    jurisdiction = get(Jurisdiction, authority.jurisdiction)
    return {
        "code": authority.code,
        "name": authority.name,
        "jurisdiction": jurisdiction.code,
        "jurisdiction_name": jurisdiction.name,
        "time_zone": authority.time_zone,
        "appeal": authority.content["appeal"]["text"],
        "contact": authority.content["contact"]["email"],
    }


def conditions_of(decision_id: UUID) -> list[Condition]:
    """The conditions of a decision in order."""
    return list(
        db.session.scalars(select(Condition).where(Condition.decision_id == decision_id).order_by(Condition.ordinal)),
    )


def _condition(row: Condition, owner: str, programme: Programme) -> dict[str, Any]:
    metric = next((one for one in programme.content["metrics"] if one["code"] == row.metric), None)
    money = metric is not None and metric["kind"] == "money"
    return {
        "number": row.number,
        "title": row.title,
        "text": row.text,
        "kind": row.kind,
        "owner": owner,
        "jurisdictions": list(row.jurisdictions),
        "origin": row.origin,
        "legal_basis": row.legal_basis,
        "metric": row.metric,
        "metric_text": metric["title"] if metric else (row.metric or ""),
        "comparator": COMPARATORS.get(row.comparator or ""),
        "threshold": f"{row.threshold:.2f}" if money and row.threshold is not None else _number(row),
        "currency": row.currency,
        "unit": None if money or metric is None else metric["unit"],
        "window": WINDOWS.get(row.window or ""),
        "due_rule": row.due_rule,
        "due_on": None,
        "precedent_to_start": row.precedent_to_start,
    }


def _number(row: Condition) -> str | None:
    return None if row.threshold is None else format(row.threshold.normalize(), "f")


def findings_of(position: Position, programme: Programme) -> list[dict[str, str]]:
    """The findings of a filed position as documents print them."""
    joint = {row["code"]: row["title"] for row in programme.content["joint_criteria"]}
    return [
        {
            "criterion": row["title"],
            "joint_criterion": joint.get(row["joint"], row["joint"]),
            "finding": row["value"],
            "finding_text": FINDINGS[row["value"]],
            "reasons": row["reasons"],
        }
        for row in position.record["findings"]
    ]


def paragraphs(text: str) -> list[str]:
    """A text as its paragraphs."""
    return [part.strip() for part in text.replace("\r\n", "\n").split("\n\n") if part.strip()]


def _day(value: date | None) -> str | None:
    return value.isoformat() if value else None


def signatory_part(authority: Authority, person: Person) -> dict[str, str]:
    """A signatory as documents print them."""
    return {
        "authority": authority.code,
        "authority_name": authority.name,
        "name": person.name,
        "title": person.title or "Decision maker",
    }


def instrument_record(decision: Decision, signatories: Iterable[Person], code: str) -> dict[str, Any]:
    """The record of one authority's instrument. Nothing in it is of another authority."""
    case, desk = get(Case, decision.case_id), get(Desk, decision.desk_id)
    authority, programme = get(Authority, desk.authority_id), get(Programme, case.programme_id)
    version = get(ApplicationVersion, decision.application_version_id)
    position = db.session.scalars(
        select(Position).where(Position.desk_id == desk.id, Position.superseded_at.is_(None))
    ).one()
    instrument = get(Instrument, decision.instrument_id) if decision.instrument_id else None
    if instrument is None or decision.action is None:
        raise ValueError("A decision without action or instrument has no record.")
    return {
        "schema": "instrument/1",
        "number": decision.number,
        "version": 1,
        "case": {"reference": case.reference, "title": case.title},
        "programme": {"name": programme.name},
        "authority": authority_part(authority),
        "instrument": {
            "code": instrument.code,
            "name": instrument.name,
            "legal_basis": instrument.legal_basis,
        },
        "action": decision.action,
        "action_text": ACTION_TEXT[decision.action],
        "effective_on": _day(decision.effective_on),
        "expires_on": _day(decision.expires_on),
        "expires_event": None,
        "firm": _firm(addressee(version.record["sections"], authority.jurisdiction)),
        "product": _product(version, programme),
        "dossier": _dossier(version),
        "findings": findings_of(position, programme),
        "reasons": paragraphs(decision.reasons),
        "conditions": [_condition(row, authority.code, programme) for row in conditions_of(decision.id)],
        "reserved_powers": reserved_powers(programme),
        "information_sharing": text_of(programme, "confidentiality"),
        "signatories": [signatory_part(authority, person) for person in signatories],
        "verification": {"code": code, "url": f"{setting('BASE_URL')}/verify/{code}"},
        "demo": bool(setting("DEMO")),
    }


def divergence_part(case_id: UUID) -> list[dict[str, str]]:
    """The settled divergences as the joint part prints them: the disposition, never a desk's sealed words."""
    found = []
    for row in db.session.scalars(
        select(Divergence).where(Divergence.case_id == case_id).order_by(Divergence.kind, Divergence.title),
    ):
        texts = db.session.scalars(
            select(Disposition.text)
            .where(Disposition.divergence_id == row.id, Disposition.choice == row.disposition)
            .order_by(Disposition.chosen_at),
        ).all()
        agreed = row.disposition in {"new_text", "adopt"}
        found.append(
            {
                "title": row.title,
                "disposition_text": DISPOSITIONS.get(row.disposition or "", "Open"),
                "text": texts[-1] if texts and agreed else "",
            },
        )
    return found


def notice_record(
    case: Case,
    number: int,
    outcome: Mapping[str, str],
    parts: Iterable[Mapping[str, Any]],
    milestones: Iterable[Mapping[str, Any]],
    code: str,
    earlier: Edition | None = None,
) -> dict[str, Any]:
    """The record of the joint notice, from the issued instruments (`parts`: record and sha256 of each).

    `earlier` is the version issued before, which this one replaces.
    """
    programme = get(Programme, case.programme_id)
    version = get(ApplicationVersion, case.current_version_id)
    instruments = [(dict(part["record"]), str(part["sha256"])) for part in parts]
    return {
        "schema": "joint_notice/1",
        "number": f"{case.reference}/J/{number}",
        "version": number,
        "replaces": {"number": earlier.number, "sha256": earlier.sha256} if earlier is not None else None,
        "case": {"reference": case.reference, "title": case.title},
        "programme": {"name": programme.name},
        "firm": _firm(legal_entities(version.record["sections"])[0]),
        "product": _product(version, programme),
        "dossier": _dossier(version),
        "outcome": outcome["code"],
        "outcome_text": outcome["title"],
        "outcome_reason": outcome["reason"],
        "joint_text": paragraphs(text_of(programme, "joint-statement")),
        "summary": [
            {
                "authority": record["authority"]["code"],
                "authority_name": record["authority"]["name"],
                "action_text": record["action_text"],
                "instrument_name": record["instrument"]["name"],
                "legal_basis": record["instrument"]["legal_basis"],
                "effective_on": record["effective_on"],
                "expires_on": record["expires_on"],
                "conditions": len(record["conditions"]),
            }
            for record, _ in instruments
        ],
        "parts": [
            {
                "authority": record["authority"],
                "addressee": record["firm"]["name"],
                "findings": record["findings"],
                "reasons": record["reasons"],
                "conditions": record["conditions"],
                "instrument": {
                    "number": record["number"],
                    "name": record["instrument"]["name"],
                    "sha256": digest,
                },
            }
            for record, digest in instruments
        ],
        "divergences": divergence_part(case.id),
        "milestones": list(milestones),
        "instruments": [
            {"authority": record["authority"]["code"], "number": record["number"], "sha256": digest}
            for record, digest in instruments
        ],
        "reserved_powers": reserved_powers(programme),
        "information_sharing": text_of(programme, "confidentiality"),
        "signatories": [
            {**signatory, "statement": f"for the {signatory['authority']}, as to its own part only"}
            for record, _ in instruments
            for signatory in record["signatories"]
        ],
        "verification": {"code": code, "url": f"{setting('BASE_URL')}/verify/{code}"},
        "demo": bool(setting("DEMO")),
    }
