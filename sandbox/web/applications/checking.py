"""All answers on one page, everything that is missing at once, and the button that submits them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from sandbox.domain.actions import Action
from sandbox.domain.agreement import EXPLANATIONS, disagreements, explanations, unexplained
from sandbox.queries import applications as queries
from sandbox.services import applications as services
from sandbox.web.access import needs, viewer
from sandbox.web.applications.blueprint import blueprint, may
from sandbox.web.forms.applications import Submit


def _check_page(found: queries.Check, form: Submit, *, changed: bool = False) -> str:
    form.content.shows(found.content)
    questions = found.vocabulary.questions
    differing = disagreements(questions.contradictions, found.record["sections"])

    def href(path: str) -> str:
        return _href(found.head.id, *path.partition(".")[::2])

    return render_template(
        "pages/applications/check.html",
        found=found,
        head=found.head,
        form=form,
        changed=changed,
        may=may(),
        problems=_grouped(found),
        set_aside=[{"title": questions.titles[one.section], "label": one.short} for one in found.set_aside],
        contradictions=differing,
        explained=explanations(found.record["sections"]),
        unexplained={one.code for one in unexplained(differing, found.record["sections"])},
        question_href=href,
        explain=EXPLANATIONS if EXPLANATIONS in questions.by_path else None,
    )


def _href(application_id: UUID, code: str, name: str = "") -> str:
    """The field of a question; its section where the problem is of no question."""
    anchor = f"question-{name}" if name else None
    return url_for("applications.section", application_id=application_id, code=code, _anchor=anchor)


def _grouped(found: queries.Check) -> list[dict[str, Any]]:
    """All problems at once, section by section in the order of the form, each with the address of its field."""
    titles = found.vocabulary.questions.titles
    groups: dict[str, list[dict[str, str]]] = {}
    for one in found.problems:
        href = _href(found.head.id, one.section, one.path.partition(".")[2])
        groups.setdefault(one.section, []).append({"text": one.text, "href": href})
    return [{"code": code, "title": titles.get(code, code), "lines": lines} for code, lines in groups.items()]


@blueprint.get("/applications/<uuid:application_id>/check")
@needs(Action.APPLICATION_READ)
def check(application_id: UUID) -> ResponseReturnValue:
    """All answers, all that is missing, where it will go, and the button. What was submitted is read as it was."""
    found = queries.check(viewer(), application_id)
    head = found.head
    if not head.editable and head.version_id is not None:
        return redirect(url_for("applications.version", application_id=application_id, version_id=head.version_id))
    return _check_page(found, Submit(formdata=None))


@blueprint.post("/applications/<uuid:application_id>/submit")
@needs(Action.APPLICATION_SUBMIT)
def submit(application_id: UUID) -> ResponseReturnValue:
    """Submit what the page showed. Sent twice, it leads to the same receipt."""
    form = Submit()
    made: list[UUID] = []

    def act() -> None:
        made.append(services.submit(viewer(), application_id, content=form.content.data))

    if form.carried_out(act):
        return redirect(url_for("applications.receipt", application_id=application_id, version_id=made[0]), 303)
    if form.confirm.errors or form.content.errors:
        return _check_page(queries.check(viewer(), application_id), form), 422
    # Changed meanwhile, or not complete: the page says all of it from what stands now, to be confirmed anew.
    changed = form.conflict is not None
    found = queries.check(viewer(), application_id)
    return _check_page(found, Submit(formdata=None), changed=changed), 409 if changed else 422


__all__ = ["check", "submit"]
