"""What was sent in a form when nobody was signed in any more: sealed, and shown again to the person who typed it.

A form that wants this carries `whose()`. The page that asks to sign in holds what was typed, encrypted with a key of
the portal: whoever else looks at that page, or signs in there, cannot read it. Nothing is kept on the server.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app, flash, g, render_template, request
from itsdangerous import BadSignature, URLSafeSerializer

from sandbox.domain.actors import Actor
from sandbox.web.access import viewer, viewer_or_none
from sandbox.web.forms.people import SignIn
from sandbox.web.locale import _
from sandbox.web.session import same_site

HOURS = 12  # how long what was typed can be brought back
SHOW = "show"  # the button of a form that shows it again with what was typed; nothing is saved
OWN = frozenset({"csrf_token", "whose", "then"})


@dataclass(frozen=True, slots=True)
class Kept:
    """What was typed, and the address that it was sent to."""

    path: str
    fields: Sequence[tuple[str, str]]


def whose() -> str:
    """A mark for a form: whose page it is. Only this portal can write it."""
    return str(_marks().dumps(str(viewer().person_id)))


def _marks() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="whose form")


def _box() -> Fernet:
    key = HKDF(SHA256(), 32, salt=None, info=b"what was typed").derive(current_app.config["SECRET_KEY"].encode())
    return Fernet(base64.urlsafe_b64encode(key))


def _person() -> str | None:
    try:
        return str(_marks().loads(request.form.get("whose", "")))
    except BadSignature:
        return None


def sealed() -> str | None:
    """What was sent now, for the person of its mark; None where the form carries none or cannot be shown again."""
    person = _person()
    if request.method != "POST" or person is None or same_site(request.path) is None:
        return None
    fields = [(name, value) for name, value in request.form.items(multi=True) if name not in OWN]
    body = json.dumps({"person": person, "path": request.path, "fields": fields})
    return _box().encrypt(zlib.compress(body.encode())).decode()


def opened(kept: str, person_id: UUID | None) -> Kept | None:
    """What was sealed for this person; None for anybody else, after some hours, and for nonsense."""
    try:
        found = json.loads(zlib.decompress(_box().decrypt(kept.encode(), ttl=HOURS * 3600)))
    except (InvalidToken, ValueError):
        return None
    if person_id is None or found["person"] != str(person_id):
        return None
    return Kept(found["path"], [(name, value) for name, value in found["fields"]])


def sign_in_page() -> str | None:
    """The page that asks to sign in and holds what was typed; None where nothing can be held."""
    kept = sealed()
    if kept is None:
        return None
    form = SignIn(formdata=None)
    form.kept.data, form.next.data = kept, request.path
    return render_template("pages/people/sign_in.html", form=form)


def again_page() -> str | None:
    """For a form that became too old while its person is signed in; None where it is somebody else's."""
    kept = sealed()
    actor = viewer_or_none()
    found = opened(kept, actor.person_id) if kept and actor else None
    return shown(found) if found else None


def shown(kept: Kept) -> str:
    """The page that leads back into the form with what was typed. The form itself says that it is not saved."""
    g.pop("csrf_token", None)  # that of the session before
    return render_template("pages/people/typed.html", kept=kept, show=SHOW)


def after_sign_in(kept: str, actor: Actor) -> str | None:
    """What was typed before, for whom it belongs to; somebody else is told that there is nothing for them."""
    found = opened(kept, actor.person_id)
    if found is None:
        flash(_("What was typed before could not be shown again: it is too old, or was typed by somebody else."))
        return None
    return shown(found)


__all__ = ["SHOW", "Kept", "after_sign_in", "again_page", "opened", "sealed", "sign_in_page", "whose"]
