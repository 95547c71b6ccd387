"""What the case page says: the rail of stages and the next steps, in the words of the viewer's own work."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from sandbox.domain.actions import Action
from sandbox.queries.desks import CasePage
from sandbox.web.desks.tabs import address
from sandbox.web.locale import _

OWN_RAIL = (
    ("routed", _("Received")),
    ("screening", _("Screening")),
    ("assessing", _("Assessment")),
    ("assessed", _("Position filed")),
    ("deliberating", _("Deliberation")),
    ("decided", _("Decision")),
    ("issued", _("Issued")),
)
PLACE = {
    "routed": 0, "screening": 1, "incomplete": 1, "assessing": 2, "assessed": 3, "deliberating": 4, "procedure": 5,
    "decided": 6, "issued": 7,
}  # fmt: skip
JOINT_RAIL = (_("Submitted"), _("Assessment"), _("Deliberation"), _("Decisions"), _("Joint notice"), _("Live test"))
RECOMMENDATIONS = {
    "approve": _("Approve"),
    "approve_with_conditions": _("Approve with conditions"),
    "refuse": _("Refuse"),
    "defer": _("Defer"),
}
PARTS = {"decides": _("Decides"), "consents": _("Consents"), "consults": _("Is consulted"), "observes": _("Observes")}


def _rail(names: list[str], current: int) -> list[dict[str, Any]]:
    states = ["done" if place < current else "current" if place == current else "next" for place in range(len(names))]
    return [{"text": text, "state": state, "note": None} for text, state in zip(names, states, strict=True)]


def stages(page: CasePage) -> list[dict[str, Any]]:
    """The rail: the own desk's way for its staff, the case's way for everybody else. Empty for an ended desk."""
    mine = page.mine
    if mine is not None:
        return _rail([text for _state, text in OWN_RAIL], PLACE[mine.state]) if mine.state in PLACE else []
    return _rail(list(JOINT_RAIL), joint_place(page))


def joint_place(page: CasePage) -> int:
    """How far the case is for somebody outside: before the opening, always “assessment”."""
    if page.trial:
        return 5
    if page.notice == "issued":
        return 5
    if not page.opened:
        return 1
    deciding = [cell for cell in page.desks if cell.part == "decides" and not cell.ended]
    return 4 if deciding and all(cell.state in {"decided", "issued"} for cell in deciding) else 2


Step = dict[str, Any]


def _step(text: str, href: str | None, hint: str = "") -> Iterator[Step]:
    if href is not None:
        yield {"text": text, "href": href, "hint": hint}


def _assign(page: CasePage) -> Iterator[Step]:
    if not page.work.assigned:
        yield from _step(_("Assign people to this case"), address("desks.desk", case_id=page.sight.case_id))


def _screen(page: CasePage) -> Iterator[Step]:
    hint = _("Say within the programme’s standard whether the application is complete for your authority.")
    yield from _step(_("Start screening"), address("desks.desk", case_id=page.sight.case_id), hint)


def _finish_screening(page: CasePage) -> Iterator[Step]:
    hint = _("The firm gets your letter. The other authorities screen for themselves and do not read it.")
    yield from _step(
        _("Say whether the application is complete"), address("desks.desk", case_id=page.sight.case_id), hint
    )


def _assess(page: CasePage) -> Iterator[Step]:
    work = page.work
    hint = _("{found} of {all} findings recorded.").format(found=work.findings, all=work.criteria)
    if work.again:
        hint += " " + _("To confirm again or redo: {number}.").format(number=work.again)
    yield from _step(_("Assess by criterion"), address("assessments.workbench", case_id=page.sight.case_id), hint)
    if work.conditions_again:
        hint = _("To confirm again or redo: {number}.").format(number=work.conditions_again)
        href = address("assessments.conditions", case_id=page.sight.case_id)
        yield from _step(_("Look again at the proposed conditions"), href, hint)


def _file(page: CasePage) -> Iterator[Step]:
    work = page.work
    if not work.criteria or work.findings < work.criteria or work.again or work.conditions_again:
        return
    href = address("assessments.position", case_id=page.sight.case_id)
    if work.before:
        hint = _("The firm has submitted a new version. Nothing that your position rests on waits to be confirmed.")
        yield from _step(_("Confirm your position on version {number}").format(number=page.version), href, hint)
        return
    hint = _("It is frozen when you file it, and sealed until every deciding authority has filed.")
    yield from _step(_("File the position of your desk"), href, hint)


def _decide(page: CasePage) -> Iterator[Step]:
    cell = page.mine
    if cell is not None and cell.decision in {None, "drafted"}:
        words = (
            _("Go on with the draft of the decision") if cell.decision else _("Draft the decision of your authority")
        )
        yield from _step(words, address("decisions.case", case_id=page.sight.case_id))


def _issue(page: CasePage) -> Iterator[Step]:
    yield from _step(_("Issue the signed instrument"), address("decisions.case", case_id=page.sight.case_id))


# The steps of each state, in the order in which they are done; what is not granted is left out.
STEPS: dict[str, tuple[tuple[Action, Callable[[CasePage], Iterator[Step]]], ...]] = {
    "routed": ((Action.DESK_ASSIGN, _assign), (Action.DESK_SCREEN, _screen)),
    "screening": ((Action.DESK_ASSIGN, _assign), (Action.DESK_FIND_COMPLETE, _finish_screening)),
    "assessing": ((Action.FINDING_RECORD, _assess), (Action.POSITION_FILE, _file)),
    "deliberating": ((Action.DECISION_DRAFT, _decide),),
    "procedure": ((Action.PROCEDURE_COMPLETE, _decide),),
    "decided": ((Action.DECISION_ISSUE, _issue),),
}


def next_steps(page: CasePage) -> list[Step]:
    """What the viewer can do now to move the case on."""
    if page.sight.withdrawn_at is not None:
        return []
    found = [*_settle(page), *_read_replies(page)]
    mine = page.mine
    if mine is not None:
        for action, write in STEPS.get(mine.state, ()):
            if page.sight.may(action):
                found += write(page)
        found += _sign(page)
    return found or list(_firm_steps(page))


def _settle(page: CasePage) -> Iterator[Step]:
    if page.work.open_divergences and page.sight.may(Action.DIVERGENCE_SETTLE):
        hint = _("{number} of {all} have no disposition yet.").format(
            number=page.work.open_divergences, all=page.work.divergences
        )
        href = address("assessments.divergences", case_id=page.sight.case_id)
        yield from _step(_("Settle the differences between the authorities"), href, hint)


def _read_replies(page: CasePage) -> Iterator[Step]:
    if page.work.answered and page.sight.may(Action.REQUEST_ACCEPT):
        hint = _("Accept them or ask again.")
        yield from _step(_("Read the firm’s replies"), address("desks.requests", case_id=page.sight.case_id), hint)


def _sign(page: CasePage) -> Iterator[Step]:
    mine = page.mine
    if mine is not None and mine.decision == "ready_to_sign" and page.sight.may(Action.DECISION_SIGN):
        yield from _step(_("Read and sign the instrument"), address("decisions.case", case_id=page.sight.case_id))


def _firm_steps(page: CasePage) -> Iterator[Step]:
    if any(cell.asked_since for cell in page.desks) and page.sight.may(Action.REQUEST_PREPARE):
        hint = _("All questions of all authorities are on one page.")
        yield from _step(_("Reply to the authorities"), address("desks.requests", case_id=page.sight.case_id), hint)
    if page.sight.may(Action.APPLICATION_EDIT):
        for letter in page.letters:
            if letter.outcome == "incomplete" and letter.answered_at is None:
                href = address("applications.overview", application_id=page.sight.application_id)
                yield from _step(_("Answer what {code} found missing").format(code=letter.code), href)
    if page.notice == "issued" and not page.trial and page.sight.may(Action.TRIAL_ACCEPT):
        hint = _("The test can begin when you have accepted the conditions.")
        yield from _step(_("Accept the decision"), address("trials.case", case_id=page.sight.case_id), hint)


__all__ = ["JOINT_RAIL", "PARTS", "RECOMMENDATIONS", "joint_place", "next_steps", "stages"]
