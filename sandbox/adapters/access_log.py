"""Who looked at what: an append-only log of JSON lines, a file a process, which the worker takes into the trail.

Reading a page never queues on the chain. Where the log cannot be written, confidential pages are not shown:
`AccessLogUnavailable` reaches the reader as 503. A line is written with one call, so lines of threads never mix and a
process that is killed leaves whole lines, except perhaps the last, which is then not a line.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor, Organisation
from sandbox.domain.audiences import FIRM, OFFICE, desk

FILE_BYTES = 4 * 2**20  # then the process begins a new file
LINE_BYTES = 64 * 1024
ENDING = ".jsonl"
DAY = timedelta(hours=24)


class AccessLogUnavailable(Exception):
    """The view could not be recorded, so it must not happen."""


@dataclass(frozen=True, slots=True)
class Line:
    """One complete line: what it says (None: not readable) and the place after it, in bytes."""

    entry: dict[str, Any] | None
    end: int


def party_of(viewer: Actor) -> str:
    """The party in whose name somebody looks; empty for people without a party (audit, strangers)."""
    if viewer.organisation is Organisation.AUTHORITY:
        return desk(viewer.code)
    if viewer.firm_side:
        return FIRM
    return OFFICE if viewer.organisation is Organisation.PROGRAMME_OFFICE else ""


class AccessLog:
    """The log of one folder, as one process writes it. Safe from any thread and after a fork."""

    def __init__(self, folder: Path):
        self.folder = folder
        self._lock = threading.Lock()
        self._handle: int | None = None
        self._process = 0
        self._written = 0

    def opened(self, viewer: Actor, action: Action, *, case_id: UUID | None = None, item: str = "") -> None:
        """Record that confidential content was opened; before it is shown. Raises AccessLogUnavailable."""
        self.append(_entry(action.value, viewer, case_id, item))

    def denied(self, viewer: Actor | None, action: Action | None, *, item: str = "") -> None:
        """Record a refused attempt; `item` is the address that was asked for, never what was sent."""
        entry = _entry(Action.ACCESS_DENIED.value, viewer, None, item)
        self.append({**entry, "action": action.value if action else ""})

    def append(self, entry: Mapping[str, Any]) -> None:
        """Write one line. Raises AccessLogUnavailable when it cannot be written whole."""
        line = json.dumps(dict(entry), ensure_ascii=True, separators=(",", ":")).encode() + b"\n"
        if len(line) > LINE_BYTES:
            raise ValueError("A line of the access log is too long.")
        with self._lock:
            try:
                handle = self._file(len(line))
                if os.write(handle, line) != len(line):
                    self._leave()  # what was written is no line; the next one starts in a file of its own
                    raise OSError("the line was cut short")
                self._written += len(line)
            except OSError as error:
                raise AccessLogUnavailable(str(error)) from error

    def _file(self, more: int) -> int:
        if self._process != os.getpid():
            self._handle = None  # the parent's
        elif self._handle is not None and (self._written + more > FILE_BYTES or self._is_gone(self._handle)):
            self._leave()
        if self._handle is None:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            name = f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{os.getpid()}-{uuid4().hex[:8]}{ENDING}"
            flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL
            self._handle = os.open(self.folder / name, flags, 0o600)
            self._process, self._written = os.getpid(), 0
        return self._handle

    @staticmethod
    def _is_gone(handle: int) -> bool:
        return os.fstat(handle).st_nlink == 0

    def _leave(self) -> None:
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


def _entry(kind: str, viewer: Actor | None, case_id: UUID | None, item: str) -> dict[str, Any]:
    return {
        "at": datetime.now(UTC).isoformat(timespec="microseconds"),
        "kind": kind,
        "person": str(viewer.person_id) if viewer and viewer.person_id else None,
        "name": viewer.name if viewer else "",
        "organisation": str(viewer.organisation_id) if viewer and viewer.organisation_id else None,
        "organisation_name": viewer.organisation_name if viewer else "",
        "party": party_of(viewer) if viewer else "",
        "case": str(case_id) if case_id else None,
        "item": item[:1000],
    }


@cache
def log_at(folder: str) -> AccessLog:
    """The log of this process in a folder."""
    return AccessLog(Path(folder))


# --- what the worker reads ---


def files(folder: Path) -> list[Path]:
    """The files of the log, oldest first."""
    return sorted(folder.glob(f"*{ENDING}")) if folder.is_dir() else []


def lines(path: Path, start: int) -> Iterator[Line]:
    """The complete lines of a file from a place on. A file that has vanished has none."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return
    with file:
        file.seek(start)
        place = start
        while (raw := file.readline()).endswith(b"\n"):
            place += len(raw)
            yield Line(_read(raw), place)


def _read(raw: bytes) -> dict[str, Any] | None:
    try:
        entry = json.loads(raw)
    except ValueError:
        return None
    return entry if isinstance(entry, dict) else None


def finished(path: Path, taken: int) -> bool:
    """True when a file is wholly taken and nobody has written to it for a day: it may be removed."""
    try:
        known = path.stat()
    except FileNotFoundError:
        return False
    age = datetime.now(UTC) - datetime.fromtimestamp(known.st_mtime, UTC)
    return known.st_size <= taken and age > DAY
