"""Full-text search of an authority's staff: items of cases that they may open, newest first.

Rule: the audience is joined in the statement that searches. What the viewer may not open is no hit, is not counted,
and has no place in any order. The database's own index stands behind one function, `matching`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Integer,
    TableClause,
    and_,
    bindparam,
    case,
    column,
    func,
    or_,
    select,
    table,
    text,
)
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql import Select

from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor
from sandbox.domain.search import KINDS, PREFIX_FROM, excerpt, terms
from sandbox.extensions import db
from sandbox.models.desks import Case, Desk
from sandbox.models.people import Firm
from sandbox.models.search import INDEX, WORDS, SearchEntry
from sandbox.models.trail import Audience
from sandbox.queries import Page, page_of, place
from sandbox.queries.access import own_parties
from sandbox.queries.desks.ties import Held, base, granted, held_by, who
from sandbox.queries.prepared import Prepared

SIZE = 20


@dataclass(frozen=True, slots=True)
class Hit:
    """One item that was found. `title` is None where the viewer may not read the case."""

    entry: int
    kind: str
    kind_words: str
    item_id: UUID
    case_id: UUID
    reference: str
    firm: str
    title: str | None
    excerpt: str


def found_by(held: Held) -> ColumnElement[bool]:
    """The entries that these roles may find among the rows of `base`: by the grant of their kind, and audience."""
    # No EXISTS: PostgreSQL would read everything that the parties may see into memory first, to look few items up.
    seen = (
        select(Audience.party)
        .where(
            Audience.item_id == SearchEntry.item_id,
            Audience.item_kind == SearchEntry.item_kind,
            Audience.party.in_(bindparam("parties", expanding=True)),
            Audience.visible_from.is_not(None),
        )
        .limit(1)
        .correlate(SearchEntry)
        .scalar_subquery()
    )
    groups: dict[tuple[Action, bool], list[str]] = {}
    for name, kind in KINDS.items():
        groups.setdefault((kind.action, kind.audience), []).append(name)
    found: dict[bool, list[ColumnElement[bool]]] = {True: [], False: []}
    for (action, audience), names in groups.items():
        found[audience].append(and_(SearchEntry.item_kind.in_(names), granted(held, action)))
    return or_(*found[False], and_(or_(*found[True]), seen.is_not(None)))


def _texts() -> TableClause:
    """The database's index of words, with the names that it gives its columns."""
    key = "rowid" if db.engine.dialect.name == "sqlite" else "id"
    return table(INDEX, column(key), column("body"), column(INDEX), column("words"))


# SQLite reads all places of all words that begin so before it gives the first, but of whole words only what is asked
# for. So the beginning becomes the words of the index that go on from it, unless there are many.
MOST_ENDINGS = 40
WHOLE_WORDS = f"""(
    SELECT CASE WHEN count(*) > :most THEN :before || '"' || :sought || '" *'
    ELSE :before || '("' || :sought || '"' || coalesce(group_concat(' OR "' || term || '"', ''), '') || ')' END
    FROM (SELECT term FROM temp.{WORDS} WHERE term >= :low AND term < :high LIMIT {MOST_ENDINGS + 1}))"""
LAST_SIGN = chr(0x10FFFF)


def matching(
    statement: Select[Any], case_id: InstrumentedAttribute[UUID], condition: ColumnElement[bool], *, body: bool = False
) -> Select[Any]:
    """The rows of a statement about cases, with the items that match the words of `spelled`, newest item first."""
    texts = _texts()
    key = texts.columns[0]
    if db.engine.dialect.name == "sqlite":
        matches = texts.c[INDEX].op("MATCH")(text(WHOLE_WORDS))
    else:
        sought: BindParameter[str] = bindparam("sought")
        matches = texts.c.words.op("@@")(func.to_tsquery("simple", sought))
    if body:
        statement = statement.add_columns(texts.c.body)
    return (
        statement.join(SearchEntry, SearchEntry.case_id == case_id)
        .join(texts, key == SearchEntry.id)
        .where(matches, condition)
        .order_by(key.desc())
    )


def spelled(words: Sequence[str]) -> dict[str, Any]:
    """Words in the database's spelling: all must be there, the last may go on. Letters and digits only: nothing in
    them is an operator.
    """
    *first, last = words
    open_end = len(last) >= PREFIX_FROM
    if db.engine.dialect.name == "sqlite":
        return {
            "before": "".join(f'"{word}" AND ' for word in first),
            "sought": last,
            "low": f"{last}0",  # the first that any word can go on with
            "high": f"{last}{LAST_SIGN}" if open_end else "",
            "most": MOST_ENDINGS if last.isascii() or not open_end else -1,  # the index may spell other signs otherwise
        }
    return {"sought": " & ".join((*(f"'{word}'" for word in first), f"'{last}'{':*' if open_end else ''}"))}


def question(viewer: Actor, words: Sequence[str]) -> dict[str, Any]:
    """The values of a search: its words, and whom the viewer counts as. Empty without words."""
    return spelled(words) | {"parties": sorted(own_parties(viewer))} if words else {}


@lru_cache(maxsize=256)
def _statement(held: Held, *, paged: bool) -> Prepared:
    """Built once for each set of roles."""
    found = base(
        SearchEntry.id.label("entry"),
        SearchEntry.item_kind,
        SearchEntry.item_id,
        Desk.case_id,
        Case.reference,
        Firm.legal_name.label("firm"),
        case((granted(held, Action.DESK_READ), Case.title)).label("title"),
    )
    if paged:
        found = found.where(SearchEntry.id < bindparam("after"))
    return Prepared(matching(found, Desk.case_id, found_by(held), body=True).limit(bindparam("size", type_=Integer())))


def search(viewer: Actor, asked: str, *, after: str | None = None, size: int = SIZE) -> Page[Hit]:
    """One page of hits in one statement. Raises NotAllowed for who is not staff of an authority."""
    held, words = held_by(viewer), terms(asked)
    if not words:
        return Page(())
    start = place(after, _number)
    values = who(viewer) | question(viewer, words) | {"size": size + 1}
    if start is not None:
        values["after"] = start[0]
    rows = [
        Hit(
            entry=row.entry,
            kind=row.item_kind,
            kind_words=KINDS[row.item_kind].words,
            item_id=row.item_id,
            case_id=row.case_id,
            reference=row.reference,
            firm=row.firm,
            title=row.title,
            excerpt=excerpt(row.body, words),
        )
        for row in _statement(held, paged=start is not None).all(values)
    ]
    return page_of(rows, lambda row: (row.entry,), size)


def _number(text: str) -> int:
    """The number of an entry. Raises ValueError for what no entry can have."""
    number = int(text)
    if not 0 < number < 2**31:
        raise ValueError("There is no such entry.")
    return number


__all__ = ["Hit", "found_by", "matching", "question", "search", "spelled"]
