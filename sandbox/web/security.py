"""What every response says to browsers, form tokens, trusted hosts and proxies, and the id of each request."""

from __future__ import annotations

import re
import secrets

from flask import Flask, Response, current_app, g, request, session
from flask_wtf.csrf import CSRFProtect
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge
from werkzeug.middleware.proxy_fix import ProxyFix

CSP = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "object-src 'none'",
        "frame-ancestors 'none'",
    ),
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
HSTS = "max-age=31536000; includeSubDomains"
HASHED = re.compile(r"[.-][0-9a-f]{8,}\.[a-z0-9]+$")

_csrf = CSRFProtect()


def _name_request() -> None:
    g.request_id = secrets.token_hex(8)


def _limit_plain_forms() -> None:
    """Bound plain forms as forms with files are: the framework applies its limits only to the latter.

    Raises RequestEntityTooLarge.
    """
    if request.mimetype == "application/x-www-form-urlencoded":
        request.max_content_length = current_app.config["MAX_FORM_MEMORY_SIZE"]
        if request.get_data(cache=True).count(b"&") >= current_app.config["MAX_FORM_PARTS"]:
            raise RequestEntityTooLarge


def _refuse_nameless() -> None:
    """A part of a form that has no name is no form of ours, and the check of tokens would stumble over it."""
    if request.mimetype == "multipart/form-data" and (None in request.form or None in request.files):
        raise BadRequest


def request_id() -> str:
    """The id of this request, for the page of an error and the log."""
    return str(g.get("request_id", ""))


def _cache_control(response: Response) -> str:
    if request.endpoint == "static" and response.status_code in (200, 206, 304):
        name = (request.view_args or {}).get("filename", "")
        return "public, max-age=31536000, immutable" if HASHED.search(name) else "public, max-age=3600"
    if "_user_id" in session or response.status_code >= 400:
        return "no-store"
    return response.headers.get("Cache-Control") or "no-cache"


def _finish(response: Response) -> Response:
    """Set the headers. A view may set a stricter policy of content or referrer itself."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if current_app.config["SESSION_COOKIE_SECURE"]:
        response.headers["Strict-Transport-Security"] = HSTS
    response.headers["Cache-Control"] = _cache_control(response)
    response.headers["X-Request-Id"] = request_id()
    return response


def init_app(app: Flask) -> None:
    """Put all of it in place. Call it before anything else that runs before a view."""
    if app.config["PROXIES"]:
        count = int(app.config["PROXIES"])
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]
    app.before_request(_name_request)
    app.before_request(_limit_plain_forms)
    app.before_request(_refuse_nameless)
    app.after_request(_finish)
    _csrf.init_app(app)


__all__ = ["CSP", "HEADERS", "HSTS", "init_app", "request_id"]
