"""The live test as its readers may see it: the case's page, reports, breaches, lists."""

from sandbox.queries.trials.case import Reports, TrialPage, all_reports
from sandbox.queries.trials.case import page as case_page
from sandbox.queries.trials.lists import Dashboard, TrialRow, dashboard, trials
from sandbox.queries.trials.reports import BreachPage, ReportPage, breach, report

__all__ = [
    "BreachPage",
    "Dashboard",
    "ReportPage",
    "Reports",
    "TrialPage",
    "TrialRow",
    "all_reports",
    "breach",
    "case_page",
    "dashboard",
    "report",
    "trials",
]
