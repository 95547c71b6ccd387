"""The firm's consents to sharing: what stands, giving one, and withdrawing one for the future."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select

from sandbox.domain import audiences
from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor
from sandbox.domain.consents import CATEGORIES, Said, stands
from sandbox.domain.errors import BadInput, NotFound, NotNow
from sandbox.domain.sections import agreed_to_sharing
from sandbox.extensions import db
from sandbox.models.base import now
from sandbox.models.catalogue import Authority, Programme
from sandbox.models.desks import Case, Desk, SharingConsent
from sandbox.services.desks.cases import codes, current_version, refuse_if_withdrawn
from sandbox.services.engine import Matter, act
from sandbox.services.unit import get, use_case

TEXT = "consent-sharing"  # of the programme's texts


def text_of(programme_id: UUID) -> dict[str, Any]:
    """The programme's text of the consent, as it reads now. Raises NotFound for a programme without one."""
    texts = get(Programme, programme_id).content.get("texts") or ()
    found = next((dict(one) for one in texts if one["code"] == TEXT), None)
    if found is None:
        raise NotFound("This programme has no text of a consent.")
    return found


def said(case_id: UUID) -> list[Said]:
    """Everything that the firm said of sharing in a case, in the order of time."""
    rows = db.session.execute(
        select(Authority.code, SharingConsent.category, SharingConsent.given)
        .join(Authority, Authority.id == SharingConsent.authority_id)
        .where(SharingConsent.case_id == case_id)
        .order_by(SharingConsent.said_at, SharingConsent.id)
    )
    return [Said(*row) for row in rows]


def agrees(case: Case, code: str, category: str) -> bool:
    """Does the firm agree now that the authority of this code shares the category?"""
    declared = agreed_to_sharing(current_version(case).record)
    return stands(said(case.id), declared=declared, authority=code, category=category)


def last(case: Case, authority_id: UUID, category: str) -> SharingConsent | None:
    """What the firm said last of a category for an authority; None: only its application speaks."""
    return db.session.scalar(
        select(SharingConsent)
        .where(
            SharingConsent.case_id == case.id,
            SharingConsent.authority_id == authority_id,
            SharingConsent.category == category,
        )
        .order_by(SharingConsent.said_at.desc(), SharingConsent.id.desc())
        .limit(1)
    )


def _matter(case_id: UUID, code: str, category: str, reason: str = "") -> tuple[Case, Matter]:
    """The case, locked, and what an act on a consent concerns: the firm and all desks may know of it."""
    case = get(Case, case_id, lock=True)
    known = CATEGORIES.get(category)
    return case, Matter(
        case_id=case.id,
        audience={audiences.FIRM, *audiences.desks(codes(case.id))},
        detail={"authority": code, "category": known.title if known else category, "reason": reason},
        letter={"reference": case.reference},
    )


def _say(actor: Actor, case: Case, code: str, category: str, *, given: bool, reason: str = "") -> None:
    """Write down what the firm says. Raises BadInput, NotNow when it says so already."""
    refuse_if_withdrawn(case)
    authority_id = db.session.execute(
        select(Desk.authority_id)
        .join(Authority, Authority.id == Desk.authority_id)
        .where(Desk.case_id == case.id, Authority.code == code)
    ).scalar_one_or_none()
    if authority_id is None or category not in CATEGORIES:
        raise BadInput({"category": "Choose an authority and what it may share."})
    if agrees(case, code, category) is given:
        raise NotNow(
            "You agree to this already." if given else "You do not agree to this, so there is nothing to withdraw."
        )
    text = text_of(case.programme_id)
    db.session.add(
        SharingConsent(
            case_id=case.id,
            authority_id=authority_id,
            category=category,
            given=given,
            text=f"{text['title']}, version {text['version']}",
            words=text["body"],
            reason=reason.strip(),
            said_by=actor.me,
            said_at=now(),
        )
    )


@use_case
def give(actor: Actor, case_id: UUID, *, authority: str, category: str) -> None:
    """Agree that an authority (its code) shares a category with the other authorities of the case."""
    case, matter = _matter(case_id, authority, category)
    act(actor, Action.CONSENT_GIVE, matter, tells=("firm", "desks"))
    _say(actor, case, authority, category, given=True)


@use_case
def withdraw(actor: Actor, case_id: UUID, *, authority: str, category: str, reason: str = "") -> None:
    """No longer agree. What was shared stays shared; nothing more is shared on consent from now on."""
    case, matter = _matter(case_id, authority, category, reason)
    act(actor, Action.CONSENT_WITHDRAW, matter, tells=("firm", "desks"))
    _say(actor, case, authority, category, given=False, reason=reason)


__all__ = ["agrees", "give", "last", "said", "text_of", "withdraw"]
