"""How a firm applies in the browser: what is typed into each section, and how the forms of the pages are sent."""

from __future__ import annotations

import html
import re

TYPED = {
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
    },
    "jurisdictions": {
        "jurisdictions": ["UK", "US"],
        "rationale-UK": "The issuers are there.",
        "rationale-US": "The investors are there.",
        "goes_on_with_fewer": "yes",
    },
    "test_plan": {
        "starts_on": ["1", "3", "2027"],
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


def hidden(page, name):
    """The value of a hidden field of a page."""
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)
    assert found, f"no {name} on the page"
    return html.unescape(found[1])


def save(browser, application, code, then="list", **changes):
    """Open a section, type and save, as a browser does: with everything that is on the page."""
    page = browser.get(f"{application}/sections/{code}").text
    data = {**TYPED[code], "version": hidden(page, "version"), "opened": hidden(page, "opened"), "then": then}
    return browser.send(f"{application}/sections/{code}", {**data, **changes})


def started(browser, maker):
    """Start an application in the browser; its address."""
    answer = browser.send("/applications", {"programme_id": str(maker.programme()), "title": "Tokenised fund units"})
    assert answer.status_code == 303
    return answer.headers["Location"]


def submit(browser, application, **changes):
    """Open the page that checks the answers, confirm and submit."""
    page = browser.get(f"{application}/check").text
    return browser.send(f"{application}/submit", {"content": hidden(page, "content"), "confirm": "y", **changes})
