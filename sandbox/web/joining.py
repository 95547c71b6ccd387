"""Coming in from the public site: a firm registers itself, and whoever holds an invitation accepts it.

Nothing here says whether an address has an account. Opening a link changes nothing: mail programs open them too.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from sandbox.domain.actors import Role
from sandbox.domain.entities import COMPANY
from sandbox.domain.errors import NotFound
from sandbox.domain.invitations import COUNSEL, FIRM, MEMBER, PASSWORD
from sandbox.queries import invitations as queries
from sandbox.services import people as services
from sandbox.services.people.registration import NewFirm
from sandbox.services.throttle import TooMany
from sandbox.web import session
from sandbox.web.access import public, viewer_or_none
from sandbox.web.forms.base import Form
from sandbox.web.forms.joining import Accept, Address, Forgotten, JoinAsCounsel, Myself, NewPassword, Register
from sandbox.web.locale import _

blueprint = Blueprint("joining", __name__)


def _private(body: str, status: int = 200) -> Response:
    """A page whose address is a secret: it is not kept, and no other site learns where somebody came from."""
    answer = make_response(body, status)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


@blueprint.route("/join", methods=["GET", "POST"])
@public
def start() -> ResponseReturnValue:
    """A firm that registers: first its address is confirmed. The page that was asked for waits behind the link."""
    form = Address()
    target = session.same_site(form.next.data or request.args.get("next"))
    if viewer_or_none() is not None:
        return redirect(target or url_for("home.dashboard"))
    form.next.data = target or ""
    ask = partial(services.registration.confirm_address, then=target or "")
    return _asked(form, "pages/joining/start.html", ask, then=target)


@blueprint.route("/password", methods=["GET", "POST"])
@public
def forgotten() -> ResponseReturnValue:
    """Somebody who has forgotten the password."""
    return _asked(Forgotten(), "pages/joining/forgotten.html", services.recovery.ask)


def _asked(
    form: Address | Forgotten, template: str, ask: Callable[..., None], *, then: str | None = None
) -> ResponseReturnValue:
    """A form that asks for an address and sends a letter; every address is answered alike."""
    try:
        done = form.carried_out(lambda: ask(form.email.data, place=session.address()))
    except TooMany as many:
        form.form_errors.append(str(many))
        return render_template(template, form=form), 429, {"Retry-After": str(many.retry_after)}
    return redirect(url_for("joining.sent", next=then)) if done else (render_template(template, form=form), form.status)


@blueprint.get("/join/sent")
@public
def sent() -> ResponseReturnValue:
    """Look into your mail: the same page for every address."""
    return render_template("pages/joining/sent.html", then=session.same_site(request.args.get("next")))


@blueprint.route("/join/<code:token>", methods=["GET", "POST"])
@public
def accept(token: str) -> ResponseReturnValue:
    """What the holder of a link is offered, and the form that accepts it."""
    offer = queries.offer(token)
    if offer is None:
        return _private(render_template("pages/joining/gone.html"), 404)
    lawyer = offer.kind == COUNSEL and offer.has_account
    try:
        return _engagement(token, offer) if lawyer else FORMS[offer.kind](token, offer)
    except NotFound:  # used, withdrawn or expired since the page was opened
        return _private(render_template("pages/joining/gone.html"), 404)


def _come_in(email: str, password: str, target: str, words: str, *, then: str | None = None) -> ResponseReturnValue:
    """Sign the new person in, with the password that they have just chosen. `then`: the page that they asked for."""
    session.begin(email, password)
    flash(words, "success")
    return redirect(then or url_for(target))


def _shown(template: str, form: Form, offer: queries.Offer, token: str) -> Response:
    return _private(render_template(template, form=form, offer=offer, token=token), form.status)


def _tried(form: Form, act: Callable[[], object]) -> bool:
    """Carried out; too many at once is said on the form."""
    try:
        return form.carried_out(act)
    except TooMany as many:
        form.form_errors.append(str(many))
        return False


def _firm(token: str, offer: queries.Offer) -> ResponseReturnValue:
    form = Register()

    def act() -> None:
        firm = NewFirm(
            legal_name=form.legal_name.data,
            country=form.country.data,
            legal_form=form.legal_form.data or COMPANY,
            address=form.address.data,
            company_number=form.company_number.data or "",
            lei=form.lei.data or "",
        )
        services.registration.register(
            token,
            firm,
            name=form.name.data,
            password=form.password.data,
            title=form.title.data or "",
            time_zone=form.time_zone.data,
        )

    if _tried(form, act):
        then = session.same_site(offer.then)
        words = _("Your firm is registered. Add what you can to its profile: applications begin with it.")
        if then:
            words = _("Your firm is registered. Go on here where you began; its profile waits under “Your firm”.")
        return _come_in(offer.email, form.password.data, "firms.index", words, then=then)
    return _shown("pages/joining/register.html", form, offer, token)


def _member(token: str, offer: queries.Offer) -> ResponseReturnValue:
    form = Myself(data={"name": offer.name, "title": offer.title, "time_zone": offer.time_zone})

    def act() -> None:
        services.accept(
            token,
            name=form.name.data,
            password=form.password.data,
            title=form.title.data or "",
            time_zone=form.time_zone.data,
        )

    if _tried(form, act):
        words = _("Welcome. You work for {organisation} now.").format(organisation=offer.organisation)
        return _come_in(offer.email, form.password.data, "home.dashboard", words)
    return _shown("pages/joining/member.html", form, offer, token)


def _counsel(token: str, offer: queries.Offer) -> ResponseReturnValue:
    form = JoinAsCounsel(data={"name": offer.name, "law_firm": offer.law_firm})

    def act() -> None:
        services.counsel.join(
            token,
            law_firm=form.law_firm.data,
            name=form.name.data,
            password=form.password.data,
            title=form.title.data or "",
            time_zone=form.time_zone.data,
        )

    if _tried(form, act):
        words = _("Welcome. You act for {organisation}.").format(organisation=offer.organisation)
        return _come_in(offer.email, form.password.data, "home.dashboard", words)
    return _shown("pages/joining/member.html", form, offer, token)


def _password(token: str, offer: queries.Offer) -> ResponseReturnValue:
    form = NewPassword()
    if _tried(form, lambda: services.recovery.set_password(token, form.password.data)):
        words = _("Your password has changed. Every other session has ended.")
        return _come_in(offer.email, form.password.data, "home.dashboard", words)
    return _shown("pages/joining/password.html", form, offer, token)


def _engagement(token: str, offer: queries.Offer) -> ResponseReturnValue:
    """Counsel who has an account signs in and accepts."""
    actor = viewer_or_none()
    form = Accept()
    mine = actor is not None and actor.has(Role.COUNSEL) and actor.email == offer.email
    if actor is not None and mine and form.carried_out(lambda: services.counsel.accept(actor, token)):
        flash(_("You act for {organisation}.").format(organisation=offer.organisation), "success")
        return redirect(url_for("firms.index"))
    body = render_template("pages/joining/engagement.html", form=form, offer=offer, token=token, mine=mine)
    return _private(body, form.status)


FORMS: dict[str, Callable[[str, queries.Offer], ResponseReturnValue]] = {
    FIRM: _firm,
    MEMBER: _member,
    COUNSEL: _counsel,
    PASSWORD: _password,
}
