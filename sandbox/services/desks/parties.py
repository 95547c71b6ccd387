"""The parties of a case by name: taken from each submitted version, and from what the firm reports.

A change of ownership or control must be reported (for UK firms FSMA 2000 Part XII, s178: notice to the authority; its
period of s189 starts). When the parties change, everybody at every desk declares interests again before the case opens
to them; recusals stand.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from sandbox.domain import audiences
from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor
from sandbox.domain.conflicts import RECUSED
from sandbox.domain.errors import BadInput
from sandbox.domain.lifecycles import ENDED_DESK
from sandbox.domain.parties import CONTROL, REPORTABLE, Party, parties_of
from sandbox.extensions import db
from sandbox.models.applications import ApplicationVersion
from sandbox.models.base import now
from sandbox.models.desks import Case, CaseParty, ConflictDeclaration, Desk, PartyChange
from sandbox.models.people import Firm, Person
from sandbox.services import clocks, trail
from sandbox.services.desks.cases import codes, refuse_if_withdrawn
from sandbox.services.engine import Matter, act
from sandbox.services.people import profile
from sandbox.services.unit import add, get, use_case

CHANGE_OF_CONTROL = "change-in-control"


def _live(case_id: UUID) -> list[CaseParty]:
    return list(
        db.session.scalars(
            select(CaseParty)
            .where(CaseParty.case_id == case_id, CaseParty.ended_at.is_(None))
            .order_by(CaseParty.named_at, CaseParty.id),
        ),
    )


def names(case: Case) -> list[str]:
    """The names of the parties, the applicant first."""
    return [get(Firm, case.firm_id).legal_name, *(row.name for row in _live(case.id))]


def addresses(case: Case) -> list[str]:
    """The e-mail addresses that stand for the applicant: its people's and the contact's."""
    people = db.session.scalars(select(Person.email).where(Person.organisation_id == case.firm_id))
    version = db.session.get(ApplicationVersion, case.current_version_id)
    contact = (((version.record if version else {}).get("sections") or {}).get("firm") or {}).get("contact_email")
    return [*people, *([contact] if contact else [])]


def take_from(case: Case, record: Mapping[str, Any]) -> None:
    """Take over the parties that a submitted version or the firm's profile names.

    Others than before: everybody declares again.
    Parties that the firm reported apart from a version stay until it reports that they have gone.
    """
    wanted = tuple(dict.fromkeys((*parties_of(record), *profile.parties(case.firm_id))))
    live = _live(case.id)
    written = {Party(row.kind, row.name): row for row in live if row.change_id is None}
    gone = [row for party, row in written.items() if party not in wanted]
    new = [party for party in wanted if party not in {Party(row.kind, row.name) for row in live}]
    for row in gone:
        row.ended_at = now()
    for party in new:
        add(CaseParty(case_id=case.id, kind=party.kind, name=party.name))
    if live and (gone or new):
        ask_again(case.id, "A new version of the application names other parties.")


def ask_again(case_id: UUID, because: str) -> None:
    """Supersede every declaration that opens the case, or asks to. Who is recused stays so."""
    db.session.execute(
        update(ConflictDeclaration)
        .where(
            ConflictDeclaration.case_id == case_id,
            ConflictDeclaration.superseded_at.is_(None),
            ConflictDeclaration.outcome != RECUSED,
        )
        .values(superseded_at=now(), superseded_because=because),
    )


@use_case
def report_change(
    actor: Actor,
    case_id: UUID,
    *,
    what: str,
    effective_on: date,
    named: Iterable[tuple[str, str]] = (),
    ended: Iterable[UUID] = (),
) -> UUID:
    """The firm reports a change of ownership or control: parties that come, parties that go, and since when.

    Every desk is told, everybody declares again, and authorities with a clock for it start that clock. Returns the id
    of the report. Raises BadInput when nothing changes.
    """
    case = get(Case, case_id, lock=True)
    new = list(dict.fromkeys(Party(kind, name.strip()) for kind, name in named if name.strip()))
    wanted = codes(case.id)
    audience = {audiences.FIRM, *audiences.desks(wanted)}
    detail = {
        "what": what,
        "effective_on": effective_on.isoformat(),
        "named": [f"{one.kind}: {one.name}" for one in new],
    }
    act(
        actor,
        Action.PARTY_CHANGE,
        Matter(case_id=case.id, audience=audience, detail=detail, letter={"reference": case.reference}),
        tells=("desks",),
    )
    refuse_if_withdrawn(case)
    live = {row.id: row for row in _live(case.id)}
    gone = [live[key] for key in dict.fromkeys(ended) if key in live and live[key].kind in REPORTABLE]
    _check(what, new, gone)
    change = add(PartyChange(case_id=case.id, what=what, effective_on=effective_on, reported_by=actor.me))
    trail.show_to(change, "party_change", audience, case_id=case.id)
    for row in gone:
        row.ended_at = now()
    for party in new:
        add(CaseParty(case_id=case.id, kind=party.kind, name=party.name, change_id=change.id))
    ask_again(case.id, "The firm reported a change of ownership or control.")
    if CONTROL & {*(one.kind for one in new), *(one.kind for one in gone)}:
        for desk in db.session.scalars(select(Desk).where(Desk.case_id == case.id, Desk.state.not_in(ENDED_DESK))):
            clocks.start(desk, change.reported_at, "The firm reported a change of control.", code=CHANGE_OF_CONTROL)
    return change.id


def _check(what: str, new: list[Party], gone: list[CaseParty]) -> None:
    problems = {}
    if not what.strip():
        problems["what"] = "Say what has changed."
    if not new and not gone:
        problems["names"] = "Name at least one party that comes, or tick one that goes."
    if any(party.kind not in REPORTABLE for party in new):
        problems["names"] = "Choose what the party is to the firm."
    if problems:
        raise BadInput(problems)


__all__ = ["addresses", "ask_again", "names", "report_change", "take_from"]
