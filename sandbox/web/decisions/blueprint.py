"""The blueprint of the decisions column, apart so that its modules of views do not import each other."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, url_for

from sandbox.domain.actions import Action
from sandbox.domain.conditions import COMPARATORS, WINDOWS
from sandbox.domain.errors import NotFound
from sandbox.queries import applications as dossiers
from sandbox.queries import decisions as queries
from sandbox.queries.decisions import OwnDecision
from sandbox.web.access import viewer
from sandbox.web.desks.tabs import tabs
from sandbox.web.forms.assessments import KIND_WORDS, ORIGIN_WORDS
from sandbox.web.locale import _
from sandbox.web.rendering import day, number
from sandbox.web.viewing import opened

blueprint = Blueprint("decisions", __name__)

WORDS: dict[str, Any] = {
    "kinds": KIND_WORDS,
    "origins": ORIGIN_WORDS,
    "comparators": COMPARATORS,
    "windows": WINDOWS,
}


@blueprint.app_template_filter("iso_day")
def iso_day(value: str | None) -> str:
    """A day of a record in words: `2026-12-01` as `1 December 2026`."""
    return day(date.fromisoformat(value)) if value else ""


@blueprint.app_template_filter("amount")
def amount(value: str | None) -> str:
    """A number of a record with its thousands apart."""
    return number(Decimal(value)) if value else ""


def steps(case_id: UUID, active: str) -> list[dict[str, Any]]:
    """The two pages of the column, as a second row of tabs; for staff only."""
    pages = (("decision", _("Our decision"), "decisions.case"), ("notice", _("Joint notice"), "decisions.notice"))
    return [
        {"text": text, "href": url_for(endpoint, case_id=case_id), "active": name == active}
        for name, text, endpoint in pages
    ]


def open_page(case_id: UUID) -> queries.DecisionPage:
    """The decision page of a case, and a line that it was opened. Raises NotFound."""
    page = queries.case_page(viewer(), case_id)
    opened(Action.CASE_READ if page.firm else Action.DECISION_READ, case_id, item="decision")
    return page


def own_decision(page: queries.DecisionPage) -> OwnDecision:
    """The own desk's decision. Raises NotFound."""
    if page.own is None:
        raise NotFound("There is nothing here.")
    return page.own


def show(template: str, page: queries.DecisionPage, **more: Any) -> str:
    """A page about the own desk's decision."""
    return render_template(
        f"pages/decisions/{template}.html",
        page=page,
        seen=page.seen,
        own=page.own,
        tabs=tabs(page.seen, "decision"),
        steps=[] if page.firm else steps(page.seen.case_id, "decision"),
        vocabulary=dossiers.vocabulary_of(page.seen.programme_id),
        words=WORDS,
        Action=Action,
        **more,
    )


__all__ = ["blueprint", "open_page", "own_decision", "show", "steps"]
