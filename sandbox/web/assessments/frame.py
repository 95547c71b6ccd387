"""What the pages of the own assessment share: opening the workbench, and its second row of tabs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import render_template, url_for

from sandbox.domain.actions import Action
from sandbox.domain.errors import NotFound
from sandbox.queries import assessments as queries
from sandbox.web.access import viewer
from sandbox.web.assessments.blueprint import WORDS
from sandbox.web.desks.tabs import tabs
from sandbox.web.locale import _
from sandbox.web.viewing import opened


def bench_of(case_id: UUID) -> queries.Workbench:
    """The workbench, and a line that it was opened. Raises NotFound."""
    bench = queries.workbench(viewer(), case_id)
    opened(Action.ASSESSMENT_READ, case_id, item="assessment")
    return bench


def desk_of(bench: queries.Workbench) -> UUID:
    """The desk whose workbench it is. Raises NotFound."""
    if bench.sight.desk_id is None:
        raise NotFound("There is nothing here.")
    return bench.sight.desk_id


def read_version(given: str | None) -> UUID:
    """The version of the dossier that a form was made beside. Raises NotFound for what is no id."""
    try:
        return UUID(given or "")
    except ValueError:
        raise NotFound("There is nothing here.") from None


def page(template: str, bench: queries.Workbench, **more: Any) -> str:
    """One page of the assessment."""
    return render_template(
        f"pages/assessments/{template}.html",
        bench=bench,
        tabs=tabs(bench.sight, "assessment"),
        steps=_steps(bench, template),
        words=WORDS,
        **more,
    )


def _steps(bench: queries.Workbench, active: str) -> list[dict[str, Any]]:
    """The pages of an assessment, as a second row of tabs."""
    case_id = bench.sight.case_id
    pages = (
        ("workbench", _("Criteria"), "assessments.workbench", f"{bench.found}/{len(bench.criteria)}"),
        (
            "conditions",
            _("Conditions"),
            "assessments.conditions",
            str(len(bench.conditions)) if bench.conditions else None,
        ),
        ("precedents", _("Earlier decisions"), "assessments.precedents", None),
        ("position", _("Position"), "assessments.position", None),
    )
    return [
        {"text": text, "href": url_for(endpoint, case_id=case_id), "active": name == active, "count": count}
        for name, text, endpoint, count in pages
    ]


__all__ = ["bench_of", "desk_of", "page", "read_version"]
