"""On what basis something is shared, as it stands now: the authority's own gateways, and what the firm agreed to.

Source: FSMA 2000 s348 (consent of who provided the information) and s349 (gateways); the catalogue names each gateway.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select

from sandbox.domain import audiences
from sandbox.domain.errors import BadInput
from sandbox.domain.sharing import BASES, DECLARED, Terms, with_whom
from sandbox.extensions import db
from sandbox.models.catalogue import Authority, Programme
from sandbox.models.desks import Case, Desk, Post, Share, Thread
from sandbox.models.trail import Audience
from sandbox.services.desks.cases import current_version
from sandbox.services.unit import get

CONSENT_TEXT = "consent-sharing"  # of the programme's texts


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


def consent(case: Case, desk: Desk, chosen: str) -> dict[str, Any]:
    """Where and when the firm agreed, and to which text. Raises BadInput."""
    if chosen == DECLARED:
        version = current_version(case)
        declared = (version.record.get("sections") or {}).get("declarations") or {}
        texts = get(Programme, case.programme_id).content.get("texts") or ()
        text = next((one for one in texts if one["code"] == CONSENT_TEXT), None)
        if not declared.get("consent_sharing") or text is None:
            raise BadInput({"consent": "The firm gave no such consent with its application."})
        return {
            "where": f"Application, version {version.number}",
            "text": f"{text['title']}, version {text['version']}",
            "words": text["body"],
            "given_at": version.submitted_at.isoformat(),
        }
    post = _message_of_firm(case, desk, chosen)
    return {"where": post.subject, "text": "Message of the firm", "words": post.text,
            "given_at": post.written_at.isoformat()}  # fmt: skip


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
