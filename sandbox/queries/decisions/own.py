"""The own desk's decision, whole: conditions, procedure items with the reasons of their dates, what is missing.

Rule: as `services.decisions.drafting` judges it; the same needs of the domain say what is missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select

from sandbox.adapters.calendars import calendar
from sandbox.domain.clocks import due, rule_from_text
from sandbox.domain.lifecycles import DECISION
from sandbox.domain.needs import Draft, a_whole_decision, enough_signatories
from sandbox.domain.procedures import triggered
from sandbox.extensions import db
from sandbox.models.catalogue import ClockRule, Instrument
from sandbox.models.decisions import Condition, Decision, ProcedureItem
from sandbox.queries.access import visible
from sandbox.queries.decisions.reading import Shelf, signed
from sandbox.queries.decisions.rows import (
    ACTION_WORDS,
    DECISION_WORDS,
    OUTCOMES,
    TRIGGERS,
    ConditionRow,
    Hand,
    Item,
    OwnDecision,
)


def conditions_of(decision_id: UUID) -> tuple[ConditionRow, ...]:
    """The conditions of a decision in order."""
    rows = db.session.scalars(
        select(Condition).where(Condition.decision_id == decision_id).order_by(Condition.ordinal),
    )
    return tuple(condition_row(row) for row in rows)


def condition_row(row: Condition) -> ConditionRow:
    """A condition as pages read it."""
    names = ConditionRow.__dataclass_fields__
    values = {name: getattr(row, name) for name in names}
    return ConditionRow(**{**values, "jurisdictions": tuple(row.jurisdictions)})


def own_decision(
    parties: frozenset[str],
    desk: Any,
    instruments: Mapping[UUID, Instrument],
    hands: tuple[Hand, ...],
    shelf: Shelf,
    to_redo: tuple[str, ...] = (),
) -> OwnDecision | None:
    """The decision of a desk whose parties may read it, in at most four statements; None while there is no draft."""
    decision = db.session.scalar(
        select(Decision).where(Decision.desk_id == desk.id, visible(Decision.id, "decision", parties)),
    )
    if decision is None:
        return None
    edition = shelf.edition(decision.edition_id) if decision.state != DECISION.start else None
    conditions = conditions_of(decision.id)
    instrument = instruments.get(decision.instrument_id) if decision.instrument_id else None
    items = _items(decision, instrument, conditions, desk)
    needs = Draft(
        action=decision.action or "",
        instrument=str(decision.instrument_id or ""),
        reasons=decision.reasons,
        effective_on=decision.effective_on is not None,
        procedure_open=tuple(item.title for item in items if item.needed and item.done_at is None),
        signatories=tuple(hand.name for hand in hands if hand.place),
        signatories_needed=desk.signatories_required,
        conditions=len(conditions),
        quarantined=to_redo,
    )
    drafted = decision.state == DECISION.start
    words, tone = DECISION_WORDS[decision.state]
    return OwnDecision(
        id=decision.id,
        number=decision.number,
        state=decision.state,
        words=words,
        tone=tone,
        action=decision.action or "",
        action_words=ACTION_WORDS.get(decision.action or "", ""),
        instrument_id=decision.instrument_id,
        instrument=instrument.name if instrument else "",
        legal_basis=instrument.legal_basis if instrument else "",
        reasons=decision.reasons,
        effective_on=decision.effective_on,
        expires_on=decision.expires_on,
        rejected_because=decision.rejected_because,
        version=decision.version,
        edition_id=edition.id if edition else None,
        sha256=edition.sha256 if edition else "",
        conditions=conditions,
        items=items,
        signatures=signed(edition, shelf.times(edition.id)) if edition else (),
        missing=(*a_whole_decision(needs), *enough_signatories(needs)) if drafted else (),
    )


def _items(
    decision: Decision,
    instrument: Instrument | None,
    conditions: Iterable[ConditionRow],
    desk: Any,
) -> tuple[Item, ...]:
    """What the decision triggers now, and what has begun before, in the order of the instrument."""
    begun = {
        row.code: row
        for row in db.session.scalars(select(ProcedureItem).where(ProcedureItem.decision_id == decision.id))
    }
    asked: list[Mapping[str, Any]] = list(instrument.content["procedure_items"]) if instrument else []
    origins = [row.origin for row in conditions]
    wanted = triggered(asked, action=decision.action or "", origins=origins) if decision.action else []
    needed = {item["code"] for item in wanted}
    clocks = _clocks(desk.authority_id, [item.get("clock") or "" for item in asked]) if asked else {}
    found = [
        _item(item, begun.get(item["code"]), item["code"] in needed, clocks.get(item.get("clock") or ""), desk.calendar)
        for item in asked
        if item["code"] in needed or item["code"] in begun
    ]
    listed = {item["code"] for item in asked}
    gone: dict[str, Any] = {"source": "", "trigger": ""}
    left = [row for code, row in begun.items() if code not in listed]
    return tuple(found + [_item({**gone, "code": row.code, "title": row.title}, row, False, None, "") for row in left])


def _item(
    item: Mapping[str, Any],
    row: ProcedureItem | None,
    needed: bool,
    clock: Mapping[str, Any] | None,
    calendar_code: str,
) -> Item:
    steps: tuple[str, ...] = ()
    if row is not None and clock is not None and row.due_on is not None:
        rule = rule_from_text(
            clock["length"],
            clock["unit"],
            count_start_day=clock.get("count_start_day", False),
            roll_forward=clock.get("roll_forward", False),
        )
        steps = due(rule, row.started_on, (calendar(calendar_code),)).explain()
    return Item(
        id=row.id if row else None,
        code=item["code"],
        title=item["title"],
        why=TRIGGERS.get(item["trigger"], "") if needed else "The decision as it stands now does not ask for it.",
        source=item.get("source") or "",
        started_on=row.started_on if row else None,
        due_on=row.due_on if row else None,
        steps=steps,
        outcome=row.outcome if row else None,
        outcome_words=OUTCOMES.get(row.outcome or "", "") if row else "",
        note=row.note if row else "",
        done_at=row.done_at if row else None,
        needed=needed,
    )


def _clocks(authority_id: UUID, codes: Iterable[str]) -> dict[str, Mapping[str, Any]]:
    wanted = [code for code in codes if code]
    if not wanted:
        return {}
    rows = db.session.execute(
        select(ClockRule.code, ClockRule.content).where(
            ClockRule.authority_id == authority_id,
            ClockRule.code.in_(wanted),
        ),
    )
    return {code: content for code, content in rows}


__all__ = ["condition_row", "conditions_of", "own_decision"]
