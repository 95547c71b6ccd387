"""Sessions: the cookie holds a random token, the database its hash; ending the row ends the session everywhere.

Somebody who is not signed in gets only a signed cookie (form token, messages) and no row.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from flask import Flask, Response, current_app, flash, g, request, session
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user

from sandbox.domain.actors import Actor
from sandbox.queries import people as queries
from sandbox.services import people as services

TOUCH_AFTER = timedelta(minutes=1)
# No part of a path is empty or begins with a dot, and there is no sign that a browser could take for a host.
_PART = r"[A-Za-z0-9_~-][A-Za-z0-9_.~-]*"
SAME_SITE_PATH = re.compile(rf"/(?:{_PART}(?:/{_PART})*/?)?(?:\?[A-Za-z0-9=&_.~+%-]*)?")

_login = LoginManager()


class Member(UserMixin):
    """The signed-in person as Flask-Login carries them."""

    def __init__(self, token: str, found: queries.SignedIn):
        self.token = token
        self.actor: Actor = found.actor
        self.session_id = found.session_id

    def get_id(self) -> str:
        """What the cookie keeps: the session's token, nothing about the person."""
        return self.token


def same_site(target: str | None) -> str | None:
    """The target if it is a plain path of this portal, otherwise None. Only listed characters pass."""
    if target and len(target) <= 4000 and SAME_SITE_PATH.fullmatch(target):
        return target
    return None


def limits() -> services.Limits:
    """How many failed sign-ins are allowed, from the settings."""
    seconds = current_app.config["SIGN_IN_WINDOW_SECONDS"]
    return services.Limits(current_app.config["SIGN_IN_ATTEMPTS"], timedelta(seconds=seconds))


def address() -> str:
    """The address of the visitor as the trusted proxies say it."""
    return request.remote_addr or ""


def begin(email: str, password: str) -> Actor:
    """Sign in: a new token, an empty cookie. Raises BadInput, TooMany."""
    token = services.sign_in(
        email,
        password,
        address=address(),
        agent=request.user_agent.string,
        limits=limits(),
    )
    found = queries.viewer(services.token_hash(token))
    if found is None:
        raise RuntimeError("A session that was just opened is gone.")
    if current_user.is_authenticated:
        services.end_session(current_user.actor, current_user.session_id, reason="signed in anew")
    kept = {key: session.get(key) for key in ("csrf_token",) if session.get("was") == str(found.actor.person_id)}
    session.clear()
    # Somebody whose session ran out while filling in a form may sign in beside it and send it then.
    session.update({key: value for key, value in kept.items() if value})
    login_user(Member(token, found))
    return found.actor


def end() -> None:
    """Sign out: the row goes, the cookie is emptied."""
    if current_user.is_authenticated:
        services.end_session(current_user.actor, current_user.session_id)
    logout_user()
    session.clear()


def _expired(found: queries.SignedIn, moment: datetime) -> str | None:
    if moment - found.last_seen_at > timedelta(minutes=current_app.config["IDLE_MINUTES"]):
        return "idle"
    if moment - found.created_at > timedelta(hours=current_app.config["SESSION_HOURS"]):
        return "time limit"
    return None


@_login.user_loader
def load(token: str) -> Member | None:
    """The person behind the cookie, in one statement. A session over its time is ended, not only hidden."""
    found = queries.viewer(services.token_hash(token))
    if found is None:
        session.pop("_user_id", None)
        return None
    moment = datetime.now(UTC)
    reason = _expired(found, moment)
    if reason is not None:
        services.end_session(found.actor, found.session_id, reason=reason)
        session.pop("_user_id", None)
        session["was"] = str(found.actor.person_id)
        flash("You were signed out because the portal had not been used for some time. Sign in again to go on.")
        return None
    if moment - found.last_seen_at >= TOUCH_AFTER:
        g.seen_session = found.session_id
    return Member(token, found)


def _note_use(response: Response) -> Response:
    """Write down that the session is in use once the page has gone out: nobody waits for a writer to read."""
    session_id = g.get("seen_session")
    if session_id is not None:
        app = current_app._get_current_object()  # type: ignore[attr-defined]

        @response.call_on_close
        def write() -> None:
            with app.app_context():
                services.seen(session_id)

    return response


def init_app(app: Flask) -> None:
    """Let Flask-Login carry the viewer."""
    app.after_request(_note_use)
    _login.session_protection = None  # the row in the database is the session; addresses change on trains
    _login.init_app(app)


__all__ = ["Member", "address", "begin", "end", "init_app", "limits", "same_site"]
