"""How a firm applies in the browser: what is typed into each section, and how the forms of the pages are sent.

Every required question of the newest question set is answered by its kind; SPECIAL says what tests look for.
"""

from __future__ import annotations

import html
import re
import tomllib

from sandbox.domain.questions import Column, Question, QuestionSet, read
from sandbox.services.catalogue import SHIPPED
from sandbox.web.forms.parts import field_name

SPECIAL = {
    "firm": {
        "legal_name": "Łódź & Harbour Tokens Ltd",
        "lei": "5493001kjtiigc8y1r12",
        "company_number": "01234567",
        "country": "GB",
        "address": "1 Example Street\r\nExample Town",
        "contact_name": "Maja Wójcik",
        "contact_email": "Maja@Harbour.example",
    },
    "product": {
        "name": "Tokenised fund units",
        "summary": "Units of a fund as tokens.",
        "innovation": "Settlement on the day of the trade.",
        "activities": ["custody", "trading-platform"],
        "asset_classes": ["uk-specified-investment", "us-digital-security"],
        "customers": "Forty professional customers.",
        "classification-0-class": "uk-specified-investment",
        "classification-1-asset": "In one line.",
        "classification-1-class": "us-digital-security",
        "classification-1-from": ["1", "3", "2097"],
        "classification-1-reason": "In one line.",
    },
    "custody": {"model": "own"},
    "jurisdictions": {
        "jurisdictions": ["UK", "US"],
        "rationale-UK": "The issuers are there.",
        "rationale-US": "The investors are there.",
        "goes_on_with_fewer": "yes",
    },
    "test_plan": {
        "starts_on": ["1", "3", "2097"],
        "duration_months": "12",
        "customers": "At most forty.",
        "amount-UK-total-value": "5000000.50",
        "window-UK-total-value": "at_any_time",
        "amount-US-customers": "25",
        "window-US-customers": "whole_trial",
        "amount-US-uptime": "99.5",
        "safeguards": ["segregation", "halt"],
        "safeguards_text": "Assets are held apart.",
        "exit_plan": "Every token is redeemed.",
    },
    "declarations": {"accurate": "y", "authorised": "y", "consent_sharing": "y", "not_in_default": "y"},
}


def newest() -> QuestionSet:
    """The newest question set that is shipped."""
    files = (SHIPPED / "questions").glob("*.toml")
    return max((read(tomllib.loads(file.read_text())) for file in files), key=lambda one: one.version)


def _cell(column: Column):
    """What is typed into a cell."""
    by_kind = {"number": "1", "day": ["1", "3", "2097"], "country": "GB", "line": "In one line."}
    return column.options[0].code if column.options else by_kind.get(column.kind)


def _typed(question: Question) -> dict[str, object]:
    """What is typed for a question: the first option, one row, a short text."""
    name, kind = field_name(question.name), question.kind
    if kind == "table":
        row: dict[str, object] = {f"{name}-0-{one.code}": _cell(one) for one in question.columns if one.kind != "money"}
        row |= {f"{name}-0-{code}": str(place) for place, code in enumerate(question.steps, start=1)}
        for one in question.columns:
            if one.kind == "money":
                row |= {f"{name}-0-{one.code}": "1000", f"{name}-0-{one.code}-currency": "GBP"}
        return row
    if kind == "money":
        return {name: "1000", f"{name}-currency": "GBP"}
    if kind in ("choice", "choices"):
        return {name: question.options[0].code}
    by_kind = {"number": "1", "day": ["1", "3", "2097"], "yes_no": "no", "declaration": "y", "country": "GB"}
    return {name: by_kind.get(kind, "In plain words.")}


def _section(questions) -> dict[str, object]:
    found: dict[str, object] = {}
    for question in questions:
        if question.required or question.when:
            found |= _typed(question)
    return found


QUESTIONS = newest()
TYPED = {section.code: _section(section.questions) | SPECIAL.get(section.code, {}) for section in QUESTIONS.sections}


def hidden(page, name):
    """The value of a hidden field of a page."""
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)
    assert found, f"no {name} on the page"
    return html.unescape(found[1])


def asked(page):
    """The names of the questions on a page that are asked now."""
    return re.findall(r'name="asked" value="([^"]+)"', page)


def sent(page, code, then="list"):
    """What a browser sends for the page of a section with everything typed."""
    own = {name: hidden(page, name) for name in ("version", "opened", "whose")}
    return {**TYPED[code], **own, "asked": asked(page), "then": then}


def save(browser, application, code, then="list", **changes):
    """Open a section, type and save, as a browser does: with everything that is on the page."""
    page = browser.get(f"{application}/sections/{code}").text
    return browser.send(f"{application}/sections/{code}", {**sent(page, code, then), **changes})


def started(browser, maker):
    """Start an application in the browser; its address."""
    answer = browser.send("/applications", {"programme_id": str(maker.programme()), "title": "Tokenised fund units"})
    assert answer.status_code == 303
    return answer.headers["Location"]


def submit(browser, application, **changes):
    """Open the page that checks the answers, confirm and submit."""
    page = browser.get(f"{application}/check").text
    return browser.send(f"{application}/submit", {"content": hidden(page, "content"), "confirm": "y", **changes})
