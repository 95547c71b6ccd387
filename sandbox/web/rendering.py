"""What templates can use: names of built files, words, the viewer's navigation, and how facts are written out."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache, lru_cache
from mimetypes import guess_type
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from flask import Flask, Response, abort, current_app, request, send_from_directory
from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PackageLoader, PrefixLoader, Template, Undefined
from markupsafe import Markup

from sandbox import ROOT
from sandbox.domain import audiences
from sandbox.domain.actions import Action
from sandbox.domain.actors import ROLE_TITLES, Actor, Organisation, Role
from sandbox.domain.documents import marks, readable
from sandbox.domain.policy import named
from sandbox.web.access import public, viewer_or_none
from sandbox.web.addresses import url_for
from sandbox.web.forms.base import Form
from sandbox.web.locale import _, translations
from sandbox.web.templating import Templates

DIST = ROOT / "static" / "dist"


@dataclass(frozen=True, slots=True)
class Place:
    """One entry of the main navigation. A page that does not exist is left out.

    `action` names the roles that see it (None: everybody signed in), `kind` their organisation (None: any); pages of
    `rooms` that have no entry of their own count as within it.
    """

    text: str
    endpoint: str
    action: Action | None = None
    kind: Organisation | None = None
    rooms: frozenset[str] = frozenset()


CASE_ROOMS = frozenset({"applications", "desks", "assessments", "divergences", "decisions", "documents", "trail"})
NAVIGATION = (
    Place(_("Home"), "home.dashboard"),
    Place(_("Applications"), "applications.index", Action.APPLICATION_READ, rooms=CASE_ROOMS),
    Place(_("Inbox"), "desks.index", Action.DESK_READ, rooms=CASE_ROOMS),
    Place(_("Search"), "desks.search", Action.DESK_READ),
    Place(_("Enquiries"), "desks.enquiries", Action.ENQUIRY_READ),
    Place(_("Cases"), "desks.pipeline", Action.CASE_GLANCE, Organisation.PROGRAMME_OFFICE, CASE_ROOMS),
    Place(_("Trials"), "trials.index", Action.TRIAL_READ, rooms=frozenset({"trials"})),
    Place(_("Calendar"), "calendars.month", Action.CALENDAR_READ, rooms=frozenset({"calendars"})),
    Place(_("Trail"), "trail.audit", Action.TRAIL_AUDIT),
    Place(_("Firm"), "firms.index", Action.FIRM_READ, rooms=frozenset({"firms"})),
    Place(_("People"), "people.index", Action.PEOPLE_READ, rooms=frozenset({"people"})),
)


class StrictName(Undefined):
    """An unknown name or attribute is an error; a key that a dict of options leaves out is only empty.

    A macro may also ask whether it has a `caller`.
    """

    def _check(self) -> None:
        if not isinstance(self._undefined_obj, Mapping) and self._undefined_name != "caller":
            self._fail_with_undefined_error()

    def __bool__(self) -> bool:
        self._check()
        return False

    def __str__(self) -> str:
        self._check()
        return ""

    def __iter__(self) -> Iterator[Any]:
        self._check()
        return iter(())

    def __len__(self) -> int:
        self._check()
        return 0

    def __eq__(self, other: object) -> bool:
        self._check()
        return isinstance(other, Undefined)

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = Undefined.__hash__


class Foreign(PrefixLoader):
    """Templates of the GOV.UK packages: they rest on unknown names being empty, whatever ours do."""

    _theirs: Environment | None = None

    def load(self, environment: Environment, name: str, globals: MutableMapping[str, Any] | None = None) -> Template:
        """Load in an environment of their own, which shares everything else with ours."""
        if self._theirs is None:
            self._theirs = environment.overlay(undefined=Undefined)
        return super().load(self._theirs, name, globals)


# --- built files -----------------------------------------------------------------------------------------------------


@cache
def _manifest(_changed: int) -> dict[str, str]:
    return dict(json.loads((DIST / "manifest.json").read_text()))


def asset(name: str) -> str:
    """The address of a built file, with its hash: `portal.css` → `/static/portal.3f2a….css`."""
    try:
        built = _manifest(os.stat(f"{DIST}/manifest.json").st_mtime_ns)
    except FileNotFoundError:
        built = {}
    return f"{request.script_root if request else ''}/static/{built.get(name, name)}"


@public
def static(filename: str) -> Response:
    """A built file. No dot files, nothing outside the folder."""
    if any(part.startswith(".") for part in Path(filename).parts) or filename == "manifest.json":
        abort(404)
    packed = request.accept_encodings["gzip"] > 0 and (DIST / f"{filename}.gz").is_file()
    response = send_from_directory(DIST, f"{filename}.gz" if packed else filename, mimetype=guess_type(filename)[0])
    response.vary.add("Accept-Encoding")
    if packed:
        response.content_encoding = "gzip"
    return response


# --- facts -----------------------------------------------------------------------------------------------------------


def viewer_zone() -> ZoneInfo:
    """The time zone of the viewer; UTC for strangers."""
    actor = viewer_or_none()
    try:
        return ZoneInfo(actor.time_zone if actor else "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def day(value: date | datetime | None) -> str:
    """`21 November 2026`; an instant is taken in the viewer's zone."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = value.astimezone(viewer_zone()).date()
    return _written(value)


