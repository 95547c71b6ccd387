"""A full case, and one ten times as big, made by the ordinary use cases: what pages are measured and counted on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from sandbox.cli.demo import scenes, story
from sandbox.cli.demo.firms import FIRMS
from sandbox.cli.demo.personas import FirmPersona
from sandbox.cli.demo.story import Cast
from sandbox.domain import audiences
from sandbox.domain.actions import Action
from sandbox.extensions import db
from sandbox.models.applications import Application
from sandbox.models.base import now
from sandbox.models.decisions import Decision
from sandbox.models.trials import Report, ReportValue
from sandbox.services import trail
from sandbox.services.unit import use_case


@dataclass(frozen=True, slots=True)
class Size:
    """How big a case is: conditions of each desk, further events of its trail, reports, documents."""

    conditions: int
    events: int
    reports: int
    documents: int

    def times(self, factor: int) -> Size:
        """The same case so many times as big."""
        return Size(self.conditions * factor, self.events * factor, self.reports * factor, self.documents * factor)


FULL = Size(conditions=15, events=60, reports=156, documents=12)


@dataclass(frozen=True, slots=True)
class Whole:
    """A case with issued decisions and a running trial."""

    case_id: UUID
    application_id: UUID
    trial_id: UUID
    edition_id: UUID
    desks: dict[str, UUID]


def asked(code: str, count: int) -> Iterator[dict[str, Any]]:
    """So many conditions of one authority: the usual three, then safeguards of its own."""
    usual = scenes.conditions(code)
    yield from usual[:count]
    for number in range(len(usual) + 1, count + 1):
        yield {
            "kind": "safeguard",
            "title": f"Safeguard {number} of the {code}",
            "text": f"The firm keeps safeguard {number} in force for the whole test and shows each month that it was.",
            "origin": "firm",
            "jurisdictions": [scenes.PLACE[code]],
            "precedent_to_start": False,
        }


def draft(cast: Cast, firm: FirmPersona, documents: int) -> UUID:
    """A draft with every answer and so many documents, each of a firm's for a product of its own."""
    contributor = scenes.person(cast, firm, "contributor")
    earlier = select(func.count()).where(Application.firm_id == contributor.organisation_id)
    firm = replace(firm, product=f"{firm.product} {1 + (db.session.scalar(earlier) or 0)}")
    application_id = story.start(contributor, scenes.PROGRAMME, firm.product)
    story.fill(contributor, application_id, scenes.answers(firm))
    for number in range(documents):
        story.upload(contributor, application_id, f"Document {number + 1}.txt", f"{story.PDF_TEXT}\n{number}\n")
    return application_id


def assessing(cast: Cast, firm: FirmPersona, size: Size) -> UUID:
    """A case whose desks have proposed all their conditions and recorded all findings; nobody has filed."""
    application_id = draft(cast, firm, size.documents)
    case_id = story.submit(scenes.person(cast, firm, "signatory"), application_id)
    for code in story.codes_of(case_id):
        story.staff_desk(cast, case_id, code)
        story.screen(cast, case_id, code)
        story.assess(cast, case_id, code, views={"readiness": "partly"}, conditions=asked(code, size.conditions))
    look(case_id, size.events)
    return case_id


def opened(cast: Cast, firm: FirmPersona, size: Size) -> UUID:
    """A case whose positions are open and whose divergences are not settled."""
    case_id = assessing(cast, firm, size)
    for code in story.codes_of(case_id):
        story.file(cast, case_id, code, scenes.APPROVE, scenes.SUMMARY)
    return case_id


def drafted(cast: Cast, firm: FirmPersona, size: Size) -> UUID:
    """A case with a draft of every decision."""
    case_id = opened(cast, firm, size)
    story.settle(cast, case_id)
    for code in story.codes_of(case_id):
        story.decide(cast, case_id, code, send=False)
    return case_id


def whole(cast: Cast, firm: FirmPersona, size: Size) -> Whole:
    """A case with issued instruments, a joint notice and a trial with reports."""
    case_id = opened(cast, firm, size)
    story.settle(cast, case_id)
    for code in story.codes_of(case_id):
        story.sign_and_issue(cast, story.decide(cast, case_id, code), code)
    story.joint_notice(cast, case_id)
    trial_id = story.run_trial(scenes.person(cast, firm, "signatory"), case_id)
    weekly(trial_id, size.reports)
    edition_id = db.session.scalars(
        select(Decision.edition_id).where(Decision.case_id == case_id).order_by(Decision.number),
    ).first()
    assert edition_id is not None
    codes = story.codes_of(case_id)
    return Whole(
        case_id,
        story.application_of(case_id),
        trial_id,
        edition_id,
        {code: story.desk_of(case_id, code) for code in codes},
    )


@use_case
def look(case_id: UUID, times: int) -> None:
    """Somebody of each desk opens the case so many times: events that both may see."""
    codes = story.codes_of(case_id)
    cast = Cast()
    actors = [cast.staff(code, "case") for code in codes]
    for number in range(times):
        trail.record(
            trail.case_scope(case_id),
            Action.CASE_READ,
            actors[number % len(actors)],
            {audiences.FIRM, *audiences.desks(codes)},
            case_id=case_id,
        )


def weekly(trial_id: UUID, count: int) -> None:
    """Further weekly reports, accepted, with a value for two metrics in each place: rows alone, for what only reads."""
    first = now().date() - timedelta(weeks=count)
    reports = [
        Report(
            trial_id=trial_id,
            title=f"Week {number + 1}",
            period_from=first + timedelta(weeks=number),
            period_to=first + timedelta(weeks=number, days=6),
            due_on=first + timedelta(weeks=number + 1),
            state="accepted",
            narrative="Nothing out of the ordinary.",
        )
        for number in range(count)
    ]
    db.session.add_all(reports)
    db.session.flush()
    db.session.add_all(
        ReportValue(report_id=report.id, metric=metric, jurisdiction=place, value=Decimal(100), currency=currency)
        for report in reports
        for place in ("UK", "US")
        for metric, currency in (("customers", None), ("total-value", scenes.MONEY[place]))
    )
    db.session.commit()


HARBOURLIGHT, TESSELLATE = FIRMS[0], FIRMS[1]
