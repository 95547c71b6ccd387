"""The door: every view says who may use it, and a view that says nothing stops the application from starting.

The door asks only whether any grant names one of the viewer's roles. Whether it is *this* case is asked by the use
case (the lock) and by the query (the window).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.routing import AnyConverter, BaseConverter, IntegerConverter, Rule, UUIDConverter

from sandbox.domain.actions import READS, Action
from sandbox.domain.actors import Actor
from sandbox.domain.errors import NotAllowed
from sandbox.domain.policy import named

View = TypeVar("View", bound=Callable[..., Any])
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class CodeConverter(BaseConverter):
    """`<code:…>`: a short code of the catalogue, a section, a verification code."""

    regex = r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}"


TYPED = (UUIDConverter, IntegerConverter, AnyConverter, CodeConverter)


class SignedOut(Exception):
    """A form was sent, but nobody is signed in any more."""


@dataclass(frozen=True, slots=True)
class Access:
    """Who may use a view: anybody, anybody who is signed in, or the roles that an action is granted to."""

    name: str
    action: Action | None = None


PUBLIC = Access("public")
SIGNED_IN = Access("signed in")


def _mark(view: View, access: Access) -> View:
    view.access = access  # type: ignore[attr-defined]
    return view


def public(view: View) -> View:
    """Mark a view that anybody may use."""
    return _mark(view, PUBLIC)


def signed_in(view: View) -> View:
    """Mark a view for everybody who is signed in, whatever their role."""
    return _mark(view, SIGNED_IN)


def needs(action: Action) -> Callable[[View], View]:
    """Mark a view for those whose roles the action is granted to, by any tie."""

    def mark(view: View) -> View:
        return _mark(view, Access(action.value, action))

    return mark


def access_of(app: Flask, endpoint: str) -> Access | None:
    """What the view says, or None when it says nothing."""
    return getattr(app.view_functions[endpoint], "access", None)


def viewer() -> Actor:
    """The signed-in person of this request. Only for views that are not public."""
    actor = viewer_or_none()
    if actor is None:
        raise SignedOut
    return actor


def viewer_or_none() -> Actor | None:
    """The signed-in person of this request, or None."""
    if g.get("without_viewer"):  # the page of an error must not ask the database again
        return None
    return current_user.actor if current_user.is_authenticated else None


def door() -> ResponseReturnValue | None:
    """Runs before every view. Sends strangers to sign in; raises NotAllowed for the wrong role."""
    if request.endpoint is None:
        return None  # 404 or 405; the routing says so itself
    access = access_of(current_app, request.endpoint)
    if access is PUBLIC:
        return None
    actor = viewer_or_none()
    if actor is None:
        if request.method not in SAFE_METHODS:
            raise SignedOut
        return redirect(url_for("people.sign_in", next=request.full_path.rstrip("?")))
    if access is None or (access.action is not None and not named(actor, access.action)):
        raise NotAllowed("Your role does not include this page.")
    return None


def faults(app: Flask) -> list[str]:
    """Everything that is wrong with the declarations of the application's views, in words."""
    found = []
    for rule in app.url_map.iter_rules():
        access = access_of(app, rule.endpoint)
        if access is None:
            found.append(f"{rule.rule} ({rule.endpoint}) does not say who may use it: @needs(…), @signed_in or @public")
        elif access.action in READS and not (rule.methods or set()) <= SAFE_METHODS:
            found.append(f"{rule.rule} ({rule.endpoint}) changes things, but {access.name} only reads")
        found += [f"{rule.rule}: the parameter {name} has no type" for name in untyped(rule)]
    return found


def untyped(rule: Rule) -> list[str]:
    """The parameters of a URL without a type that refuses nonsense. Built files are named by path."""
    if rule.endpoint == "static":
        return []
    return [name for name, converter in rule._converters.items() if not isinstance(converter, TYPED)]


def init_app(app: Flask) -> None:
    """Put the door in front of every view, and make the type `code` known to URLs."""
    app.url_map.converters["code"] = CodeConverter
    app.before_request(door)


def check(app: Flask) -> None:
    """Refuse to start with a view that does not declare itself. Raises RuntimeError with all faults."""
    found = faults(app)
    if found:
        raise RuntimeError("The application does not start:\n" + "\n".join(f"  {fault}" for fault in found))
