"""Scenes about where a case belongs: a group with an entity in each country, a new classification, another lead."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sandbox.cli.demo import story
from sandbox.cli.demo.personas import FirmPersona
from sandbox.cli.demo.story import Cast
from sandbox.services import desks

MEMO = (
    "Agreed between the desks: one data room; questions to the firm go out together on Tuesdays.\n\n"
    "Open: the date of the joint meeting. The firm offered the second or third week after the positions open."
)


def affiliate(firm: FirmPersona) -> dict[str, Any]:
    """The firm's company in the other country, which is the applicant there."""
    return {
        "name": f"{firm.name.removesuffix(' Inc')} (UK) Ltd",
        "country": "GB",
        "legal_form": "company",
        "identifier": "90000107",
        "lei": "",
        "address": "70 Invented Street, Exampletown",
        "jurisdictions": ["UK"],
    }


def reclassified(cast: Cast, case_id: UUID) -> None:
    """The lead desk finds that the token is a security as well: the SEC joins. Then another desk takes the lead."""
    coordinator = cast.staff("FCA", "coordinator")
    for code in ("FCA", "BoE"):
        who = cast.staff(code, "coordinator").me
        desks.assign(cast.staff(code, "intake"), story.desk_of(case_id, code), person_id=who)
    desks.reclassify(
        coordinator,
        case_id,
        activities=["stablecoin-issuance", "custody"],
        asset_classes=["uk-qualifying-stablecoin", "us-stablecoin", "us-digital-security"],
        reason="In the United States holders share in the return of the reserve: the token is a security there.",
    )
    desks.hand_over(
        coordinator,
        case_id,
        authority="BoE",
        reason="The questions left are about systemic payment arrangements, which the Bank of England knows best.",
        memo=MEMO,
    )


__all__ = ["affiliate", "reclassified"]
