"""The calendars column: count a period, the sets of clocks, the month, and the feed for a calendar program."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from sandbox.adapters import icalendar
from sandbox.domain.actions import Action
from sandbox.domain.calendars import in_zone, instant_in_words
from sandbox.domain.clocks import ClockError, Unit
from sandbox.domain.errors import NotFound
from sandbox.domain.policy import named
from sandbox.queries import calendars as queries
from sandbox.queries.calendars import Kind, Meet
from sandbox.services import calendars, people, throttle
from sandbox.web.access import needs, public, viewer
from sandbox.web.forms.clocks import Count, Feed
from sandbox.web.locale import _

blueprint = Blueprint("calendars", __name__)

KINDS = {
    Kind.DESK: _("decide or answer"),
    Kind.REQUEST: _("request to the firm"),
    Kind.REPORT: _("report of the trial"),
    Kind.MILESTONE: _("milestone of the trial"),
}
PAGES = {
    Kind.DESK: "desks.clocks",
    Kind.REQUEST: "desks.case",
    Kind.REPORT: "trials.case",
    Kind.MILESTONE: "trials.case",
}
BACK, AHEAD = timedelta(days=31), timedelta(days=400)
READS_AN_HOUR, READS_OF_AN_ADDRESS = 60, 600
SECRET = "calendar feed"  # where the session keeps a new address until it has been shown once


def today() -> date:
    """The day where the viewer is."""
    return datetime.now(ZoneInfo(viewer().time_zone)).date()


@blueprint.get("/clocks")
@needs(Action.CALENDAR_READ)
def count() -> ResponseReturnValue:
    """When does a period end, and why?"""
    form = Count(request.args)
    form.where.choices = queries.counting().choices
    found = None
    if form.asked(request.args):
        try:
            found = queries.period(
                form.where.data,
                form.begins,
                form.length.data,
                Unit(form.unit.data),
                count_start_day=form.count_start_day.data,
            )
        except ClockError as error:
            form.refuse({"time" if form.time.data else "start": str(error)})
    wall_clocks = instants(found.at) if found else ()
    return render_template("pages/calendars/count.html", form=form, found=found, instants=wall_clocks), form.status


def instants(at: date) -> tuple[tuple[str, str], ...]:
    """An instant on the wall clocks of all jurisdictions; nothing for a day."""
    if not isinstance(at, datetime):
        return ()
    return tuple((name, instant_in_words(in_zone(at, name))) for name in queries.zones())


@blueprint.get("/clocks/sets")
@needs(Action.CALENDAR_READ)
def sets() -> ResponseReturnValue:
    """Every period that the portal knows, with its source and how sure it is."""
    return render_template("pages/calendars/sets.html", sets=queries.sets())


@blueprint.get("/calendar")
@needs(Action.CALENDAR_READ)
def month() -> ResponseReturnValue:
    """One month of both countries' working days, with the viewer's dates."""
    now = today()
    try:
        asked = date.fromisoformat(f"{request.args['month']}-01") if "month" in request.args else now
        found = queries.month(viewer(), asked.year, asked.month, now)
    except ValueError:
        raise NotFound("There is nothing here.") from None
    return render_template(
        "pages/calendars/month.html",
        month=found,
        kinds=KINDS,
        address=_address,
        may_feed=named(viewer(), Action.CALENDAR_FEED),
    )


def _address(meet: Meet) -> str:
    return url_for(PAGES[meet.kind], case_id=meet.case_id)


@blueprint.route("/calendar/feed", methods=["GET", "POST"])
@needs(Action.CALENDAR_FEED)
def feed() -> ResponseReturnValue:
    """One's own secret address: made, renewed, ended. It is shown once."""
    form = Feed()
    if form.validate_on_submit():
        if request.form.get("do") == "end":
            calendars.end_feed(viewer())
            flash(_("The address no longer works."), "success")
        else:
            session[SECRET] = calendars.renew_feed(viewer())
        return redirect(url_for("calendars.feed"))
    token = session.pop(SECRET, None)
    shown = url_for("calendars.read_feed", token=token, _external=True) if token else None
    return render_template("pages/calendars/feed.html", form=form, address=shown, has_feed=queries.has_feed(viewer()))


@blueprint.get("/calendar/feeds/<code:token>/dates.ics")
@public
def read_feed(token: str) -> ResponseReturnValue:
    """The dates of whoever has this secret address: reference and kind, nothing else. 404 for any other address."""
    _throttle(token)
    person_id = queries.owner(token)
    if person_id is None:
        abort(404)
    reader = people.actor_of(person_id)
    if not named(reader, Action.CALENDAR_FEED):
        abort(404)
    now = datetime.now(ZoneInfo(reader.time_zone))
    entries = [_entry(one) for one in queries.dates(reader, now.date() - BACK, now.date() + AHEAD)]
    answer = Response(icalendar.write(_("Joint sandbox portal"), entries, now), content_type=icalendar.CONTENT_TYPE)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _entry(meet: Meet) -> icalendar.Entry:
    return icalendar.Entry(f"{meet.kind}-{meet.id}@joint-sandbox", meet.day, f"{meet.reference}: {KINDS[meet.kind]}")


def _throttle(token: str) -> None:
    """Raises TooMany (429) for an address that is read too often, and for somebody who tries addresses."""
    limits: dict[str, Any] = {
        throttle.key_of("feed", token): READS_AN_HOUR,
        throttle.key_of("feeds from", request.remote_addr or ""): READS_OF_AN_ADDRESS,
    }
    throttle.take(limits, timedelta(hours=1))


__all__ = ["blueprint", "instants"]
