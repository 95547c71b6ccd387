"""The applications of a firm, the start of one, and its list of tasks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from sandbox.domain.actions import Action
from sandbox.domain.progress import TOO_LONG, Progress, progress, without_questions
from sandbox.domain.questions import IN_PROGRESS, NOT_STARTED
from sandbox.queries import applications as queries
from sandbox.services import applications as services
from sandbox.web.access import needs, viewer
from sandbox.web.applications.blueprint import blueprint, may
from sandbox.web.applications.fitting import Carried, carry_fit
from sandbox.web.forms.applications import Start


@blueprint.get("/applications")
@needs(Action.APPLICATION_READ)
def index() -> ResponseReturnValue:
    """The applications of the viewer's firm."""
    page = queries.list_of_firm(viewer(), after=request.args.get("after"))
    return render_template("pages/applications/index.html", page=page, may=may())


def _start_form() -> tuple[Start, list[tuple[UUID, str, Mapping[str, Any]]]]:
    known = queries.programmes()
    form = Start()
    form.programme_id.choices = [(str(key), name) for key, name, _content in known]
    if len(known) == 1 and not form.is_submitted():
        form.programme_id.data = str(known[0][0])
    return form, known


def _start_page(form: Start, carried: Carried | None, *, lost: bool = False) -> str:
    """`lost`: the address brought answers that cannot be read."""
    known = [UUID(choice.value) for choice in form.programme_id.choices]
    return render_template(
        "pages/applications/new.html",
        form=form,
        carried=carried,
        lost=lost,
        live=[one for key in known for one in queries.live(viewer(), key)],
    )


@blueprint.get("/applications/new")
@needs(Action.APPLICATION_START)
def new() -> ResponseReturnValue:
    """Choose a programme and name the product; the answers of a fit check are taken along."""
    form, _known = _start_form()
    asked = request.query_string.decode("ascii", "ignore")
    carried = carry_fit(asked)
    if carried is not None:
        form.programme_id.data, form.fit.data = str(carried.page.id), asked
    return _start_page(form, carried, lost=carried is None and "programme" in request.args)


@blueprint.post("/applications")
@needs(Action.APPLICATION_START)
def start() -> ResponseReturnValue:
    """Start the application and go to its list of tasks."""
    form, _known = _start_form()
    carried = carry_fit(form.fit.data)
    made: list[UUID] = []

    def act() -> None:
        programme = UUID(str(form.programme_id.data))
        begun = carried.sections if carried is not None and carried.page.id == programme else None
        made.append(services.start(viewer(), programme, title=str(form.title.data), begun=begun))

    if form.carried_out(act):
        return redirect(url_for("applications.overview", application_id=made[0]), 303)
    return _start_page(form, carried), form.status


@blueprint.get("/applications/<uuid:application_id>")
@needs(Action.APPLICATION_READ)
def overview(application_id: UUID) -> ResponseReturnValue:
    """The list of tasks, the letters that wait for an answer, and what was submitted."""
    found = queries.overview(viewer(), application_id)
    steps = progress(found.questions, found.answers, found.documents)
    saved = {section.code: section for section in found.sections}
    return render_template(
        "pages/applications/overview.html",
        found=found,
        head=found.head,
        may=may(),
        steps=steps,
        saved=saved,
        resume=_resume(steps, saved),
        idle=without_questions(found.questions, found.answers),
    )


def _resume(steps: Sequence[Progress], saved: Mapping[str, queries.SavedSection]) -> Progress | None:
    """Where to go on: the unfinished section that was written last, otherwise the first that is not begun."""
    begun = [step for step in steps if step.state in (IN_PROGRESS, TOO_LONG) and step.code in saved]
    waiting = [step for step in steps if step.state == NOT_STARTED]
    return max(begun, key=lambda step: saved[step.code].saved_at) if begun else next(iter(waiting), None)


__all__ = ["index", "new", "overview", "start"]
