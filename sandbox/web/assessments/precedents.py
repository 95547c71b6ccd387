"""Same activity, same risk, same regulation: earlier decisions that are like the case on the workbench."""

from __future__ import annotations

from uuid import UUID

from flask.typing import ResponseReturnValue

from sandbox.domain.actions import Action
from sandbox.queries import assessments as queries
from sandbox.web.access import needs
from sandbox.web.assessments.blueprint import blueprint
from sandbox.web.assessments.frame import bench_of, page
from sandbox.web.viewing import opened


@blueprint.get("/cases/<uuid:case_id>/assessment/precedents")
@needs(Action.ASSESSMENT_READ)
def precedents(case_id: UUID) -> ResponseReturnValue:
    """Issued instruments of cases with the same activities, classes of asset and scale, as far as the viewer may."""
    bench = bench_of(case_id)
    found = queries.precedents(bench)
    for row in found.rows:
        opened(Action.NOTICE_READ, row.case_id, item=f"conditions of {row.number}")
    return page("precedents", bench, found=found, vocabulary=bench.vocabulary)
