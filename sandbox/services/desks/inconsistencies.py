"""Where the firm told two desks different things about the same answer: reported to both, without either's reply.

Rule: only within the firm's consent that the authorities share the application (FSMA 2000 s348(1)); what the firm wrote
to one of them stays with that one. Both learn which answer it is and which authority the other is; they ask or share.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import combinations
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select

from sandbox.domain import audiences
from sandbox.domain.actions import Action
from sandbox.domain.actors import SYSTEM
from sandbox.domain.changes import changed
from sandbox.domain.lifecycles import ENDED_DESK
from sandbox.domain.requests import says_the_same
from sandbox.extensions import db
from sandbox.models.base import now
from sandbox.models.catalogue import Authority
from sandbox.models.desks import Case, Desk, Inconsistency, Request, RequestQuestion, RequestReply
from sandbox.services import trail
from sandbox.services.desks import consents
from sandbox.services.desks.cases import codes
from sandbox.services.engine import Matter, act
from sandbox.services.unit import add, get

REPLIES, DOSSIER = "replies", "dossier"


class _Said(NamedTuple):
    """The last reply of the firm to one desk on one answer."""

    text: str
    new: bool


def _said(case_id: UUID, sent: frozenset[UUID]) -> dict[str, dict[UUID, _Said]]:
    """Answer → desk → what the firm replied last."""
    found: dict[str, dict[UUID, _Said]] = {}
    for row in db.session.execute(
        select(RequestQuestion.id, RequestQuestion.unlocks, RequestReply.text, Request.desk_id)
        .join(Request, Request.id == RequestQuestion.request_id)
        .join(RequestReply, RequestReply.question_id == RequestQuestion.id)
        .join(Desk, Desk.id == Request.desk_id)
        .where(Request.case_id == case_id, RequestReply.sent_at.is_not(None), Desk.state.not_in(sorted(ENDED_DESK)))
        .order_by(RequestReply.sent_at, RequestQuestion.position),
    ):
        for path in row.unlocks:
            found.setdefault(path, {})[row.desk_id] = _Said(row.text, row.id in sent)
    return found


def look(case: Case, sent: Iterable[UUID], before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """Compare what was just sent with what other desks were told before; `before` and `after`: the dossier.

    Two replies on the same answer that say different things, or a reply whose answer has been changed for somebody
    else since, are reported once to both desks; what agrees again is ended. Without consent nothing is compared.
    """
    if not all(consents.agrees(case, code, "answers") for code in codes(case.id)):
        return
    moved = changed(before, after)
    standing = {
        (row.field, row.one_desk_id, row.other_desk_id): row
        for row in db.session.scalars(
            select(Inconsistency).where(Inconsistency.case_id == case.id, Inconsistency.ended_at.is_(None)),
        )
    }
    for path, desks in _said(case.id, frozenset(sent)).items():
        for one, other in combinations(sorted(desks), 2):
            if not (desks[one].new or desks[other].new):
                continue
            kind = _differ(desks[one], desks[other], path in moved)
            known = standing.get((path, one, other))
            if kind is not None and known is None:
                _report(case, path, kind, one, other)
            elif kind is None and known is not None:
                known.ended_at = now()


def _differ(one: _Said, other: _Said, moved: bool) -> str | None:
    if not says_the_same(one.text, other.text):
        return REPLIES
    return DOSSIER if moved and one.new != other.new else None


def _report(case: Case, path: str, kind: str, one: UUID, other: UUID) -> None:
    pair = [get(Desk, one), get(Desk, other)]
    parties = {desk.id: audiences.desk(get(Authority, desk.authority_id).code) for desk in pair}
    row = add(Inconsistency(case_id=case.id, field=path, kind=kind, one_desk_id=one, other_desk_id=other))
    trail.show_to(row, "inconsistency", parties.values(), case_id=case.id)
    for desk in pair:
        act(
            SYSTEM,
            Action.INCONSISTENCY_REPORT,
            Matter(
                case_id=case.id,
                audience={parties[desk.id]},
                authority_id=desk.authority_id,
                detail={"field": path},
                letter={"reference": case.reference},
                froze=(row,),
                opens=Action.REQUEST_READ,
            ),
            tells=("desk",),
        )


__all__ = ["look"]
