"""Divergences: found at the opening, settled by the desks, each difference with a disposition."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select

from sandbox.domain import audiences
from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor
from sandbox.domain.conditions import COMPARATORS, WINDOWS
from sandbox.domain.divergences import DISPOSITIONS, FINDINGS, Difference, View, differences, settled, worst
from sandbox.domain.errors import BadInput, NotNow
from sandbox.domain.lifecycles import DIVERGENCE, ENDED_DESK
from sandbox.extensions import db
from sandbox.models.assessments import Disposition, Divergence, Position
from sandbox.models.base import now
from sandbox.models.catalogue import Authority, Programme
from sandbox.models.desks import Case, Desk
from sandbox.services import trail
from sandbox.services.engine import Matter, advance, authorise, record
from sandbox.services.unit import add, get, use_case


def condition_key(condition: Mapping[str, Any]) -> str:
    """What makes conditions of two desks comparable: the metric of a limit, or the kind and title."""
    return condition["metric"] or f"{condition['kind']}:{condition['title'].strip().lower()}"[:80]


def in_words(condition: Mapping[str, Any]) -> str:
    """A condition in one line."""
    if not condition["metric"]:
        return str(condition["text"])
    plain = f"{Decimal(str(condition['threshold'])):,f}"
    plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
    amount = f"{condition['currency'] or ''} {plain}".strip()
    window = WINDOWS.get(condition["window"] or "", "")
    return f"{COMPARATORS[condition['comparator']]} {amount} {window}".strip()


def _criterion_views(positions: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, View]]:
    views: dict[str, dict[str, View]] = {}
    for code, position in positions.items():
        grouped: dict[str, list[Mapping[str, Any]]] = {}
        for finding in position["findings"]:
            grouped.setdefault(finding["joint"], []).append(finding)
        for joint, findings in grouped.items():
            value = worst(finding["value"] for finding in findings)
            text = " ".join(f"{row['title']}: {FINDINGS[row['value']]}. {row['reasons']}" for row in findings)
            views.setdefault(joint, {})[code] = View(code, value, text)
    return views


def _condition_views(positions: Mapping[str, Mapping[str, Any]]) -> tuple[dict[str, dict[str, View]], dict[str, str]]:
    views: dict[str, dict[str, View]] = {}
    titles: dict[str, str] = {}
    for code, position in positions.items():
        for condition in position["conditions"]:
            key = condition_key(condition)
            titles.setdefault(key, condition["title"])
            words = in_words(condition)
            before = views.setdefault(key, {}).get(code)
            views[key][code] = View(code, words if before is None else f"{before.value}; {words}", condition["text"])
    return views, titles


def find(case: Case, deciding: Iterable[str]) -> None:
    """Write down where the opened positions differ, for the deciding desks only."""
    positions = {
        code: filed
        for code, filed in db.session.execute(
            select(Authority.code, Position.record)
            .join(Desk, Desk.id == Position.desk_id)
            .join(Authority, Authority.id == Desk.authority_id)
            .where(Position.case_id == case.id, Position.superseded_at.is_(None)),
        )
        if code in set(deciding)
    }
    programme = get(Programme, case.programme_id)
    joint_titles = {row["code"]: row["title"] for row in programme.content["joint_criteria"]}
    condition_views, condition_titles = _condition_views(positions)
    found = differences("criterion", joint_titles, _criterion_views(positions), positions, absent_counts=False)
    found += differences("condition", condition_titles, condition_views, positions, absent_counts=True)
    for difference in found:
        _write(case, difference, positions)


def _write(case: Case, difference: Difference, parties: Iterable[str]) -> None:
    row = Divergence(
        id=uuid4(),
        case_id=case.id,
        kind=difference.kind,
        key=difference.key,
        title=difference.title,
        views=[{"authority": v.authority, "value": v.value, "text": v.text} for v in difference.views],
    )
    db.session.add(row)
    trail.show_to(row, "divergence", audiences.desks(parties), case_id=case.id)


def _choices(divergence_id: UUID) -> dict[str, tuple[str, str]]:
    """The newest choice of each desk."""
    rows = db.session.execute(
        select(Authority.code, Disposition.choice, Disposition.text)
        .join(Authority, Authority.id == Disposition.authority_id)
        .where(Disposition.divergence_id == divergence_id)
        .order_by(Disposition.chosen_at, Disposition.id),
    )
    return {code: (choice, text) for code, choice, text in rows}


@use_case
def settle(actor: Actor, divergence_id: UUID, *, choice: str, text: str = "") -> bool:
    """Record this desk's disposition. Returns whether the divergence is settled by it.

    Agreeing to differ is each desk's alone; any other disposition needs the same choice and text of every desk.
    """
    divergence = get(Divergence, divergence_id)
    case = get(Case, divergence.case_id, lock=True)
    deciding = db.session.scalars(
        select(Authority.code)
        .join(Desk, Desk.authority_id == Authority.id)
        .where(Desk.case_id == case.id, Desk.part == "decides", Desk.state.not_in(ENDED_DESK)),
    ).all()
    matter = Matter(
        case_id=case.id,
        audience=audiences.desks(deciding),
        authority_id=actor.organisation_id,
        detail={"divergence": divergence.title, "choice": choice, "text": text},
    )
    authorise(actor, Action.DIVERGENCE_SETTLE, matter)
    if actor.code not in deciding:
        raise NotNow("Your authority does not decide in this case.")
    if choice not in DISPOSITIONS:
        raise BadInput({"choice": "Choose a disposition."})
    if choice in {"new_text", "adopt", "agree_to_differ"} and not text.strip():
        raise BadInput({"text": "Write the text or the reason on which this rests."})
    DIVERGENCE.step(Action.DIVERGENCE_SETTLE, divergence.state)
    add(
        Disposition(
            divergence_id=divergence.id,
            authority_id=actor.organisation_id,
            choice=choice,
            text=text,
            chosen_by=actor.person_id,
        ),
    )
    stands = settled(_choices(divergence.id), deciding)
    if stands is None:
        record(actor, Action.DIVERGENCE_SETTLE, matter)
        return False
    advance(DIVERGENCE, divergence, Action.DIVERGENCE_SETTLE, actor, matter)
    divergence.disposition, divergence.settled_at = stands, now()
    return True
