"""The demonstration's cases: one in every stage."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from sandbox.cli.demo import board, conflicts, requests, routing, screening, story, talk, workbench
from sandbox.cli.demo.personas import FirmPersona
from sandbox.cli.demo.story import Cast
from sandbox.domain.actors import Actor
from sandbox.services import applications

PROGRAMME = "uk-us-digital-assets"
MONEY = {"UK": "GBP", "US": "USD"}
PLACE = {"FCA": "UK", "BoE": "UK", "SEC": "US", "CFTC": "US"}
APPROVE = "approve_with_conditions"
SUMMARY = (
    "The proposal is ready for a test of limited size. The safeguards are in place, the limits keep possible harm "
    "small, and the figures that the test yields cannot be had otherwise.\n\n"
    "Conditions are those that the firm itself proposed."
)


def person(cast: Cast, firm: FirmPersona, role: str) -> Actor:
    """The firm's person with that role."""
    return cast[next(email for email, _, held in firm.people if held == role)]


def answers(firm: FirmPersona, **more: Any) -> dict[str, dict[str, Any]]:
    """The firm's full answers."""
    owner_email, owner, _ = firm.people[0]
    return story.full_answers(
        firm={
            "legal_name": firm.name,
            "lei": firm.lei,
            "company_number": firm.company_number,
            "country": firm.country,
            "address": firm.address,
            "contact_name": owner,
            "contact_email": owner_email,
        },
        product={
            "name": firm.product,
            "summary": firm.summary,
            "innovation": "No service known to the firm does this across both countries under one set of limits.",
            "activities": list(firm.activities),
            "asset_classes": list(firm.asset_classes),
            "customers": "Professional customers in both countries; no retail customers.",
        },
        jurisdictions=firm.jurisdictions,
        limits=story.usual_limits(firm.jurisdictions),
        **more,
    )


def drafted(cast: Cast, firm: FirmPersona, *, sections: tuple[str, ...] | None = None, **more: Any) -> UUID:
    """An application with these sections filled (all by default)."""
    contributor = person(cast, firm, "contributor")
    application_id = story.start(contributor, PROGRAMME, firm.product)
    whole = story.asked(PROGRAMME, answers(firm, **more))
    story.fill(contributor, application_id, {code: whole[code] for code in sections or whole})
    story.upload(contributor, application_id)
    return application_id


def submitted(cast: Cast, firm: FirmPersona, **more: Any) -> UUID:
    """A submitted application: its case."""
    return story.submit(person(cast, firm, "signatory"), drafted(cast, firm, **more))


def staffed(cast: Cast, firm: FirmPersona, **more: Any) -> UUID:
    """A case with teams at every desk, complete for all."""
    case_id = submitted(cast, firm, **more)
    for code in story.codes_of(case_id):
        story.staff_desk(cast, case_id, code)
        story.screen(cast, case_id, code)
    return case_id


def conditions(code: str, total: str = "2000000") -> list[dict[str, Any]]:
    """What an authority of the demonstration asks for."""
    place = PLACE[code]
    return [
        story.limit(place, "customers", "200", None, "Customers in the test"),
        story.limit(place, "total-value", total, MONEY[place], "Total value outstanding"),
        story.reporting(place),
    ]


def opened(cast: Cast, firm: FirmPersona, *, refuse: tuple[str, ...] = (), **more: Any) -> UUID:
    """A case whose positions are open."""
    case_id = staffed(cast, firm, **more)
    for code in story.codes_of(case_id):
        if code in refuse:
            first = {"SEC": "investor-protection", "FCA": "consumer-benefit"}.get(code, "")
            story.assess(cast, case_id, code, views={first: "not_met"})
            story.file(
                cast, case_id, code, "refuse", "Investors would be exposed to a loss that the plan does not limit."
            )
        else:
            story.assess(cast, case_id, code, views={"readiness": "partly"}, conditions=conditions(code))
            story.file(cast, case_id, code, APPROVE, SUMMARY)
    return case_id


def issued(cast: Cast, firm: FirmPersona, **more: Any) -> UUID:
    """A case whose instruments are issued."""
    case_id = opened(cast, firm, **more)
    story.settle(cast, case_id)
    for code in story.codes_of(case_id):
        story.sign_and_issue(cast, story.decide(cast, case_id, code), code)
    return case_id


def live_with_breach(cast: Cast, firm: FirmPersona) -> None:
    """A running trial with a certified report that breaks one limit."""
    case_id = issued(cast, firm)
    story.joint_notice(cast, case_id)
    trial_id = story.run_trial(person(cast, firm, "signatory"), case_id)
    contributor, certifier = person(cast, firm, "contributor"), person(cast, firm, "certifier")
    story.report(contributor, certifier, trial_id, over=[("total-value", "UK")])


