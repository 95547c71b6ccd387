"""On what basis something is shared, as it stands now: the authority's own gateways, and what the firm agreed to.

Source: FSMA 2000 s348 (consent of who provided the information) and s349 (gateways); the catalogue names each gateway.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import select

from sandbox.domain import audiences
from sandbox.domain.consents import CATEGORIES
from sandbox.domain.errors import BadInput
from sandbox.domain.sharing import BASES, DECLARED, ITEM_KINDS, Terms, with_whom
from sandbox.extensions import db
from sandbox.models.catalogue import Authority
from sandbox.models.desks import Case, Desk, Post, Share, Thread
from sandbox.models.trail import Audience
from sandbox.services.desks import consents
from sandbox.services.desks.cases import current_version
from sandbox.services.unit import get


def instrument(desk: Desk, terms: Terms, receiver: str) -> dict[str, Any]:
    """The authority's own gateway as the catalogue has it now. Raises BadInput."""
    known = {one["code"]: one for one in get(Authority, desk.authority_id).content["sharing"]}
    row = known.get(terms.instrument)
    if row is None:
        raise BadInput({"instrument": "Choose the gateway or arrangement."})
    codes = db.session.scalars(select(Authority.code))
    if wrong := with_whom(row, receiver, codes):
        raise BadInput({"instrument": wrong})
    return {name: row[name] for name in ("code", "name", "restriction", "source")}


def consent(case: Case, desk: Desk, chosen: str, kinds: Iterable[str]) -> dict[str, Any]:
    """Where and when the firm agreed to sharing of items of these kinds, and to which text. Raises BadInput."""
    if chosen == DECLARED:
        return _standing(case, desk, {ITEM_KINDS[kind].category for kind in kinds})
    post = _message_of_firm(case, desk, chosen)
    return {"where": post.subject, "text": "Message of the firm", "words": post.text,
            "given_at": post.written_at.isoformat()}  # fmt: skip


def _standing(case: Case, desk: Desk, categories: Iterable[str]) -> dict[str, Any]:
    """The consents that stand for the desk's authority, all of these categories. Raises BadInput."""
    code, version = get(Authority, desk.authority_id).code, current_version(case)
    wanted = sorted(categories)
    lacking = [CATEGORIES[one].title for one in wanted if one and not consents.agrees(case, code, one)]
    if lacking or not all(wanted):
        named = ", ".join(lacking) or "this"
        raise BadInput({"consent": f"The firm does not agree that your authority shares: {named}."})
    later = [row for one in wanted if (row := consents.last(case, desk.authority_id, one)) is not None]
    if later:
        row = max(later, key=lambda one: one.said_at)
        where, text, words, moment = "Consents of the firm", row.text, row.words, row.said_at
    else:
        now = consents.text_of(case.programme_id)
        where, moment = f"Application, version {version.number}", version.submitted_at
        text, words = f"{now['title']}, version {now['version']}", now["body"]
    return {"where": where, "text": text, "words": words, "given_at": moment.isoformat()}


def _message_of_firm(case: Case, desk: Desk, chosen: str) -> Any:
    code = get(Authority, desk.authority_id).code
    try:
        key = UUID(chosen)
    except ValueError:
        key = desk.id  # of no message
    row = db.session.execute(
        select(Post.text, Post.written_at, Thread.subject)
        .join(Thread, Thread.id == Post.thread_id)
        .join(Audience, Audience.item_id == Thread.id)
        .where(
            Post.id == key,
            Post.organisation_id == case.firm_id,
            Thread.case_id == case.id,
            Audience.party == audiences.desk(code),
        ),
    ).one_or_none()
    if row is None:
        raise BadInput({"consent": "Choose a message in which the firm agreed."})
    return row


def words(share: Share) -> str:
    """The basis of a share in a line, as the firm reads it."""
    if share.instrument is not None:
        return str(share.instrument["name"])
    if share.consent is not None:
        return f"{BASES['consent']}: {share.consent['text']}"
    return f"{BASES['obligation']}: {share.provision}"


__all__ = ["consent", "instrument", "words"]