@lru_cache(maxsize=4096)
def _written(value: date) -> str:
    return f"{value.day} {value:%B %Y}"


def moment(value: datetime | None, zone: str | None = None) -> Markup | str:
    """`21 November 2026 at 14:05 GMT` in the viewer's zone or the one given, as a `time` element."""
    if value is None:
        return ""
    there = value.astimezone(ZoneInfo(zone) if zone else viewer_zone())
    words = f"{there.day} {there:%B %Y} at {there:%H:%M %Z}"
    return Markup('<time datetime="%s">%s</time>') % (value.isoformat(timespec="seconds"), words)


def number(value: Decimal | int | None) -> str:
    """Thousands apart by commas, without zeros that say nothing."""
    if value is None:
        return ""
    text = f"{Decimal(value):,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def money(value: Decimal | int | None, currency: str = "") -> str:
    """`GBP 1,250,000` or `GBP 12.50`; the currency is always named, never a sign that two countries share."""
    if value is None:
        return ""
    amount = Decimal(value)
    shown = f"{amount:,.0f}" if amount == amount.to_integral_value() else number(amount)
    if "." in shown and len(shown.rpartition(".")[2]) == 1:
        shown += "0"
    return f"{currency}\u00a0{shown}".strip("\u00a0")


def short(value: str | None) -> str:
    """The first twelve signs of a hash, for lists; pages of a thing itself show it whole."""
    return f"{value[:12]}…" if value else ""


def the_firm() -> str:
    """The firm as the reader calls it, inside a list of those who see something."""
    actor = viewer_or_none()
    return _("your firm") if actor is not None and actor.organisation is Organisation.FIRM else _("the firm")


def party(name: str) -> str:
    """A party of an audience, in words."""
    words = {
        audiences.FIRM: the_firm().capitalize(),
        audiences.OFFICE: _("Programme office"),
        audiences.OBSERVERS: _("Observers"),
        audiences.PUBLIC: _("The public"),
    }
    return words.get(name) or name.removeprefix("desk:")


def role_title(role: str) -> str:
    """A role in words."""
    return ROLE_TITLES[Role(role)]


def case_list() -> tuple[str, str]:
    """The list of cases that the viewer has: its address and name; home for who has none."""
    places = [place for place in NAVIGATION if place.endpoint in ("desks.index", "desks.pipeline")]
    actor = viewer_or_none()
    found = next((place for place in places if actor is not None and _is_for(place, actor)), NAVIGATION[0])
    return url_for(found.endpoint), found.text


def words(value: str) -> str:
    """A state or a code in words: `find_incomplete` → `Find incomplete`."""
    return value.replace("_", " ").capitalize()


