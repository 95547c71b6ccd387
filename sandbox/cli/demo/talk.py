"""Scenes of sharing and correspondence: a finding shared before the opening, an enquiry, messages, notes."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import select

from sandbox.cli.demo import story
from sandbox.cli.demo.story import Cast
from sandbox.domain.actors import Actor
from sandbox.domain.sharing import Terms
from sandbox.extensions import db
from sandbox.models.assessments import Finding
from sandbox.models.catalogue import Criterion, Programme
from sandbox.services.desks import enquiries, shared, sharing
from sandbox.services.desks.correspondence import ToDo, begin, write

GATEWAY = Terms(
    basis="gateway",
    purpose="To line up our questions about custody before either of us asks the firm.",
    restriction="For the assessment of this case only. Not for enforcement without our consent.",
    instrument="fsma-s348",
    provision="s349(1); SI 2001/2188",
    notify_before_use=True,
    retention="Until both authorities have decided",
    tell_reason="The firm would learn of a view that is not final.",
)


def enquiry(cast: Cast, asker: Actor, codes: tuple[str, ...], application_id: UUID | None = None) -> None:
    """The firm asks these authorities before applying; the first one answers; it is linked to the application."""
    programme = db.session.scalars(select(Programme.id).order_by(Programme.code).limit(1)).one()
    first, *_ = enquiries.enquire(
        asker,
        programme,
        to=codes,
        subject="Which of our activities would you assess?",
        text="We plan to hold and move tokenised fund units for professionals. Is custody part of your remit here?",
    )
    enquiries.answer(
        cast.staff(codes[0], "intake"),
        first,
        text="Custody of such units is within our remit. Say in the application who holds the keys. This binds nobody.",
    )
    if application_id is not None:
        enquiries.link(asker, first, application_id)


def correspondence(cast: Cast, firm: Actor, case_id: UUID, code: str) -> None:
    """A question of the firm with its answer, a meeting note, a file note, and a consulted body's view."""
    officer = cast.staff(code, "case")
    asked = begin(
        firm,
        case_id,
        kind="message",
        subject="Key ceremony",
        text="May one of the three key holders sit in our New York office?",
        desks=[code],
    )
    write(
        officer,
        asked,
        text="Yes, as long as two of the three are in the United Kingdom. Please write it into the plan.",
    )
    begin(
        officer,
        case_id,
        kind="meeting",
        subject="Walk through the test plan",
        text="The firm showed how a transfer is halted. It takes four minutes outside business hours.",
        with_firm=True,
        facts={"held_on": "2026-11-12", "present": "The firm: two people. Our desk: case officer, specialist."},
        agreed=[ToDo("Send the halt procedure as a document.", "firm", date(2026, 12, 4))],
    )
    begin(
        officer,
        case_id,
        kind="note",
        subject="Telephone call with the auditor",
        text="The auditor confirms that client assets were reconciled every day of the last quarter.",
    )
    begin(
        officer,
        case_id,
        kind="consulted",
        subject="Accounting of tokenised units",
        text="No concern, if units are shown at fair value and the firm’s own units apart.",
        facts={"body": "Financial Reporting Council", "received_on": "2026-11-10"},
    )


def shares(cast: Cast, case_id: UUID, sender: str, receiver: str) -> None:
    """Two findings shared before the opening: one acknowledged, one that waits."""
    desk_id = story.desk_of(case_id, sender)
    findings = db.session.scalars(
        select(Finding.id)
        .join(Criterion, Criterion.id == Finding.criterion_id)
        .where(Finding.desk_id == desk_id)
        .order_by(Criterion.position)
        .limit(2),
    ).all()
    made = [
        sharing.release(
            cast.staff(sender, "coordinator"), desk_id, to=[receiver], items=[("finding", key)], terms=GATEWAY
        )
        for key in findings
    ]
    shared.acknowledge(cast.staff(receiver, "case"), made[0][0])
    shared.notify_use(cast.staff(receiver, "case"), made[0][0], use="To word our own question on custody.")


__all__ = ["correspondence", "enquiry", "shares"]