def waiting_for_acceptance(cast: Cast, firm: FirmPersona) -> None:
    """A joint notice that the firm has not accepted yet."""
    story.joint_notice(cast, issued(cast, firm))


def diverging(cast: Cast, firm: FirmPersona) -> None:
    """Positions open, the desks at work on their differences."""
    case_id = staffed(cast, firm)
    for code in story.codes_of(case_id):
        story.assess(cast, case_id, code, views=board.FINDINGS[code], conditions=board.conditions(code))
        story.file(cast, case_id, code, APPROVE, SUMMARY)
    board.work(cast, case_id)


def ready_to_sign(cast: Cast, firm: FirmPersona) -> None:
    """Instruments that wait for signature."""
    case_id = opened(cast, firm)
    story.settle(cast, case_id)
    for code in story.codes_of(case_id):
        story.decide(cast, case_id, code)


def half_sealed(cast: Cast, firm: FirmPersona) -> None:
    """One desk has filed; the other cannot see it, but for two findings that were shared with it."""
    case_id = staffed(cast, firm)
    first = story.codes_of(case_id)[0]
    story.assess(cast, case_id, first, conditions=conditions(first))
    story.file(cast, case_id, first, APPROVE, SUMMARY)
    talk.shares(cast, case_id, first, story.codes_of(case_id)[1])
    signatory = person(cast, firm, "signatory")
    talk.correspondence(cast, signatory, case_id, first)
    requests.asked(cast, case_id, person(cast, firm, "contributor"), signatory, *story.codes_of(case_id)[:2])
    talk.enquiry(cast, signatory, (first,), story.application_of(case_id))


def incomplete(cast: Cast, firm: FirmPersona) -> None:
    """Incomplete at one desk, screening at the other."""
    case_id = submitted(cast, firm)
    first, *others = story.codes_of(case_id)
    story.staff_desk(cast, case_id, first)
    screening.incomplete(cast, case_id, first)
    for code in others:
        story.staff_desk(cast, case_id, code)
        story.screen(cast, case_id, code)


def routed(cast: Cast, firm: FirmPersona) -> None:
    """Just submitted, by a group with a legal entity in each country."""
    application_id = drafted(cast, firm)
    group = {**answers(firm)["firm"], "entities": [routing.affiliate(firm)]}
    story.fill(person(cast, firm, "contributor"), application_id, {"firm": group})
    story.submit(person(cast, firm, "signatory"), application_id)


def withdrawn(cast: Cast, firm: FirmPersona) -> None:
    """Withdrawn by the firm, which prepares to apply again."""
    application_id = story.application_of(submitted(cast, firm))
    applications.withdraw(person(cast, firm, "signatory"), application_id, reason="We are reworking the test plan.")
    requests.applies_again(person(cast, firm, "contributor"), application_id)


def assessing(cast: Cast, firm: FirmPersona) -> None:
    """Complete for all desks, nobody has filed; interests to settle at the first desk; a further authority joins."""
    case_id = staffed(cast, firm)
    conflicts.show(cast, case_id)
    routing.reclassified(cast, case_id)
    workbench.show(cast, case_id, person(cast, firm, "signatory"))


def half_drafted(cast: Cast, firm: FirmPersona) -> None:
    """A draft with two sections, and questions to two authorities."""
    drafted(cast, firm, sections=("firm", "product"))
    talk.enquiry(cast, person(cast, firm, "contributor"), ("FCA", "SEC"))


def whole_draft(cast: Cast, firm: FirmPersona) -> None:
    """A draft that lacks nothing: saved, not submitted."""
    drafted(cast, firm)


def in_part(cast: Cast, firm: FirmPersona) -> None:
    """One authority approves, one refuses; the firm goes on with fewer."""
    story.joint_notice(cast, issued(cast, firm, refuse=("SEC",), fewer=True))


SCENES: dict[str, Callable[[Cast, FirmPersona], None]] = {
    "harbourlight": live_with_breach,
    "tessellate": waiting_for_acceptance,
    "meridian": diverging,
    "quillanchor": ready_to_sign,
    "saltmarsh": half_sealed,
    "copperfield": incomplete,
    "northwind": routed,
    "fernhollow": withdrawn,
    "larkspur": assessing,
    "ostrichfern": half_drafted,
    "pemberley": whole_draft,
    "kingfisher": in_part,
}