def dict_of(rows: Iterable[str | tuple[Any, str]]) -> dict[str, str]:
    """Options of a list: value → words, from pairs or from words that stand for themselves."""
    pairs = ((row, row) if isinstance(row, str) else row for row in rows)
    return {str(value): text for value, text in pairs}


def next_page(cursor: str | None, name: str = "after") -> str | None:
    """The address of this list's next page, with its filters kept; None on the last."""
    if cursor is None or request.endpoint is None:
        return None
    values = {**request.args.to_dict(), **(request.view_args or {}), name: cursor}
    return url_for(request.endpoint, **values)


def first_page(name: str = "after") -> str | None:
    """The address of this list's beginning; None when this is it."""
    if name not in request.args or request.endpoint is None:
        return None
    values = {key: value for key, value in request.args.items() if key != name}
    return url_for(request.endpoint, **{**values, **(request.view_args or {})})


# --- the frame of every page -----------------------------------------------------------------------------------------


def navigation(actor: Actor | None) -> list[dict[str, Any]]:
    """The pages that the viewer's roles can open."""
    if actor is None:
        return []
    places = [place for place in NAVIGATION if _is_for(place, actor)]
    here = request.endpoint or ""
    exact = any(place.endpoint == here for place in places)
    return [
        {
            "text": place.text,
            "href": url_for(place.endpoint),
            "active": place.endpoint == here if exact else here.split(".")[0] in place.rooms,
        }
        for place in places
    ]


def _is_for(place: Place, actor: Actor) -> bool:
    granted = place.action is None or named(actor, place.action)
    return granted and place.kind in (None, actor.organisation) and place.endpoint in current_app.view_functions


def frame() -> dict[str, Any]:
    """What the layout of every page reads."""
    actor = viewer_or_none()
    account = None
    if actor is not None:
        held = ", ".join(ROLE_TITLES[role] for role in sorted(actor.roles))
        account = {"name": actor.name, "organisation": actor.organisation_name, "role": held}
    return {
        "viewer": actor,
        "account": account,
        "navigation": navigation(actor),
        "demo": current_app.config["DEMO"],
    }


def wtforms_errors(form: Form) -> dict[str, Any]:
    """What the GOV.UK box of problems takes; the package's own function leaves out problems of no field."""
    return {"errorList": form.problems}


GLOBALS = {
    "case_list": case_list,
    "wtforms_errors": wtforms_errors,
    "asset": asset,
    "url_for": url_for,
    "next_page": next_page,
    "first_page": first_page,
    "viewer_zone": viewer_zone,
    "marks_of": marks,
    "party": party,
    "role_title": role_title,
    "the_firm": the_firm,
}
FILTERS = {
    "day": day,
    "dict_of": dict_of,
    "moment": moment,
    "number": number,
    "money": money,
    "short": short,
    "size": readable,
    "party": party,
    "role_title": role_title,
    "said": _,
    "words": words,
}


def init_app(app: Flask) -> None:
    """Set up the templates and the built files."""
    app.jinja_environment = Templates
    app.jinja_options = {
        "undefined": StrictName if app.config["TEMPLATES_STRICT"] else Undefined,
        "extensions": ["jinja2.ext.i18n", "jinja2.ext.do"],
        "trim_blocks": True,
        "lstrip_blocks": True,
    }
    app.jinja_env.loader = ChoiceLoader(  # no room brings templates of its own, so Flask need not search them
        [
            FileSystemLoader(str(app.template_folder)),
            Foreign(
                {
                    "govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja"),
                    "govuk_frontend_wtf": PackageLoader("govuk_frontend_wtf"),
                },
            ),
        ],
    )
    app.jinja_env.install_gettext_translations(translations, newstyle=False)  # type: ignore[attr-defined]
    app.jinja_env.globals.update(GLOBALS)
    app.jinja_env.filters.update(FILTERS)
    app.context_processor(frame)
    app.add_url_rule("/static/<path:filename>", "static", static)


__all__ = ["asset", "init_app"]
