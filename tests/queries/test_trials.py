"""What reads of trials cost, and how close to a limit a value is called."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from decimal import Decimal

import pytest
from flask import Flask

from sandbox.extensions import db
from sandbox.queries import trials as queries
from sandbox.queries.trials.rows import Value, uses
from tests.journeys import drive

Counting = Callable[[], AbstractContextManager[list[str]]]


@dataclass
class Limit:
    """What `uses` reads of a condition."""

    metric: str = "customers"
    comparator: str = "at_most"
    threshold: Decimal = Decimal(100)
    currency: str | None = None
    jurisdictions: tuple[str, ...] = ("UK",)


@pytest.mark.parametrize(
    ("comparator", "value", "tone"),
    [
        ("at_most", "89", "good"),
        ("at_most", "90", "warning"),
        ("at_most", "100", "warning"),
        ("at_most", "101", "bad"),
        ("at_least", "100", "good"),
        ("at_least", "99", "bad"),
    ],
)
def test_how_close_a_value_is(comparator: str, value: str, tone: str) -> None:
    values = [
        Value("customers", "UK", None, Decimal(value)),
        Value("customers", "US", None, Decimal(999)),
        Value("customers", "UK", "GBP", Decimal(999)),
    ]
    (use,) = uses(Limit(comparator=comparator), values)
    assert (use.tone, use.broken) == (tone, tone == "bad")


def test_a_trial_page_costs_at_most_ten_statements(app: Flask, statements: Counting) -> None:
    drive.demo_keys()
    cast = drive.cast(["SEC"])
    limits = {"SEC": [drive.limit("total-value", "5", currency="USD"), drive.limit("customers", "9")]}
    case = drive.to_opening(cast, ["US"], conditions=limits)
    drive.to_issued(case, cast)
    drive.notice(case, cast)
    assert queries.dashboard(cast.desks["SEC"].officer) is None
    trial_id = drive.accept(case, cast.company)
    report_id = drive.first_report(trial_id)
    broken = drive.report(report_id, cast.company, {"total-value": "6"})
    for actor in (cast.company.signatory, cast.desks["SEC"].supervisor):
        db.session.rollback()
        with statements() as seen:
            page = queries.case_page(actor, case)
        assert len(seen) <= 10, seen
        assert [one.id for one in page.open_breaches] == broken
        (line,) = [one for one in page.limits if one.metric == "total-value"]
        assert line.uses[0].broken
        found = queries.dashboard(actor)
        assert found is not None and [one.id for one in found.breaches] == broken
        assert len(found.reports) == (5 if found.firm else 1)
        assert [row.breaches for row in queries.trials(actor).rows] == [1]
