"""Every refusal and every fault as a page. One table says which status a refusal has.

What may not be seen and what does not exist give the same page, byte for byte.
"""

from __future__ import annotations

import logging

from flask import Flask, Response, current_app, g, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from markupsafe import escape
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException, SecurityError

from sandbox.adapters.access_log import AccessLogUnavailable, log_at
from sandbox.domain.errors import BadInput, Conflict, Incomplete, NotAllowed, NotFound, NotNow, Refusal
from sandbox.extensions import db
from sandbox.services.throttle import TooMany
from sandbox.web import keeping
from sandbox.web.access import SignedOut, access_of, viewer_or_none
from sandbox.web.security import request_id

log = logging.getLogger("sandbox.web")

NOTHING_HERE = "If you typed the address, check that it is right. The page may also be one that you may not open."

# fmt: off
ANSWERS: tuple[tuple[type[Exception], int, str], ...] = (
    (NotFound,   404, "Page not found"),
    (NotAllowed, 403, "You may not do this"),
    (NotNow,     409, "This is not possible now"),
    (Incomplete, 409, "Something is still missing"),
    (Conflict,   409, "Somebody else changed this first"),
    (BadInput,   422, "There is a problem with what was sent"),
    (TooMany,    429, "Too many attempts"),
)
HTTP = {
    400: ("This request could not be read", "Go back and try again."),
    404: ("Page not found", NOTHING_HERE),
    405: ("This page cannot be used like this", "Go back and use the buttons and links of the page."),
    413: ("The file or text is too large", "Go back and send less: the page says how large a file may be."),
    429: ("Too many attempts", "Wait a few minutes, then try again."),
}
# fmt: on
UNAVAILABLE = (
    "The portal is busy",
    "It could not save or read just now. Nothing was changed. Wait a moment, then go back and send it again.",
)
CSRF = (
    "This form has become too old",
    "For your safety it was not accepted, and nothing was changed. Go back: what you typed is still there. "
    "Copy long texts, reload the page and send the form again.",
)
SIGNED_OUT = (
    "You are signed out",
    "What you sent was not accepted and nothing was changed. Open the sign-in page in another tab and sign in. "
    "Then come back here, go back to your form and send it again: what you typed is still there.",
)


def page(status: int, title: str, what: str | tuple[str, ...], action: dict[str, str] | None = None) -> Response:
    """The page of a refusal. Falls back to bare HTML where even the templates fail."""
    number = request_id() if status >= 500 else None
    try:
        body = render_template("errors/refusal.html", title=title, what=what, request_id=number, action=action)
    except Exception:  # the last resort: whatever fails here, an answer is given
        log.exception("The page of an error could not be rendered (%s)", request_id())
        body = bare(title, what)
    return make_response(body, status)


def bare(title: str, what: str | tuple[str, ...]) -> str:
    """A page without template, address or viewer."""
    lines = escape(what if isinstance(what, str) else "; ".join(what))
    return f'<!doctype html><html lang="en"><title>{escape(title)}</title><h1>{escape(title)}</h1><p>{lines}</p></html>'


def wrong_host(_problem: SecurityError) -> ResponseReturnValue:
    """A request to a name that is not ours: no address of ours can be built for it, so the page has no links."""
    return make_response(bare("This is not the address of the portal", "Use the address that you were given."), 400)


def _note_denial() -> None:
    """One line in the access log for an attempt that the rules refused; a stranger who was never asked leaves none."""
    access = access_of(current_app, request.endpoint) if request.endpoint else None
    try:
        action = access.action if access else None
        log_at(current_app.config["ACCESS_LOG"]).denied(viewer_or_none(), action, item=request.path)
    except AccessLogUnavailable:
        log.exception("A refused attempt could not be noted (%s)", request_id())


def refused(refusal: Refusal) -> ResponseReturnValue:
    """A refusal of a use case or a query."""
    if isinstance(refusal, NotFound | NotAllowed):
        _note_denial()
    found = ((status, title) for kind, status, title in ANSWERS if isinstance(refusal, kind))
    status, title = next(found, (409, "This was refused"))
    if status == 404:
        return page(404, title, NOTHING_HERE)
    missing = getattr(refusal, "missing", ()) or tuple(getattr(refusal, "problems", {}).values())
    response = page(status, title, missing or str(refusal) or title)
    if isinstance(refusal, TooMany):
        response.headers["Retry-After"] = str(refusal.retry_after)
    return response


def http(problem: HTTPException) -> ResponseReturnValue:
    """What the framework refused: unknown address, wrong method, too large."""
    if problem.code is None or problem.code < 400:
        return problem.get_response()
    title, message = HTTP.get(problem.code, ("This did not work", "Go back and try again."))
    response = page(problem.code, title, message)
    for name, value in problem.get_headers():
        if name in ("Allow", "Retry-After"):
            response.headers[name] = value
    return response


def signed_out(_problem: SignedOut) -> ResponseReturnValue:
    """A form came from somebody who is not signed in any more: the way in, with what was typed."""
    kept = keeping.sign_in_page()
    return make_response(kept, 401) if kept else page(401, *SIGNED_OUT)


def too_old(_problem: CSRFError) -> ResponseReturnValue:
    """The form's token does not count any more: shown again with what was typed, to the same person only."""
    kept = keeping.again_page() if viewer_or_none() else keeping.sign_in_page()
    return make_response(kept, 400) if kept else page(400, *CSRF)


def unavailable(problem: Exception) -> ResponseReturnValue:
    """The database is locked, full or away, or what is opened cannot be noted down."""
    g.without_viewer = True
    log.error("Not available (%s): %s", request_id(), getattr(problem, "orig", problem))
    db.session.rollback()
    response = page(503, *UNAVAILABLE)
    response.headers["Retry-After"] = "30"
    return response


def broken(problem: Exception) -> ResponseReturnValue:
    """A fault of the portal: one page that tells only the request's id."""
    g.without_viewer = True
    log.error("Unexpected fault (%s) %s %s: %r", request_id(), request.method, request.path, problem)
    return page(500, "Sorry, there is a problem with the portal", "Try again later. Nothing half-done was kept.")


def init_app(app: Flask) -> None:
    """Register the answers."""
    app.register_error_handler(Refusal, refused)
    app.register_error_handler(CSRFError, too_old)
    app.register_error_handler(SignedOut, signed_out)
    app.register_error_handler(HTTPException, http)
    app.register_error_handler(SecurityError, wrong_host)
    app.register_error_handler(OperationalError, unavailable)
    app.register_error_handler(AccessLogUnavailable, unavailable)
    app.register_error_handler(OSError, broken)
    app.register_error_handler(500, lambda problem: broken(getattr(problem, "original_exception", None) or problem))


__all__ = ["ANSWERS", "init_app", "page"]
