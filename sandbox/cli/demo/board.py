"""The demonstration's divergence board: differences of every kind, a contradiction, a discussion, meetings, a vote."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from sandbox.cli.demo import story
from sandbox.cli.demo.story import Cast
from sandbox.extensions import db
from sandbox.models.assessments import Divergence
from sandbox.models.base import now
from sandbox.services import contradictions, divergences, joint_meetings

FINDINGS = {"FCA": {"consumer-benefit": "partly"}, "SEC": {"investor-protection": "not_met"}}


def _words(place: str, kind: str, title: str, text: str) -> dict[str, Any]:
    return {**story.reporting(place), "kind": kind, "title": title, "text": text, "origin": "imposed"}


def conditions(code: str) -> list[dict[str, Any]]:
    """What a desk of the board's case asks for: other figures, currencies and words than the other desk."""
    if code == "FCA":
        return [
            story.limit("UK", "customers", "200", None, "Customers in the test"),
            story.limit("UK", "total-value", "2000000", "GBP", "Total value outstanding"),
            story.reporting("UK"),
            _words("UK", "disclosure", "Notice of incidents to customers",
                   "The firm tells each customer of an incident within two days, and names the custodian concerned."),
            _words("UK", "exit", "Funded wind-down", "The firm keeps three months of costs apart for winding down."),
        ]  # fmt: skip
    return [
        story.limit("US", "customers", "50", None, "Customers in the test"),
        story.limit("US", "total-value", "500000", "USD", "Total value outstanding"),
        {**story.reporting("US"), "text": "The firm reports volumes and incidents each week."},
        _words("US", "safeguard", "Custody arrangements stay confidential",
               "The firm does not disclose to customers who holds their assets, or where."),
    ]  # fmt: skip


def _row(case_id: UUID, key: str) -> UUID:
    rows = select(Divergence.id).where(Divergence.case_id == case_id, Divergence.key == key)
    return db.session.execute(rows).scalar_one()


def work(cast: Cast, case_id: UUID) -> None:
    """What the desks have done on the board so far: one row settled, one waiting for the other desk, much in talk."""
    fca, sec = cast.staff("FCA", "case"), cast.staff("SEC", "case")
    today = now().date()
    total, customers = _row(case_id, "total-value"), _row(case_id, "customers")
    divergences.plan(cast.staff("FCA", "coordinator"), total, owner_id=sec.me, due_on=today + timedelta(days=3))
    divergences.plan(cast.staff("SEC", "coordinator"), customers, owner_id=fca.me, due_on=today - timedelta(days=1))
    divergences.discuss(
        fca, total, text="Two million pounds is what the firm asked for. Which loss do you expect at that size?"
    )
    divergences.discuss(
        sec, total, text="None that the plan does not cover; our staff letters have a ceiling of their own, though."
    )
    divergences.discuss(cast.staff("FCA", "specialist"), total, text="Then each ceiling can stand in its own country.")
    divergences.settle(fca, total, choice="both")
    report = _row(case_id, "reporting:monthly report")
    for officer in (fca, sec):
        divergences.settle(
            officer, report, choice="new_text", text="One report each month, with the weekly volumes in it."
        )
    note = contradictions.mark(
        sec, case_id, one="FCA-4", other="SEC-4", reason="A notice that names the custodian breaks our condition."
    )
    contradictions.write(
        fca, note, seen=0, text="The notice names the kind of custodian, not its name. Each authority is told the name."
    )
    _meetings(cast, case_id, (fca.me, sec.me))


def _meetings(cast: Cast, case_id: UUID, people: Iterable[UUID]) -> None:
    lead, both = cast.staff("FCA", "coordinator"), tuple(people)
    held = joint_meetings.call(
        lead, case_id, starts_at=now() - timedelta(days=1), purpose="First reading of the board", participants=both,
        motion="Should the limits of both countries be checked on one report?",
    )  # fmt: skip
    joint_meetings.hold(lead, held, present=both)
    joint_meetings.note(
        lead, held, text="Both desks went through the board row by row. The limits differ by design of each law."
    )
    joint_meetings.agree(
        lead, held, text="Ask the firm how its system keeps two ceilings apart.", owner_id=both[1],
        due_on=now().date() + timedelta(days=7),
    )  # fmt: skip
    joint_meetings.vote(cast.staff("FCA", "coordinator"), held, choice="for", reason="One report is less work for all.")
    joint_meetings.vote(
        cast.staff("SEC", "coordinator"), held, choice="abstain", reason="Our staff has not met on it yet."
    )
    joint_meetings.call(
        cast.staff("SEC", "coordinator"), case_id, starts_at=now() + timedelta(days=5), participants=both,
        purpose="Second reading: what is still open", items=("Dates of the decisions",),
    )  # fmt: skip


__all__ = ["FINDINGS", "conditions", "work"]
