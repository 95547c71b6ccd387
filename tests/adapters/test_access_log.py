"""The access log: whole lines only, a file a process, and no page without a line."""

from __future__ import annotations

import json
import multiprocessing
import os
import threading
from pathlib import Path
from uuid import uuid4

import pytest

from sandbox.adapters import access_log
from sandbox.adapters.access_log import AccessLog, AccessLogUnavailable, files, lines, party_of
from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor, Organisation, Role

pytestmark = pytest.mark.once

OFFICER = Actor(
    uuid4(),
    uuid4(),
    Organisation.AUTHORITY,
    frozenset({Role.CASE_OFFICER}),
    name="Ada\nX",
    organisation_name="FCA",
    code="FCA",
)


def read(folder: Path) -> list[dict[str, object]]:
    return [json.loads(row) for path in files(folder) for row in path.read_text().splitlines()]


def test_a_view_is_one_line(tmp_path: Path) -> None:
    log, case_id = AccessLog(tmp_path), uuid4()
    log.opened(OFFICER, Action.CASE_READ, case_id=case_id, item="case\r\n{}")
    (entry,) = read(tmp_path)
    assert entry["kind"] == "case.read" and entry["case"] == str(case_id) and entry["party"] == "desk:FCA"
    assert entry["person"] == str(OFFICER.person_id) and entry["item"] == "case\r\n{}"
    assert [path.stat().st_mode & 0o777 for path in files(tmp_path)] == [0o600]


def test_a_refused_attempt_is_a_line_without_a_case(tmp_path: Path) -> None:
    log = AccessLog(tmp_path)
    log.denied(OFFICER, Action.CASE_READ, item="/cases/x")
    log.denied(None, None, item="/x")
    assert [(entry["kind"], entry["action"], entry["case"]) for entry in read(tmp_path)] == [
        ("access.denied", "case.read", None),
        ("access.denied", "", None),
    ]


def test_threads_and_processes_never_mix_lines(tmp_path: Path) -> None:
    log = AccessLog(tmp_path)

    def write(count: int) -> None:
        for number in range(count):
            log.append({"number": number, "text": "x" * 500})

    threads = [threading.Thread(target=write, args=(100,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    process = multiprocessing.get_context("fork").Process(target=write, args=(50,))
    process.start()
    process.join()
    assert len(read(tmp_path)) == 450
    assert len(files(tmp_path)) == 2


def test_a_full_file_is_followed_by_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access_log, "FILE_BYTES", 300)
    log = AccessLog(tmp_path)
    for number in range(5):
        log.append({"number": number, "text": "x" * 200})
    assert len(files(tmp_path)) == 5 and len(read(tmp_path)) == 5


def test_a_file_that_was_removed_is_begun_anew(tmp_path: Path) -> None:
    log = AccessLog(tmp_path)
    log.append({"number": 1})
    files(tmp_path)[0].unlink()
    log.append({"number": 2})
    assert read(tmp_path) == [{"number": 2}]


def test_where_it_cannot_be_written_the_view_does_not_happen(tmp_path: Path) -> None:
    (tmp_path / "access").write_text("in the way")
    with pytest.raises(AccessLogUnavailable):
        AccessLog(tmp_path / "access").opened(OFFICER, Action.CASE_READ)


def test_a_full_disk_is_noticed_and_leaves_whole_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = AccessLog(tmp_path)
    log.append({"number": 1})
    write = os.write
    monkeypatch.setattr(os, "write", lambda handle, line: write(handle, line[:5]))
    with pytest.raises(AccessLogUnavailable):
        log.append({"number": 2})
    monkeypatch.undo()
    log.append({"number": 3})
    found = [line.entry for path in files(tmp_path) for line in lines(path, 0)]
    assert found == [{"number": 1}, {"number": 3}]


def test_only_complete_lines_are_read_and_from_a_place_on(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"n":1}\nnot json\n[1]\n{"n":2}\n{"n":')
    found = list(lines(path, 0))
    assert [line.entry for line in found] == [{"n": 1}, None, None, {"n": 2}]
    assert [line.entry for line in lines(path, found[0].end)] == [None, None, {"n": 2}]
    assert list(lines(path, found[-1].end)) == []
    assert list(lines(tmp_path / "gone.jsonl", 0)) == []


def test_who_looks_in_whose_name() -> None:
    assert party_of(OFFICER) == "desk:FCA"
    assert party_of(Actor(None, None, Organisation.FIRM, frozenset())) == "firm"
    assert party_of(Actor(None, None, Organisation.PROGRAMME_OFFICE, frozenset())) == "office"
    assert party_of(Actor(None, None, Organisation.AUDIT_BODY, frozenset())) == ""
