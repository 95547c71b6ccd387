"""The outbox: letters were written with the change; here they leave, one by one, outside any transaction.

A letter is taken (with a time to try again), sent, and stamped. A worker killed in between leaves it waiting, and the
second letter carries the same Message-ID. Before it leaves, its reader must still be allowed to know of the case.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.exc import NoResultFound

from sandbox.adapters import mail
from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor
from sandbox.domain.policy import can
from sandbox.extensions import db, setting
from sandbox.models.base import now
from sandbox.models.desks import Case
from sandbox.models.messages import OutboxMessage
from sandbox.models.people import Person
from sandbox.services.facts import case_facts
from sandbox.services.people import invitations
from sandbox.services.recipients import actors_of
from sandbox.services.unit import reading, use_case

FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)
WITHHELD = "Not sent: {}"


# Letters about one's own account leave although the account is closed.
OF_THE_ACCOUNT = frozenset({Action.PEOPLE_CHANGE.value, Action.COUNSEL_END.value})


@dataclass(frozen=True, slots=True)
class _Taken:
    name: str
    email: str
    action: str
    context: dict[str, Any]


def waiting(limit: int = 100, *, at: datetime | None = None) -> list[UUID]:
    """The ids of letters that should leave now, oldest first."""
    return _waiting(limit, at or now())


@reading
def _waiting(limit: int, moment: datetime) -> list[UUID]:
    due = or_(OutboxMessage.attempts == 0, OutboxMessage.next_attempt_at <= moment)
    return list(
        db.session.scalars(
            select(OutboxMessage.id)
            .where(OutboxMessage.sent_at.is_(None), due)
            .order_by(OutboxMessage.created_at, OutboxMessage.id)
            .limit(limit),
        ),
    )


def deliver_one(message_id: UUID) -> bool:
    """Send one letter; True when it left now. Calling it again, also at the same time, sends nothing twice."""
    taken = _take(message_id)
    if taken is None:
        return False
    try:
        subject, text = mail.write(taken.action, taken.context)
        mail.send(mail.Letter(message_id, taken.name, taken.email, subject, text), _post())
    except mail.BadLetter as error:
        _stamp(message_id, error=WITHHELD.format(error), again=False)
        return False
    except mail.MailUnavailable as error:
        _stamp(message_id, error=str(error), again=True)
        return False
    _stamp(message_id)
    return True


def _post() -> mail.Post:
    return mail.Post(setting("MAIL"), setting("MAIL_SENDER"), setting("MAIL_FOLDER"), setting("SMTP_URL"))


def wait_after(attempts: int) -> timedelta:
    """How long to wait after so many attempts: 1, 2, 4 … minutes, six hours at most."""
    return min(FIRST_WAIT * 2 ** min(attempts - 1, 20), LONGEST_WAIT)


@use_case
def _take(message_id: UUID) -> _Taken | None:
    """Take a letter that is due. Nobody else takes it before the next attempt; None: there is nothing to send."""
    row = db.session.get(OutboxMessage, message_id, with_for_update=True)
    moment = now()
    if row is None or row.sent_at is not None or (row.attempts and not _due(row, moment)):
        return None
    row.attempts += 1
    taken = _invited(row) if row.invitation_id is not None else _to_person(row)
    if taken is None:
        row.next_attempt_at, row.error = None, WITHHELD.format("its reader may no longer know of the case.")
        return None
    row.next_attempt_at = moment + wait_after(row.attempts)
    return taken


def _to_person(row: OutboxMessage) -> _Taken | None:
    reader = _reader(row)
    if reader is not None:
        return _Taken(reader.name, reader.email, row.action, _context(row, reader))
    if row.action not in OF_THE_ACCOUNT:
        return None
    known = db.session.execute(select(Person.name, Person.email).where(Person.id == row.person_id)).one()
    return _Taken(known.name, known.email, row.action, _plain(row, known.name))


def _invited(row: OutboxMessage) -> _Taken | None:
    """A letter to whom an invitation is for; the link in it is made here and kept nowhere else."""
    assert row.invitation_id is not None
    ready = invitations.ready(row.invitation_id, row.action)
    if ready is None:
        return None
    context = _plain(row, ready.name)
    link = f"{context['link']}/join/{ready.token}" if ready.token else context["link"]
    return _Taken(ready.name, ready.email, row.action, {**context, "link": link, "content": dict(ready.content)})


def _due(row: OutboxMessage, moment: datetime) -> bool:
    return row.next_attempt_at is not None and row.next_attempt_at <= moment


def _reader(row: OutboxMessage) -> Actor | None:
    """The person as an actor of today, if active and still allowed to know of the case."""
    organisation_id = db.session.scalar(select(Person.organisation_id).where(Person.id == row.person_id))
    if organisation_id is None:
        return None
    person = next((actor for actor in actors_of(organisation_id) if actor.person_id == row.person_id), None)
    if person is None or row.case_id is None:
        return person
    try:
        facts = case_facts(person, row.case_id)
    except NoResultFound:
        return None
    return person if can(person, Action.CASE_GLANCE, facts) else None


def _plain(row: OutboxMessage, name: str) -> dict[str, Any]:
    """What the template of a letter about no case reads."""
    return {
        "name": name,
        "for_firm": False,
        "reference": "",
        "title": "",
        "link": str(setting("BASE_URL")).rstrip("/"),
        "content": dict(row.content),
    }


def _context(row: OutboxMessage, reader: Actor) -> dict[str, Any]:
    case = db.session.execute(select(Case.reference, Case.title).where(Case.id == row.case_id)).one_or_none()
    plain = _plain(row, reader.name)
    return {
        **plain,
        "for_firm": reader.firm_side,
        "reference": case.reference if case else "",
        # Staff who have not declared their interests may know the reference, not what the case is about.
        "title": case.title if case and reader.firm_side else "",
        "link": plain["link"] + (row.content.get("receipt") or (f"/cases/{row.case_id}" if row.case_id else "")),
    }


@use_case
def _stamp(message_id: UUID, *, error: str | None = None, again: bool = False) -> None:
    """Write down how it went. Without an error: it left. Otherwise try again at the time already set, or never."""
    row = db.session.get_one(OutboxMessage, message_id, with_for_update=True)
    row.error = error
    if error is None:
        row.sent_at = now()
    if not again:
        row.next_attempt_at = None


def deliver_all(limit: int = 1000) -> tuple[int, int]:
    """Send everything that is due, once: how many left, and how many did not."""
    due = waiting(limit)
    left = sum(deliver_one(message_id) for message_id in due)
    return left, len(due) - left


__all__ = ["deliver_all", "deliver_one", "wait_after", "waiting"]
