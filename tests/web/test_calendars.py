"""Calendars as pages: any period with its reasons, the sets of clocks, the month, and the feed."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy import select, update

from sandbox.cli.demo import story
from sandbox.domain.actors import Actor, Role
from sandbox.extensions import db
from sandbox.models.desks import Case, Desk
from sandbox.models.people import CalendarFeed, Person
from sandbox.services import desks
from tests.factories import Maker
from tests.journeys.staging import OTHER, SEALED, World, build

As = Callable[[Actor], Any]
DATA = Path(__file__).parent.parent / "data" / "golden_working_days.csv"
GOLDEN = list(csv.DictReader(DATA.read_text(encoding="utf-8").splitlines()))
COLUMNS = (("FCA", "due_UK_ENG"), ("SEC", "due_US_FED"), ("FCA&where=SEC", "due_both_open"))


@pytest.fixture
def world(maker: Maker) -> World:
    """A case in assessment and one just routed."""
    return build(maker)


def counted(page: str) -> str:
    """The date that the page answers with."""
    found = re.search(r'<time datetime="(\d{4}-\d\d-\d\d)">', page)
    assert found, "no date on the page"
    return found.group(1)


# --- counting --------------------------------------------------------------------------------------------------------


def test_every_reference_row_holds_on_the_page(maker: Maker, as_: As) -> None:
    assert as_(maker.staff("FCA")).get("/clocks").status_code == 403, "somebody without a role has no page"
    browser = as_(maker.staff("FCA", Role.CASE_OFFICER))
    for row in GOLDEN:
        for where, column in COLUMNS:
            query = f"start={row['start']}&length={row['n_working_days']}&unit=working_days&where={where}"
            page = browser.get(f"/clocks?{query}")
            assert page.status_code == 200
            assert counted(page.text) == row[column], (row, where)
            assert "Why this date?" in page.text and "The start day does not count" in page.text


def test_hours_are_shown_in_both_zones_in_the_weeks_when_they_are_apart(maker: Maker, as_: As) -> None:
    """27 March 2026, 21:30 in New York: London changes its clocks two nights later (DOMAIN 11.6, case 8)."""
    browser = as_(maker.staff("SEC", Role.SUPERVISOR))
    page = browser.get("/clocks?start=2026-03-27T21:30&length=24&unit=hours&where=SEC").text
    assert "2026-03-29 01:30 UTC" in page
    assert "Europe/London: Sun 29 Mar 2026 02:30 BST" in page
    assert "America/New_York: Sat 28 Mar 2026 21:30 EDT" in page
    refused = browser.get("/clocks?start=2026-03-27T21:30&length=24&unit=hours&where=SEC&where=FCA")
    assert refused.status_code == 422 and "exactly one time zone" in refused.text


def test_a_day_is_typed_in_three_boxes_and_hours_need_a_time(maker: Maker, as_: As) -> None:
    browser = as_(maker.staff("FCA", Role.CASE_OFFICER))
    boxes = "start=7&start=4&start=2026"
    page = browser.get(f"/clocks?{boxes}&length=1&unit=working_days&where=FCA").text
    assert counted(page) == "2026-04-08" and "GB-ENG: England and Wales" in page
    hours = f"/clocks?{boxes}&length=24&unit=hours&where=FCA"
    refused = browser.get(hours)
    assert refused.status_code == 422 and "Enter the time from which the hours count" in refused.text
    assert "Wed 8 Apr 2026 09:00 BST" in browser.get(f"{hours}&time=09:00").text
    assert "Wed 8 Apr 2026 14:00 BST" in browser.get(f"{hours}&time=09:00-04:00").text
    late = browser.get(f"/clocks?{boxes}&length=1&unit=working_days&where=FCA&time=09:00")
    assert late.status_code == 422 and "Leave the time empty" in late.text


@pytest.mark.parametrize(
    "query",
    [
        "start=&length=5&unit=working_days&where=FCA",
        "start=2026-02-30&length=5&unit=working_days&where=FCA",
        "start=2026-01-05&length=0&unit=working_days&where=FCA",
        "start=2026-01-05&length=5&unit=fortnights&where=FCA",
        "start=2026-01-05&length=5&unit=working_days",
        "start=2026-01-05&length=5&unit=working_days&where=NOWHERE",
        "start=2100-12-31&length=5&unit=months&where=FCA",
        "start=%00&length=%E2%82%AC&unit=&where=%00",
    ],
)
def test_what_cannot_be_counted_is_refused_and_kept(maker: Maker, as_: As, query: str) -> None:
    page = as_(maker.staff("FCA", Role.CASE_OFFICER)).get(f"/clocks?{query}")
    assert page.status_code == 422
    assert "There is a problem" in page.text


def test_the_sets_of_clocks_name_their_source_and_never_call_a_standard_law(maker: Maker, as_: As) -> None:
    page = as_(maker.staff("BoE", Role.INTAKE_OFFICER)).get("/clocks/sets")
    assert page.status_code == 200
    rows = re.findall(r"<tr class=\"govuk-table__row\">.*?</tr>", page.text, re.DOTALL)
    standards = [row for row in rows if "Set by the programme" in row]
    assert standards and all("Not law" in row for row in standards)
    assert "FSMA 2000 s189" in page.text and "MiCA Art 63(9)" in page.text and "business days" in page.text


# --- the month -------------------------------------------------------------------------------------------------------


def test_a_month_names_the_closed_days_of_each_country(maker: Maker, as_: As) -> None:
    browser = as_(maker.staff("FCA", Role.CASE_OFFICER))
    july = browser.get("/calendar?month=2026-07").text
    assert re.search(r'datetime="2026-07-03".*?US-FED</strong> closed: Independence Day', july, re.DOTALL)
    assert "June 2026" in july and "August 2026" in july
    december = browser.get("/calendar?month=2027-12").text
    assert re.search(r'datetime="2027-12-31".*?US-FED</strong> closed: New Year', december, re.DOTALL)
    assert "Provisional" in browser.get("/calendar?month=2040-05").text
    for nonsense in ("2026-13", "0000-01", "1999-12", "x", "2101-01", "%00"):
        assert browser.get(f"/calendar?month={nonsense}").status_code == 404


def on(world: World, day: date, code: str = SEALED) -> None:
    """Let the desk have to answer on that day."""
    db.session.execute(update(Desk).where(Desk.id == story.desk_of(world.case_id, code)).values(due_on=day))
    db.session.commit()


def test_the_month_shows_the_dates_of_the_own_desk_and_nobody_elses(world: World, as_: As) -> None:
    reference = db.session.execute(select(Case.reference).where(Case.id == world.case_id)).scalar_one()
    on(world, date(2027, 2, 10))
    on(world, date(2027, 2, 11), OTHER)
    page = as_(world.staff("case")).get("/calendar?month=2027-02").text
    assert page.count(f"{reference}: decide or answer") == 1
    assert reference in as_(world.other("case")).get("/calendar?month=2027-02").text
    for outsider in ("signatory@tessellate.example", "secretariat@programme_office.example"):
        assert reference not in as_(world.outsiders[outsider]).get("/calendar?month=2027-02").text
    assert reference not in as_(world.staff("records")).get("/calendar?month=2027-02").text, "has not declared"
    desks.declare(world.staff("case"), world.case_id, outcome="recused", kinds=["family"], details="My sister.")
    assert reference not in as_(world.staff("case")).get("/calendar?month=2027-02").text


# --- the feed --------------------------------------------------------------------------------------------------------


def feed_of(browser: Any) -> str:
    """Make an address, and read it off the page that shows it once."""
    assert browser.send("/calendar/feed", {"do": "renew"}).status_code == 302
    found = re.search(r"<code class=\"portal-hash\">([^<]+)</code>", browser.get("/calendar/feed").text)
    assert found
    assert "portal-hash" not in browser.get("/calendar/feed").text, "shown once"
    return urlsplit(found.group(1)).path


def test_a_feed_says_reference_and_kind_and_nothing_of_the_case(app: Flask, world: World, as_: As) -> None:
    soon = datetime.now(UTC).date() + timedelta(days=20)
    on(world, soon)
    browser = as_(world.staff("case"))
    path = feed_of(browser)
    stranger = app.test_client()
    answer = stranger.get(path)
    reference, title = db.session.execute(select(Case.reference, Case.title).where(Case.id == world.case_id)).one()
    assert (answer.status_code, answer.content_type) == (200, "text/calendar; charset=utf-8")
    assert "no-store" in answer.headers["Cache-Control"] and "Set-Cookie" not in answer.headers
    text = answer.data.replace(b"\r\n ", b"").decode()
    assert f"SUMMARY:{reference}: decide or answer\r\n" in text
    assert f"DTSTART;VALUE=DATE:{soon:%Y%m%d}" in text
    assert title not in text and "Harbour" not in text
    held = db.session.execute(select(CalendarFeed.token_hash)).scalar_one()
    assert held not in path and path.split("/")[3] not in held


def test_a_recused_persons_feed_loses_the_case_at_once(app: Flask, world: World, as_: As) -> None:
    on(world, datetime.now(UTC).date() + timedelta(days=20))
    path = feed_of(as_(world.staff("case")))
    assert b"decide or answer" in app.test_client().get(path).data
    desks.declare(world.staff("case"), world.case_id, outcome="recused", kinds=["family"], details="My sister.")
    gone = app.test_client().get(path)
    assert gone.status_code == 200 and b"VEVENT" not in gone.data


def test_an_address_that_was_renewed_ended_or_is_nobodys_is_not_there(app: Flask, world: World, as_: As) -> None:
    browser, stranger = as_(world.staff("case")), app.test_client()
    first = feed_of(browser)
    second = feed_of(browser)
    assert stranger.get(first).status_code == 404
    assert stranger.get(second).status_code == 200
    assert stranger.get(f"/calendar/feeds/{'0' * 64}/dates.ics").status_code == 404
    db.session.execute(update(Person).where(Person.id == world.staff("case").me).values(active=False))
    db.session.commit()
    assert stranger.get(second).status_code == 404, "somebody who left"
    db.session.execute(update(Person).where(Person.email.like("case@%")).values(active=True))
    db.session.commit()
    assert as_(world.staff("case")).send("/calendar/feed", {"do": "end"}).status_code == 302
    assert stranger.get(second).status_code == 404


def test_the_other_desk_the_firm_and_the_office_read_nothing_of_a_desk_in_their_feeds(
    app: Flask, world: World, as_: As
) -> None:
    day = datetime.now(UTC).date() + timedelta(days=20)
    on(world, day)
    for person in (world.other("case"), world.outsiders["signatory@harbourlight.example"]):
        assert f"{day:%Y%m%d}".encode() not in app.test_client().get(feed_of(as_(person))).data
    office = world.outsiders["secretariat@programme_office.example"]
    assert as_(office).get("/calendar/feed").status_code == 403


def test_an_address_that_is_read_too_often_waits(app: Flask, world: World, as_: As) -> None:
    path, stranger = feed_of(as_(world.staff("case"))), app.test_client()
    answers = [stranger.get(path).status_code for _ in range(61)]
    assert answers == [200] * 60 + [429]
    assert "Retry-After" in stranger.get(path).headers
