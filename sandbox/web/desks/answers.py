"""Four answers at the head of a case: where it is, whose turn it is, what is due, who else can see it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sandbox.queries.desks import CasePage
from sandbox.web.desks.words import JOINT_RAIL, joint_place
from sandbox.web.locale import _
from sandbox.web.rendering import day

Answer = dict[str, Any]


def _answer(question: str, answer: str, hint: str = "") -> Answer:
    return {"question": question, "answer": answer, "hint": hint}


def _where(page: CasePage) -> Answer:
    question, mine = _("Where is it?"), page.mine
    if page.sight.withdrawn_at is not None:
        return _answer(question, _("Withdrawn by the firm"))
    if mine is not None:
        return _answer(question, _(mine.words), _("Your desk. {where}").format(where=_opening(page)))
    return _answer(question, JOINT_RAIL[joint_place(page)], _opening(page))


def _opening(page: CasePage) -> str:
    if page.sight.late:
        return _("Positions are sealed until your authority has filed its own.")
    return _("Positions are open.") if page.opened else _("Positions are sealed.")


def _turn(page: CasePage, steps: Sequence[Any]) -> Answer:
    question, mine = _("Whose turn is it?"), page.mine
    since = _("Since {day}").format(day=day(mine.turn_since)) if mine is not None and mine.turn_since else ""
    if page.sight.withdrawn_at is not None or (mine is not None and not mine.turn and not steps):
        return _answer(question, _("Nobody’s"))
    if steps:
        return _answer(question, _("Yours"), since)
    if mine is not None:
        return _answer(question, _(mine.turn), since)
    return _answer(question, _("The authorities’"))


def _due(page: CasePage) -> Answer:
    question, mine = _("What is due?"), page.mine
    dated = [cell for cell in ((mine,) if mine is not None else page.desks) if cell.due_on is not None]
    if not dated or page.sight.withdrawn_at is not None:
        return _answer(question, _("Nothing with a date"))
    first = min(dated, key=lambda cell: cell.due_on or cell.code)
    law = _("Set by law") if first.due_kind == "law" else _("Programme service standard, not law")
    return _answer(question, _("{code} decides by {day}").format(code=first.code, day=day(first.due_on)), law)


def _who(page: CasePage) -> Answer:
    firm = page.sight.viewer.firm_side
    desks = [cell.code for cell in page.desks if not cell.mine and cell.part != "observes"]
    observers = [cell.code for cell in page.desks if not cell.mine and cell.part == "observes"]
    shown = [
        *([] if firm else [page.sight.firm]),
        *desks,
        *(_("{code} (joint material)").format(code=code) for code in observers),
    ]
    hint = _("The programme office: states and dates. What is one desk’s own is marked, and stays there.")
    return _answer(_("Who else can see this case?"), ", ".join(shown) or _("Nobody"), hint)


def answers(page: CasePage, steps: Sequence[Any]) -> list[Answer]:
    """The four answers, each as far as this viewer may know. `steps`: what the viewer can do now."""
    return [_where(page), _turn(page, steps), _due(page), _who(page)]


__all__ = ["answers"]
