"""Divergences: found when positions open, planned, discussed and settled by the desks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select, update

from sandbox.domain import audiences
from sandbox.domain.actions import Action
from sandbox.domain.actors import SYSTEM, Actor
from sandbox.domain.conditions import in_words, key_of_condition, limit_of
from sandbox.domain.divergences import DISPOSITIONS, FINDINGS, Difference, View, differences, settled, widens, worst
from sandbox.domain.errors import BadInput
from sandbox.domain.lifecycles import DIVERGENCE
from sandbox.domain.reliance import resolved
from sandbox.extensions import db
from sandbox.models.assessments import Disposition, Divergence, JointPost
from sandbox.models.base import now
from sandbox.models.catalogue import Authority, Programme
from sandbox.models.desks import Case
from sandbox.services import search, trail
from sandbox.services.engine import Matter, advance
from sandbox.services.joint import Joint, enter, of_the_desks
from sandbox.services.unit import add, expect, get, use_case

FOUND_AS = {"divergence": "divergence", "meeting": "joint_meeting"}  # subjects of posts, as search knows them
Records = Mapping[str, Mapping[str, Any]]  # authority → the record of its position

# --- what the desks hold ---------------------------------------------------------------------------------------------


def criterion_views(positions: Records) -> dict[str, dict[str, View]]:
    """Joint criterion → authority → its most severe finding there, with the reasons of all."""
    views: dict[str, dict[str, View]] = {}
    for code, position in resolved(positions).items():
        grouped: dict[str, list[Mapping[str, Any]]] = {}
        for finding in position["findings"]:
            grouped.setdefault(finding["joint"], []).append(finding)
        for joint, findings in grouped.items():
            value = worst(finding["value"] for finding in findings)
            text = " ".join(f"{row['title']}: {FINDINGS[row['value']]}. {row['reasons']}" for row in findings)
            views.setdefault(joint, {})[code] = View(code, value, text)
    return views


def condition_views(positions: Records) -> tuple[dict[str, dict[str, View]], dict[str, str]]:
    """Metric or title → authority → the conditions it proposes there; and the titles of the rows."""
    views: dict[str, dict[str, View]] = {}
    titles: dict[str, str] = {}
    for code, position in positions.items():
        grouped: dict[str, list[Mapping[str, Any]]] = {}
        for condition in position["conditions"]:
            grouped.setdefault(key_of_condition(condition), []).append(condition)
            titles.setdefault(key_of_condition(condition), condition["title"])
        for key, rows in grouped.items():
            views.setdefault(key, {})[code] = View(
                code,
                "; ".join(in_words(row) for row in rows),
                " ".join(row["text"] for row in rows),
                " ".join(row["text"] for row in rows if row["metric"]),
                tuple(limit for row in rows if (limit := limit_of(row)) is not None),
            )
    return views, titles


def _found(case: Case, positions: Records) -> list[Difference]:
    programme = get(Programme, case.programme_id)
    joint_titles = {row["code"]: row["title"] for row in programme.content["joint_criteria"]}
    by_condition, condition_titles = condition_views(positions)
    found = differences("criterion", joint_titles, criterion_views(positions), positions, absent_counts=False)
    return found + differences("condition", condition_titles, by_condition, positions, absent_counts=True)


# --- finding ---------------------------------------------------------------------------------------------------------


def find(case: Case, positions: Records, joined: Iterable[str]) -> bool:
    """Write down where the opened positions differ, for the desks they belong to; returns whether a row opened.

    Safe to repeat. `joined` are the desks whose positions have opened just now: a settled row to which they bring a
    view that nobody had opens again, and what stood before is kept as superseded. All other dispositions stay.
    """
    parties, opened = audiences.desks(positions), False
    new = frozenset(joined)
    older = positions.keys() - new
    rows = db.session.scalars(select(Divergence).where(Divergence.case_id == case.id)) if older else ()
    known = {(row.kind, row.key): row for row in rows}
    for difference in _found(case, positions):
        row = known.get((difference.kind, difference.key))
        if row is None:
            _write(case, difference, parties)
            opened = True
            continue
        before = [view_of(view) for view in row.views]
        row.views = [stored(view) for view in difference.views]
        wider = widens(before, difference.views, older, new, absent_counts=difference.kind == "condition")
        if row.state == "settled" and wider:
            _reopen(case, row, parties)
            opened = True
    return opened


def stored(view: View) -> dict[str, Any]:
    """A view as the row keeps it; `view_of` reads it."""
    limits = [
        {
            "metric": one.metric,
            "comparator": one.comparator,
            "threshold": f"{one.threshold:f}",
            "window": one.window,
            "currency": one.currency,
            "jurisdictions": sorted(one.jurisdictions),
        }
        for one in view.limits
    ]
    said = {"authority": view.authority, "value": view.value, "text": view.text, "wording": view.wording}
    return {**said, "limits": limits}


def view_of(kept: Mapping[str, Any]) -> View:
    """The view that a row keeps."""
    limits = tuple(limit for one in kept["limits"] if (limit := limit_of(one)) is not None)
    return View(kept["authority"], kept["value"], kept["text"], kept["wording"], limits)


def _write(case: Case, difference: Difference, parties: Iterable[str]) -> None:
    row = Divergence(
        id=uuid4(),
        case_id=case.id,
        kind=difference.kind,
        key=difference.key,
        title=difference.title,
        views=[stored(view) for view in difference.views],
    )
    db.session.add(row)
    trail.show_to(row, "divergence", parties, case_id=case.id)


def _reopen(case: Case, row: Divergence, parties: Iterable[str]) -> None:
    detail = {"divergence": row.title, "superseded": row.disposition}
    advance(DIVERGENCE, row, Action.DIVERGENCE_REOPEN, SYSTEM, Matter(case.id, parties, detail=detail))
    row.disposition = row.settled_at = None
    db.session.execute(
        update(Disposition)
        .where(Disposition.divergence_id == row.id, Disposition.superseded_at.is_(None))
        .values(superseded_at=now()),
    )


# --- settling --------------------------------------------------------------------------------------------------------


def _choices(divergence_id: UUID) -> dict[str, tuple[str, str]]:
    """The newest choice of each desk that counts."""
    rows = db.session.execute(
        select(Authority.code, Disposition.choice, Disposition.text)
        .join(Authority, Authority.id == Disposition.authority_id)
        .where(Disposition.divergence_id == divergence_id, Disposition.superseded_at.is_(None))
        .order_by(Disposition.chosen_at, Disposition.id),
    )
    return {code: (choice, text) for code, choice, text in rows}


def _entered(actor: Actor, action: Action, divergence_id: UUID) -> tuple[Divergence, Joint]:
    """The row, its case locked. Raises NotFound to whom the board does not exist."""
    divergence = get(Divergence, divergence_id)
    joint = enter(actor, action, divergence.case_id)
    db.session.refresh(divergence)
    return divergence, joint


@use_case
def settle(actor: Actor, divergence_id: UUID, *, choice: str, text: str = "") -> bool:
    """Record this desk's disposition. Returns whether the divergence is settled by it.

    Agreeing to differ is each desk's alone; any other disposition needs the same choice and text of every desk.
    """
    divergence, joint = _entered(actor, Action.DIVERGENCE_SETTLE, divergence_id)
    if choice not in DISPOSITIONS:
        raise BadInput({"choice": "Choose a disposition."})
    if choice in {"new_text", "adopt", "agree_to_differ"} and not text.strip():
        raise BadInput({"text": "Write the text or the reason on which this rests."})
    if choice == "adopt" and text not in joint.desks:
        raise BadInput({"adopt": "Choose one of the deciding authorities."})
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
    detail = {"divergence": divergence.title, "choice": choice, "text": text}
    stands = settled(_choices(divergence.id), joint.desks)
    if stands is None:
        joint.record(actor, Action.DIVERGENCE_SETTLE, detail=detail)
        return False
    advance(DIVERGENCE, divergence, Action.DIVERGENCE_SETTLE, actor, joint.about(detail=detail))
    divergence.disposition, divergence.settled_at = stands, now()
    return True


@use_case
def plan(
    actor: Actor, divergence_id: UUID, *, owner_id: UUID | None, due_on: date | None, version: int | None = None
) -> None:
    """Say who of the deciding desks takes a divergence forward, and by when. Either may be left open.

    Raises BadInput for somebody who may not settle divergences of this case, Conflict when another was faster.
    """
    divergence, joint = _entered(actor, Action.DIVERGENCE_PLAN, divergence_id)
    expect(divergence, version, current={"owner_id": divergence.owner_id, "due_on": divergence.due_on})
    owner = None if owner_id is None else of_the_desks(joint, owner_id, Action.DIVERGENCE_SETTLE)
    if owner_id is not None and owner is None:
        raise BadInput({"owner": "Choose a coordinator or case officer of a deciding desk."})
    divergence.owner_id, divergence.due_on = owner_id, due_on
    detail = {
        "divergence": divergence.title,
        "owner": owner.name if owner else None,
        "due_on": due_on.isoformat() if due_on else None,
    }
    joint.record(actor, Action.DIVERGENCE_PLAN, detail=detail)


@use_case
def discuss(actor: Actor, divergence_id: UUID, *, text: str) -> UUID:
    """Write to the other deciding desks about a divergence. A post stays as it was written. Returns its id."""
    divergence, joint = _entered(actor, Action.DIVERGENCE_DISCUSS, divergence_id)
    return post(actor, joint, Action.DIVERGENCE_DISCUSS, ("divergence", divergence.id, divergence.title), text)


def post(actor: Actor, joint: Joint, action: Action, subject: tuple[str, UUID, str], text: str) -> UUID:
    """Add a post on a subject (kind, id, title) that its author has entered. Raises BadInput for no text."""
    if not text.strip():
        raise BadInput({"text": "Write something."})
    kind, subject_id, title = subject
    row = add(
        JointPost(
            case_id=joint.case.id,
            subject_kind=kind,
            subject_id=subject_id,
            authority_id=actor.organisation_id,
            author_id=actor.person_id,
            text=text,
        ),
    )
    joint.show(row, "joint_post")
    search.index(FOUND_AS[kind], subject_id, joint.case.id, search.discussed(title, subject_id))
    joint.record(actor, action, detail={kind: title, "post": str(row.id)}, froze=(row,))
    return row.id


__all__ = ["condition_views", "criterion_views", "discuss", "find", "plan", "post", "settle", "stored", "view_of"]
