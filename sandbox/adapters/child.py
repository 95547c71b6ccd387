"""Runs a task on documents in a limited child process: neither a hostile file nor a heavy page can hurt the app.

A small warm process imports WeasyPrint and pyHanko once; each task is a fork of it with limits on memory, processor
time and wall time. The importing process never loads those libraries. A child that is killed, hangs or fails gives a
typed error and no output at all. Python's own forkserver is not used, because its children run the main program again.
"""

from __future__ import annotations

import atexit
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sandbox.adapters.inside import wire
from sandbox.adapters.inside.wire import Refused

START_SECONDS = 60
AT_ONCE = 2  # children of one process at the same time: documents must not starve the pages
ANSWER_BYTES_MAX = 64 * 2**20
PACKAGE = Path(__file__).resolve().parents[1]
_KEPT_ENVIRONMENT = ("PATH", "LANG", "LC_ALL", "HOME", "TMPDIR", "LD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH")
_KEPT_PREFIXES = ("FONTCONFIG_", "XDG_CACHE_")
# The package stands there bare, without the code of its front door: the child needs neither Flask nor the database.
_BOOT = """
import json, sys, types
sys.path[:] = json.loads(sys.argv[2])
house = types.ModuleType("sandbox")
house.__path__ = [sys.argv[3]]
sys.modules["sandbox"] = house
from sandbox.adapters.inside import server
server.main(int(sys.argv[1]))
"""

__all__ = ["Answer", "ChildFailed", "Limits", "Refused", "call", "warm_up"]


class ChildFailed(Exception):
    """The task gave no result: it was killed, took too long, needed too much memory or raised. Nothing was produced."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one task may use. Rendering sets more of its own: hundreds of conditions take half a minute."""

    memory_bytes: int = 2**30
    cpu_seconds: int = 15
    wall_seconds: float = 20.0


@dataclass(frozen=True, slots=True)
class Answer:
    """Plain values and byte strings from the child."""

    values: dict[str, Any]
    blobs: list[bytes]


def call(task: str, values: Mapping[str, Any], blobs: Sequence[bytes] = (), limits: Limits | None = None) -> Answer:
    """Run a task of `inside.server.TASKS` in a child and give its answer.

    `values` must be plain JSON. Raises Refused (the task said no, with a code) or ChildFailed. Safe from any thread.
    """
    limits = limits or Limits()
    with _turn(limits.wall_seconds), tempfile.TemporaryDirectory(prefix="document-") as folder:
        request = {"task": task, "values": dict(values), "limits": asdict(limits), "folder": folder}
        channel = _new_child()
        try:
            channel.settimeout(limits.wall_seconds + 2)
            wire.send(channel, request, blobs)
            answer, results = wire.receive(channel, ANSWER_BYTES_MAX)
        except TimeoutError as error:
            raise ChildFailed(f"no answer within {limits.wall_seconds:g} seconds") from error
        except (OSError, wire.Broken) as error:
            raise ChildFailed("stopped before the end: killed, or over its limits of time or memory") from error
        finally:
            channel.close()
    return _read(answer, results)


def warm_up() -> None:
    """Start the warm process now, so that the first document does not wait for it. Raises ChildFailed."""
    with _lock:
        _running()


def _read(answer: dict[str, Any], blobs: list[bytes]) -> Answer:
    if "refused" in answer:
        raise Refused(str(answer["refused"]), **answer["details"])
    if "done" not in answer:
        raise ChildFailed(str(answer.get("failed", "gave no answer")))
    return Answer(values=answer["done"], blobs=blobs)


@contextmanager
def _turn(seconds: float) -> Iterator[None]:
    if not _turns.acquire(timeout=seconds):
        raise ChildFailed("too many documents are being made at the moment; try again")
    try:
        yield
    finally:
        _turns.release()


class _Warm:
    """The warm process and the socket on which it takes orders."""

    def __init__(self) -> None:
        self.control, theirs = socket.socketpair()
        kept = {
            name: value
            for name, value in os.environ.items()
            if name in _KEPT_ENVIRONMENT or name.startswith(_KEPT_PREFIXES)
        }
        paths = [path or os.getcwd() for path in sys.path]
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-s", "-P", "-c", _BOOT, str(theirs.fileno()), json.dumps(paths), str(PACKAGE)],
                pass_fds=[theirs.fileno()],
                # The same order of every set and no clock inside a font: the same bytes for the same record.
                env=kept | {"PYTHONHASHSEED": "0", "SOURCE_DATE_EPOCH": "0"},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
            )
        self._await_ready()

    def _await_ready(self) -> None:
        self.control.settimeout(START_SECONDS)
        try:
            ready = self.control.recv(16)
        except OSError:
            ready = b""
        if not ready:
            self.process.kill()
            said = self.process.communicate()[1].decode(errors="replace")
            self.close()
            raise ChildFailed(f"the document process did not start: {said.strip()[-1500:]}")
        if self.process.stderr:
            self.process.stderr.close()
        self.control.settimeout(None)

    def send(self, channel: socket.socket) -> None:
        socket.send_fds(self.control, [b"."], [channel.fileno()])

    def close(self) -> None:
        """Tell the process to leave and wait for it."""
        self.control.close()
        try:
            self.process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def forget(self) -> None:
        """After a fork: it is the parent's process, not ours."""
        self.control.close()
        self.process.returncode = 0


_warm: _Warm | None = None
_lock = threading.Lock()
_turns = threading.BoundedSemaphore(AT_ONCE)


def _running() -> _Warm:
    global _warm
    if _warm is not None and _warm.process.poll() is not None:
        _warm.close()
        _warm = None
    if _warm is None:
        _warm = _Warm()
    return _warm


def _new_child() -> socket.socket:
    """A channel to a fresh child; the warm process is started again once where it has died."""
    ours, theirs = socket.socketpair()
    try:
        with _lock, theirs:
            try:
                _running().send(theirs)
            except OSError:
                _stop()
                _running().send(theirs)
    except BaseException:
        ours.close()
        raise
    return ours


def _stop() -> None:
    global _warm
    if _warm is not None:
        _warm.close()
        _warm = None


def _after_fork() -> None:
    global _warm, _lock, _turns
    if _warm is not None:
        _warm.forget()
    _warm, _lock, _turns = None, threading.Lock(), threading.BoundedSemaphore(AT_ONCE)


atexit.register(_stop)
os.register_at_fork(after_in_child=_after_fork)
