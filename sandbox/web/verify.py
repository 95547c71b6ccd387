"""The public page that answers whether a document was issued: by its code, or by the file itself.

Rule: nothing is told of what was not issued. Files are checked in memory and not kept.
"""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, Response, current_app, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from sandbox.queries.decisions import verification as queries
from sandbox.services import throttle
from sandbox.web.access import public
from sandbox.web.forms.verify import Code, File
from sandbox.web.locale import _

blueprint = Blueprint("verify", __name__)

CHECKS = 60  # an address, in …
WINDOW = timedelta(minutes=10)
BUSY = _("There were very many checks from your address. Wait a few minutes, then try again.")


def _take() -> None:
    """Count one check of this address. Raises TooMany."""
    throttle.take({throttle.key_of("verify", request.remote_addr or ""): CHECKS}, WINDOW)


def _page(status: int = 200, *, code: Code | None = None, file: File | None = None, **more: object) -> Response:
    page = render_template(
        "pages/verify/index.html",
        code_form=code or Code(formdata=None),
        file_form=file or File(formdata=None),
        **{"answer": None, "paper": None, "asked": None, "busy": None, **more},
    )
    return make_response(page, status)


@blueprint.get("/verify")
@public
def index() -> ResponseReturnValue:
    """The two ways to ask. `?code=` is what the form of the code sends."""
    typed = request.args.get("code")
    if typed is None:
        return _page()
    form = Code(formdata=request.args)
    if not form.validate():
        return _page(422, code=form)
    normal = queries.normal_code(form.code.data)
    if normal is None:
        return _page(404, code=form, asked=form.code.data)
    return redirect(url_for("verify.code", code=normal))


@blueprint.get("/verify/<code:code>")
@public
def code(code: str) -> ResponseReturnValue:
    """What the code of a document says: where the code on the paper leads."""
    paper = queries.by_code(code)
    return _page(200 if paper else 404, code=Code(formdata=None, data={"code": code}), paper=paper, asked=code)


@blueprint.post("/verify")
@public
def check() -> ResponseReturnValue:
    """Check a file."""
    form = File()
    if not form.validate_on_submit():
        return _page(422, file=form)
    try:
        _take()
    except throttle.TooMany as many:
        response = _page(429, busy=BUSY)
        response.headers["Retry-After"] = str(many.retry_after)
        return response
    content = form.file.data.stream.read(current_app.config["MAX_UPLOAD"] + 1)
    answer = queries.by_file(content)
    return _page(file=form, answer=answer, paper=answer.paper)


__all__ = ["blueprint"]
