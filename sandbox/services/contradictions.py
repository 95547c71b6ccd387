"""Conditions that cannot both be met: found or marked, and resolved by a note that every deciding desk signs.

Rule: they hold up the joint notice and the joint position, never an instrument.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor
from sandbox.domain.contradictions import Pair, Side, contradictions, sides, title_of
from sandbox.domain.errors import BadInput, Conflict, NotNow
from sandbox.domain.lifecycles import CONTRADICTION
from sandbox.domain.needs import Reasoned, Signing
from sandbox.extensions import db
from sandbox.models.assessments import Contradiction, Position, ResolutionNote, ResolutionSignature
from sandbox.models.base import now
from sandbox.models.catalogue import Authority
from sandbox.models.desks import Case, Desk
from sandbox.services.divergences import Records
from sandbox.services.engine import advance, tell
from sandbox.services.joint import Joint, enter
from sandbox.services.trail import show_to
from sandbox.services.unit import add, get, use_case

DETECTED = "The two limits exclude each other: no value keeps both."


def _row(case_id: UUID, pair: Pair, origin: str, reason: str, marked_by: UUID | None = None) -> Contradiction:
    stored = [
        {"authority": side.authority, "place": side.place, "title": side.title, "words": side.words, "text": side.text}
        for side in pair.sides
    ]
    return Contradiction(case_id=case_id, key=pair.key, sides=stored, origin=origin, reason=reason, marked_by=marked_by)


def title(row: Contradiction) -> str:
    """Both conditions with their desks."""
    return title_of(Side(**side) for side in row.sides)


def find(case: Case, positions: Records, parties: Iterable[str]) -> bool:
    """Write down which limits of the opened positions exclude each other. Returns whether there is a new pair."""
    pairs = contradictions({code: record["conditions"] for code, record in positions.items()})
    if not pairs:
        return False
    known = set(db.session.scalars(select(Contradiction.key).where(Contradiction.case_id == case.id)))
    new = [pair for pair in pairs if pair.key not in known]
    for pair in new:
        show_to(add(_row(case.id, pair, "detected", DETECTED)), "contradiction", parties, case_id=case.id)
    return bool(new)


def open_titles(case_id: UUID) -> tuple[str, ...]:
    """The contradictions of a case that no signed note resolves."""
    rows = db.session.scalars(
        select(Contradiction)
        .where(Contradiction.case_id == case_id, Contradiction.state == "open")
        .order_by(Contradiction.key),
    )
    return tuple(title(row) for row in rows)


def _conditions(joint: Joint) -> dict[str, Side]:
    """The conditions of the opened positions, by their name within the case."""
    rows = db.session.execute(
        select(Authority.code, Position.record)
        .join(Desk, Desk.id == Position.desk_id)
        .join(Authority, Authority.id == Desk.authority_id)
        .where(Position.case_id == joint.case.id, Position.superseded_at.is_(None), Authority.code.in_(joint.desks)),
    )
    return {side.name: side for code, record in rows for side in sides(code, record["conditions"])}


@use_case
def mark(actor: Actor, case_id: UUID, *, one: str, other: str, reason: str) -> UUID:
    """Mark two proposed conditions of different desks (named as `FCA-2`) as contradictory. Returns its id.

    Raises BadInput for conditions that are not there, of one desk, marked already, or without a reason.
    """
    joint = enter(actor, Action.CONTRADICTION_MARK, case_id)
    known = _conditions(joint)
    problems = {name: "Choose a condition." for name, value in (("one", one), ("other", other)) if value not in known}
    if not reason.strip():
        problems["reason"] = "Say why the two cannot both be met."
    if problems:
        raise BadInput(problems)
    pair = Pair(known[one], known[other])
    if pair.one.authority == pair.other.authority:
        raise BadInput({"other": "Choose conditions of two different authorities."})
    if db.session.scalar(
        select(Contradiction.id).where(Contradiction.case_id == case_id, Contradiction.key == pair.key)
    ):
        raise BadInput({"other": "These two conditions are marked already."})
    row = add(_row(case_id, pair, "marked", reason, actor.person_id))
    joint.show(row, "contradiction")
    joint.record(actor, Action.CONTRADICTION_MARK, detail={"name": pair.title})
    tell(actor, Action.CONTRADICTION_MARK, joint.matter, ("opened",))
    return row.id


def _entered(actor: Actor, action: Action, contradiction_id: UUID) -> tuple[Contradiction, Joint]:
    row = get(Contradiction, contradiction_id)
    joint = enter(actor, action, row.case_id)
    db.session.refresh(row)
    return row, joint


def standing_note(contradiction_id: UUID) -> ResolutionNote | None:
    """The note that counts, if one is written."""
    return db.session.scalar(
        select(ResolutionNote).where(
            ResolutionNote.contradiction_id == contradiction_id, ResolutionNote.superseded_at.is_(None)
        ),
    )


@use_case
def write(actor: Actor, contradiction_id: UUID, *, text: str, seen: int) -> UUID:
    """Write the note that resolves a contradiction; a change of text is the next note. Returns its id.

    Signatures under the note before are void, and kept. `seen` is the number of the note on which this rests (0: there
    was none). Raises Conflict when somebody wrote another meanwhile.
    """
    row, joint = _entered(actor, Action.CONTRADICTION_WRITE, contradiction_id)
    before = standing_note(row.id)
    if (before.number if before else 0) != seen:
        raise Conflict(current={"text": before.text if before else ""})
    if before is not None and before.text == text:
        raise BadInput({"text": "This is the text as it stands. Change it, or sign it."})
    newest = select(func.max(ResolutionNote.number)).where(ResolutionNote.contradiction_id == row.id)
    number = (db.session.scalar(newest) or 0) + 1
    needs = Reasoned(text)
    CONTRADICTION.step(Action.CONTRADICTION_WRITE, row.state, needs)
    if before is not None:
        before.superseded_at = now()
    note = add(
        ResolutionNote(
            contradiction_id=row.id,
            number=number,
            text=text,
            sha256=hashlib.sha256(text.encode()).hexdigest(),
            authority_id=actor.organisation_id,
            written_by=actor.person_id,
        ),
    )
    detail = {"name": title(row), "number": number, "sha256": note.sha256}
    matter = joint.about(needs=needs, detail=detail, froze=(note,))
    advance(CONTRADICTION, row, Action.CONTRADICTION_WRITE, actor, matter)
    row.resolved_at = None
    return note.id


@use_case
def sign(actor: Actor, note_id: UUID, *, shown: str) -> bool:
    """Sign a resolution note for one's desk, on the hash that was shown. Returns whether it resolves the contradiction.

    Raises NotNow for a note that has been replaced or that this desk has signed, Conflict for another hash.
    """
    note = get(ResolutionNote, note_id)
    row, joint = _entered(actor, Action.CONTRADICTION_SIGN, note.contradiction_id)
    db.session.refresh(note)
    if note.superseded_at is not None:
        raise NotNow("The text has changed. Read it again before you sign.")
    if shown != note.sha256:
        raise Conflict("This is not the text that was shown. Read it again before you sign.")
    signed = set(_signed(note))
    if actor.code in signed:
        raise NotNow("Your authority has signed this note.")
    signature = add(
        ResolutionSignature(
            note_id=note.id, authority_id=actor.organisation_id, signed_by=actor.person_id, sha256=note.sha256
        ),
    )
    waiting = tuple(code for code in joint.desks if code not in signed | {actor.code})
    about: dict[str, Any] = {"detail": {"name": title(row), "sha256": note.sha256}, "froze": (signature,)}
    if waiting:
        joint.record(actor, Action.CONTRADICTION_SIGN, **about)
        return False
    needs = Signing(made=len(joint.desks), expected=len(joint.desks), waiting_for=waiting)
    advance(CONTRADICTION, row, Action.CONTRADICTION_SIGN, actor, joint.about(needs=needs, **about))
    row.resolved_at = now()
    return True


def _signed(note: ResolutionNote) -> list[str]:
    return list(
        db.session.scalars(
            select(Authority.code)
            .join(ResolutionSignature, ResolutionSignature.authority_id == Authority.id)
            .where(ResolutionSignature.note_id == note.id),
        ),
    )


__all__ = ["find", "mark", "open_titles", "sign", "standing_note", "title", "write"]
