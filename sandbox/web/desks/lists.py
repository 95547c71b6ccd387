"""Lists of cases: the inbox of an authority, the pipeline of the programme office, search, and both as files."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from sandbox.domain.actions import Action
from sandbox.domain.errors import NotFound
from sandbox.domain.search import terms
from sandbox.domain.turns import TURNS
from sandbox.queries import desks as queries
from sandbox.queries.desks.inbox import MOST_FOUND
from sandbox.queries.desks.states import STATE_WORDS
from sandbox.services import desks, views
from sandbox.web.access import needs, viewer
from sandbox.web.desks.asking import asked, known_query, office_asked, query_of, words
from sandbox.web.desks.blueprint import blueprint
from sandbox.web.desks.tabs import found_at
from sandbox.web.desks.words import PARTS
from sandbox.web.forms.lists import KeepView, Remind
from sandbox.web.locale import _
from sandbox.web.tables import csv_file
from sandbox.web.viewing import opened

INBOX_HEAD = (
    "reference", "firm", "title", "state", "waits_for", "waits_since", "my_turn", "decide_by", "set_by", "part",
    "leads", "received", "people",
)  # fmt: skip
OFFICE_HEAD = ("reference", "firm", "submitted", "stage", "authority", "state", "decide_by")
LEADS = {"ours": _("We lead"), "others": _("Another authority leads")}


def _own_ids(name: str) -> list[UUID]:
    """The ids that were ticked, at most a page of them. Raises NotFound for what is no id."""
    try:
        return [UUID(value) for value in request.values.getlist(name)[:50]]
    except ValueError:
        raise NotFound("There is nothing here.") from None


@blueprint.get("/inbox")
@needs(Action.DESK_READ)
def index() -> ResponseReturnValue:
    """The desks of one's own authority; with nothing asked, the view that the viewer opens with."""
    question, own = asked(request.args), queries.views(viewer())
    first = next((view for view in own if view.opens), None)
    if not request.args and first is not None:
        return redirect(f"{url_for('desks.index')}?{first.query or 'show=all'}")
    return render_template(
        "pages/desks/index.html",
        page=queries.inbox(viewer(), question, after=request.args.get("after")),
        asked=question,
        query=query_of(question),
        query_of=query_of,
        filters=queries.FILTERS,
        sorts={name: order.words for name, order in queries.SORTS.items()},
        states=STATE_WORDS,
        turns={turn.value: waiting.option for turn, waiting in TURNS.items() if waiting.words},
        parts=PARTS,
        leads=LEADS,
        teams=queries.teams(viewer()),
        views=own,
        may_remind=queries.may_remind(viewer()),
        most_found=MOST_FOUND,
    )


@blueprint.get("/inbox.csv")
@needs(Action.DESK_READ)
def inbox_file() -> ResponseReturnValue:
    """The filtered inbox as a file: the columns that the page shows, of the rows that it shows."""
    rows = queries.whole_inbox(viewer(), asked(request.args))
    opened(Action.DESK_READ, item="export of the inbox")
    return csv_file(
        "inbox",
        INBOX_HEAD,
        (
            (row.reference, row.firm, row.title, row.state_words, row.turn, row.turn_since, row.my_turn, row.due_on,
             row.due_kind if row.due_on else None, PARTS[row.part], row.leads, row.created_at, row.people)
            for row in rows
        ),
    )  # fmt: skip


@blueprint.route("/inbox/views", methods=["GET", "POST"])
@needs(Action.VIEW_KEEP)
def own_views() -> ResponseReturnValue:
    """One's own saved views, and a name for what the inbox showed."""
    form = KeepView()
    query = known_query(form.query.data or "") if request.method == "POST" else query_of(asked(request.args))
    if form.carried_out(
        lambda: views.keep(viewer(), name=form.name.data or "", query=query, opens=bool(form.opens.data))
    ):
        flash(_("Saved as “{name}”.").format(name=form.name.data), "success")
        return redirect(f"{url_for('desks.index')}?{query or 'show=all'}")
    shown = render_template("pages/desks/views.html", form=form, views=queries.views(viewer()), query=query)
    return shown, form.status


@blueprint.post("/inbox/views/<uuid:view_id>/remove")
@needs(Action.VIEW_KEEP)
def remove_view(view_id: UUID) -> ResponseReturnValue:
    """Remove a view of one's own."""
    views.remove(viewer(), view_id)
    flash(_("Removed."), "success")
    return redirect(url_for("desks.own_views"))


@blueprint.post("/inbox/views/<uuid:view_id>/open")
@needs(Action.VIEW_KEEP)
def open_with(view_id: UUID) -> ResponseReturnValue:
    """The inbox opens with this view from now on."""
    views.open_with(viewer(), view_id)
    flash(_("The inbox opens with this view."), "success")
    return redirect(url_for("desks.index"))


@blueprint.post("/inbox/views/close")
@needs(Action.VIEW_KEEP)
def open_with_all() -> ResponseReturnValue:
    """The inbox opens with all cases again."""
    views.open_with(viewer(), None)
    return redirect(url_for("desks.index", show="all"))


@blueprint.route("/inbox/reminders", methods=["GET", "POST"])
@needs(Action.TURN_REMIND)
def remind() -> ResponseReturnValue:
    """Remind those whose turn it is on some desks, after a page that says whom."""
    form, chosen = Remind(), _own_ids("desk")
    rows = queries.reminders(viewer(), chosen)
    ready = [row.desk_id for row in rows if row.people and not row.today]
    if form.carried_out(lambda: desks.remind(viewer(), ready)):
        flash(_("Reminders for {number} cases leave with the next mail.").format(number=len(ready)), "success")
        return redirect(url_for("desks.index", show="all"))
    shown = render_template("pages/desks/remind.html", form=form, rows=rows, ready=ready, chosen=len(set(chosen)))
    return shown, form.status


@blueprint.get("/search")
@needs(Action.DESK_READ)
def search() -> ResponseReturnValue:
    """Items of cases that the viewer may open, by the words in them."""
    text = words(request.args, "q")
    page = queries.search(viewer(), text, after=request.args.get("after"))
    if page.rows:
        opened(Action.DESK_READ, item="search")
    found = [(hit, found_at(hit.kind, hit.case_id, hit.item_id)) for hit in page.rows]
    return render_template("pages/desks/search.html", page=page, found=found, text=text, nothing=not terms(text))


@blueprint.get("/pipeline")
@needs(Action.CASE_GLANCE)
def pipeline() -> ResponseReturnValue:
    """All cases of the programme for its office: states and dates."""
    question = office_asked(request.args)
    page = queries.pipeline(viewer(), question, after=request.args.get("after"))
    return render_template(
        "pages/desks/pipeline.html",
        page=page,
        asked=question,
        query=query_of(question),
        stages={name: stage for name, (stage, _condition) in queries.STAGES.items()},
        sorts=queries.OFFICE_SORTS,
        authorities=queries.authorities(viewer()),
    )


@blueprint.get("/pipeline.csv")
@needs(Action.CASE_GLANCE)
def pipeline_file() -> ResponseReturnValue:
    """The filtered pipeline as a file, a line for each desk: states masked as on the page."""
    rows = queries.whole_pipeline(viewer(), office_asked(request.args))
    opened(Action.CASE_GLANCE, item="export of the pipeline")
    return csv_file(
        "pipeline",
        OFFICE_HEAD,
        (
            (row.reference, row.firm, row.created_at, row.stage, cell.code, cell.words, cell.due_on)
            for row in rows
            for cell in row.desks
        ),
    )


__all__ = ["index", "pipeline"]
