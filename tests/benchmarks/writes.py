"""Filing positions: four writers on different cases through the use case, and the same statements by the raw driver.

The bare statements are those that the use case sends: two filings are watched, and what differs between them (the ids
of the case, new ids, the place in the chain) is replaced for each further case.
"""

from __future__ import annotations

import multiprocessing
import re
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
from sqlalchemy import event, func, select

from sandbox.cli.demo.bulk import load_cases
from sandbox.cli.demo.scenes import SUMMARY
from sandbox.cli.demo.story import Cast
from sandbox.extensions import SQLITE_PRAGMAS, db
from sandbox.models.assessments import Finding, Position
from sandbox.models.catalogue import Authority, Criterion
from sandbox.models.desks import Case, Desk
from sandbox.models.trail import TrailScope
from sandbox.queries.trail import verify
from sandbox.services import assessments
from sandbox.services.trail import case_scope
from tests.benchmarks.data import application
from tests.benchmarks.figures import Row

WRITERS = 4
EACH = 40
SEED = 77
_CONTEXT = multiprocessing.get_context("spawn")
_TOKEN = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|[0-9a-f]{32}(?![0-9a-f])")
Sent = tuple[str, Any]  # one statement and its parameters


@dataclass(frozen=True, slots=True)
class Target:
    """A desk that can file: its ids, and how long the chain of its case is."""

    desk: UUID
    ids: tuple[str, ...]  # in the same order for every target
    size: int


def targets(count: int) -> list[Target]:
    """Desks of the FCA that are ready to file, one a case."""
    load_cases(count, SEED, lambda _line: None, only="ready to file")
    found = []
    codes = {key: code for key, code in db.session.execute(select(Authority.id, Authority.code))}
    rows = db.session.execute(
        select(Case.id, Case.application_id, Case.current_version_id, Case.firm_id).order_by(Case.id),
    ).all()
    sizes = {scope: size for scope, size in db.session.execute(select(TrailScope.scope, TrailScope.size))}
    desks: dict[UUID, dict[str, UUID]] = {}
    for case_id, authority_id, desk_id in db.session.execute(select(Desk.case_id, Desk.authority_id, Desk.id)):
        desks.setdefault(case_id, {})[codes[authority_id]] = desk_id
    per_desk = select(Finding.desk_id, func.count()).group_by(Finding.desk_id)
    findings = {desk_id: count for desk_id, count in db.session.execute(per_desk)}
    for case_id, *more in rows:
        mine = desks[case_id]
        # The SEC beside it, so that the same statements are sent for every case.
        if set(mine) == {"FCA", "SEC"} and findings.get(mine["FCA"]) == _criteria("FCA"):
            ids = tuple(str(one) for one in (case_id, *more, mine["FCA"], mine["SEC"]))
            found.append(Target(mine["FCA"], ids, sizes[case_scope(case_id)]))
    return found


def _criteria(code: str) -> int:
    return (
        db.session.scalar(
            select(func.count())
            .select_from(Criterion)
            .join(Authority, Authority.id == Criterion.authority_id)
            .where(Authority.code == code, Criterion.current.is_(True)),
        )
        or 0
    )


def file(target: Target) -> None:
    """File the position of the desk as a request would."""
    officer = Cast().staff("FCA", "case")
    db.session.remove()
    assessments.file_position(officer, target.desk, recommendation="approve", summary=SUMMARY)
    db.session.remove()


@contextmanager
def watching() -> Iterator[list[Sent]]:
    """What is sent to the database meanwhile, transactions apart."""
    sent: list[Sent] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        if statement.split(" ", 1)[0] not in ("BEGIN", "PRAGMA"):
            sent.append((statement, parameters))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def watched(target: Target) -> list[Sent]:
    """The statements of one filing, those of signing in apart."""
    officer = Cast().staff("FCA", "case")
    db.session.remove()
    with watching() as sent:
        assessments.file_position(officer, target.desk, recommendation="approve", summary=SUMMARY)
    db.session.remove()
    return sent


# --- the bare statements ---


class Script:
    """The statements of a filing with gaps. Made from two filings whose chains have different lengths."""

    def __init__(self, one: tuple[Target, list[Sent]], other: tuple[Target, list[Sent]]) -> None:
        self.target, self.sent = one
        if len(self.sent) != len(other[1]):
            raise RuntimeError("Two filings sent different statements.")
        self.other = other
        mine, theirs = set(_tokens(self.sent)), set(_tokens(other[1]))
        known = {_bare(token) for token in self.target.ids}
        self.fresh = [token for token in mine - theirs if token not in known]

    def for_target(self, target: Target) -> list[Sent]:
        """The statements for another case, with new ids of its own."""
        swap = {_bare(a): _bare(b) for a, b in zip(self.target.ids, target.ids, strict=True)}
        swap |= {token: uuid4().hex for token in self.fresh}
        shift = target.size - self.target.size
        return [
            (text, _filled(mine, theirs, swap, shift))
            for (text, mine), (_, theirs) in zip(self.sent, self.other[1], strict=True)
        ]


def _bare(token: str) -> str:
    return token.replace("-", "")


def _tokens(value: Any) -> Iterator[str]:
    if isinstance(value, UUID):
        yield value.hex
    elif isinstance(value, str):
        yield from (_bare(token) for token in _TOKEN.findall(value))
    elif isinstance(value, Mapping):
        yield from _tokens(list(value.values()))
    elif isinstance(value, Sequence) and not isinstance(value, bytes):
        for one in value:
            yield from _tokens(one)


