"""Cases and desks: what other subjects ask of them, opting out, closing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import select

from sandbox.domain import audiences
from sandbox.domain.actions import Action
from sandbox.domain.actors import SYSTEM, Actor
from sandbox.domain.errors import NotFound, NotNow
from sandbox.domain.lifecycles import BEFORE_DECISION, DESK, ENDED_DESK
from sandbox.domain.needs import Reasoned
from sandbox.domain.policy import OBSERVES
from sandbox.extensions import db
from sandbox.models.applications import ApplicationVersion
from sandbox.models.catalogue import Authority
from sandbox.models.desks import Case, Desk
from sandbox.services import clocks, openings
from sandbox.services.desks.closing import close_requests
from sandbox.services.engine import Matter, advance, authorise
from sandbox.services.unit import get, use_case


def codes(case_id: UUID) -> list[str]:
    """The codes of the authorities with a desk of their own on the case, sorted; those that only observe have none."""
    return sorted(
        db.session.scalars(
            select(Authority.code)
            .join(Desk, Desk.authority_id == Authority.id)
            .where(Desk.case_id == case_id, Desk.part != OBSERVES),
        ),
    )


def code_of(desk: Desk) -> str:
    """The code of the desk's authority."""
    return get(Authority, desk.authority_id).code


def load(desk_id: UUID) -> tuple[Desk, Case, str]:
    """The desk as it stands once its case is locked, the case and the authority's code. Raises NotFound."""
    of = select(Desk.case_id).where(Desk.id == desk_id).scalar_subquery()
    case = db.session.scalar(
        select(Case).where(Case.id == of).with_for_update().execution_options(populate_existing=True)
    )
    desk = db.session.get(Desk, desk_id, populate_existing=True)  # not before: it may have moved while we waited
    if case is None or desk is None:
        raise NotFound("There is nothing here.")
    return desk, case, code_of(desk)


def matter_of(desk: Desk, case: Case, audience: Iterable[str], **more: Any) -> Matter:
    """What an act of this desk concerns; its letters name the case by reference unless told otherwise."""
    more.setdefault("letter", {"reference": case.reference})
    return Matter(case_id=case.id, audience=audience, authority_id=desk.authority_id, **more)


def current_version(case: Case) -> ApplicationVersion:
    """The last submitted version of the case's application."""
    return get(ApplicationVersion, case.current_version_id)


def refuse_if_withdrawn(case: Case) -> None:
    """Raises NotNow for a withdrawn case."""
    if case.withdrawn_at is not None:
        raise NotNow("The firm withdrew this case.")


@use_case
def opt_out(actor: Actor, desk_id: UUID, *, reason: str) -> None:
    """This authority takes no further part; the others go on."""
    desk, case, _ = load(desk_id)
    advance(
        DESK,
        desk,
        Action.DESK_OPT_OUT,
        actor,
        matter_of(
            desk,
            case,
            {audiences.FIRM, audiences.OFFICE, *audiences.desks(codes(case.id))},
            needs=Reasoned(reason),
            detail={"reason": reason},
        ),
    )
    desk.left_because = reason.strip()
    clocks.stop(desk, "The authority takes no further part.")
    close_requests(desk, "The authority takes no further part.")
    openings.open_if_complete(case)


@use_case
def leave(actor: Actor, case_id: UUID, *, authority: str, reason: str) -> None:
    """The firm withdraws from one authority (its code); the others go on.

    Raises NotNow for the last authority that decides: then the whole application is withdrawn instead.
    """
    case = get(Case, case_id, lock=True)
    desk = db.session.scalar(
        select(Desk)
        .join(Authority, Authority.id == Desk.authority_id)
        .where(Desk.case_id == case_id, Authority.code == authority, Desk.part != OBSERVES)
    )
    authorise(actor, Action.DESK_LEAVE, Matter(case.id, ()))
    if desk is None:
        raise NotFound("There is nothing here.")
    refuse_if_withdrawn(case)
    others = select(Desk.id).where(
        Desk.case_id == case_id, Desk.id != desk.id, Desk.part == "decides", Desk.state.not_in(ENDED_DESK)
    )
    if db.session.scalar(others.limit(1)) is None:
        raise NotNow("No other authority would be left. Withdraw the whole application instead.")
    advance(
        DESK,
        desk,
        Action.DESK_LEAVE,
        actor,
        Matter(
            case_id=case.id,
            audience={audiences.FIRM, audiences.OFFICE, *audiences.desks(codes(case.id))},
            needs=Reasoned(reason),
            detail={"authority": authority, "reason": reason},
            letter={"reference": case.reference, "authority": get(Authority, desk.authority_id).name},
        ),
    )
    desk.left_because = f"The firm withdrew from this authority: {reason.strip()}"
    clocks.stop(desk, "The firm withdrew from this authority.")
    close_requests(desk, "The firm withdrew from this authority.")
    openings.open_if_complete(case)


def close_all(case_id: UUID) -> None:
    """Close the desks of a withdrawn case that have not decided."""
    case = get(Case, case_id)
    for desk in db.session.scalars(select(Desk).where(Desk.case_id == case_id, Desk.state.in_(BEFORE_DECISION))).all():
        advance(DESK, desk, Action.DESK_CLOSE, SYSTEM, matter_of(desk, case, {audiences.desk(code_of(desk))}))
        clocks.stop(desk, "The firm withdrew its application.")
        close_requests(desk, "The firm withdrew its application.")