def _filled(mine: Any, theirs: Any, swap: Mapping[str, str], shift: int) -> Any:
    """The parameters for another case: ids swapped, numbers that hang on the length of the chain moved."""
    if isinstance(mine, UUID):
        return UUID(swap.get(mine.hex, mine.hex))
    if isinstance(mine, str):
        return _TOKEN.sub(lambda found: _swapped(found[0], swap), mine)
    if isinstance(mine, Mapping):
        return {name: _filled(value, theirs[name], swap, shift) for name, value in mine.items()}
    if isinstance(mine, list | tuple):
        return type(mine)(_filled(a, b, swap, shift) for a, b in zip(mine, theirs, strict=True))
    if isinstance(mine, int) and not isinstance(mine, bool) and mine != theirs:
        return mine + shift
    return mine


def _swapped(token: str, swap: Mapping[str, str]) -> str:
    new = swap.get(_bare(token))
    return token if new is None else str(UUID(new)) if "-" in token else new


def _bare_sqlite(path: str) -> Callable[[list[Sent]], None]:
    connection = sqlite3.connect(path, isolation_level=None, timeout=15)
    for pragma in SQLITE_PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")

    def run(sent: list[Sent]) -> None:
        connection.execute("BEGIN IMMEDIATE")
        for text, values in sent:
            if isinstance(values, list):
                connection.executemany(text, values)
            else:
                connection.execute(text, values).fetchall()
        connection.execute("COMMIT")

    return run


def _bare_postgresql(url: str) -> Callable[[list[Sent]], None]:
    connection = psycopg.connect(url)

    def run(sent: list[Sent]) -> None:
        cursor = connection.cursor()
        for text, values in sent:
            if isinstance(values, list):
                cursor.executemany(text, values)
            else:
                cursor.execute(text, values)
                if cursor.description:
                    cursor.fetchall()
        connection.commit()

    return run


# --- the writers ---


def _real(place: tuple[str, str], work: list[Target], gate: Any, answers: Any) -> None:
    """A process that files through the use case."""
    with application(Path(place[0]), DATABASE_URL=place[1]):
        officer = Cast().staff("FCA", "case")
        db.session.remove()
        gate.wait()
        answers.put(_timed(lambda one: _file_as(officer, one), work))


def _file_as(officer: Any, target: Target) -> None:
    assessments.file_position(officer, target.desk, recommendation="approve", summary=SUMMARY)
    db.session.remove()


def _raw(place: tuple[str, str], work: list[list[Sent]], gate: Any, answers: Any) -> None:
    """A process that sends the bare statements."""
    folder, url = place
    run = _bare_postgresql(url) if url else _bare_sqlite(str(Path(folder) / "sandbox.db"))
    gate.wait()
    answers.put(_timed(run, work))


def _timed(act: Callable[[Any], None], work: list[Any]) -> tuple[float, float, str]:
    began = time.time()
    try:
        for one in work:
            act(one)
    except Exception as fault:  # the parent must hear of it, whatever it is
        return began, time.time(), repr(fault)
    return began, time.time(), ""


def _per_second(worker: Callable[..., None], place: tuple[str, str], work: list[list[Any]]) -> float:
    """Commits per second of all writers together. Raises RuntimeError when one of them failed."""
    gate, answers = _CONTEXT.Barrier(len(work)), _CONTEXT.Queue()
    people = [_CONTEXT.Process(target=worker, args=(place, part, gate, answers), daemon=True) for part in work]
    for person in people:
        person.start()
    found = [answers.get(timeout=300) for _ in people]
    for person in people:
        person.join()
    if faults := [fault for *_, fault in found if fault]:
        raise RuntimeError(f"A writer failed: {faults[0]}")
    return sum(map(len, work)) / (max(end for _, end, _ in found) - min(began for began, _, _ in found))


def positions(folder: Path, database: str, url: str = "") -> Row:
    """Positions filed per second by four writers, against the bare statements in the same run.

    Raises RuntimeError for an error, a lost position or a broken chain.
    """
    with application(folder, DATABASE_URL=url):
        ready = targets(6 * WRITERS * EACH)
        first = ready[0]
        other = next(one for one in ready if one.size != first.size)
        script = Script((first, watched(first)), (other, watched(other)))
        rest = [one for one in ready if one not in (first, other)]
        before = db.session.scalar(select(func.count()).select_from(Position)) or 0
        db.session.remove()
    half, many = WRITERS * EACH, 2 * WRITERS * EACH
    if len(rest) < many:
        raise RuntimeError(f"Only {len(rest)} desks are ready to file.")
    parts = [rest[place:half:WRITERS] for place in range(WRITERS)]
    bare = [[script.for_target(one) for one in rest[half + place : many : WRITERS]] for place in range(WRITERS)]
    place = (str(folder), url)
    real_rate = _per_second(_real, place, parts)
    bare_rate = _per_second(_raw, place, bare)
    with application(folder, DATABASE_URL=url):
        filed = (db.session.scalar(select(func.count()).select_from(Position)) or 0) - before
        if filed != many:
            raise RuntimeError(f"{many} positions were filed, {filed} are there.")
        faults = [str(one) for one in verify(files=False) if _of(one, parts)]
        if faults:
            raise RuntimeError(faults[0])
    return Row(
        "position",
        connections=WRITERS,
        database=database,
        per_s=real_rate,
        times_bare=real_rate / bare_rate,
        sql=len(script.sent),
        note=f"bare {bare_rate:,.0f} per s",
    )


def _of(problem: Any, parts: list[list[Target]]) -> bool:
    """Only the chains that the use case wrote: the bare statements copy digests, which cannot be right."""
    return problem.scope in {case_scope(UUID(one.ids[0])) for part in parts for one in part}
