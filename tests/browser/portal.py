"""A demonstration of its own on a free port: made once in a folder, copied for each use, served by gunicorn.

Rule: the server is a process like that of `make run`; nothing of the test process is shared with it.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sandbox import ROOT

PASSWORD = "demonstration only 2026"
LOADING = 300  # seconds that making the demonstration may take on a busy machine
STARTING = 60


class PortalProblem(Exception):
    """The portal cannot be made or started; the message holds what it printed."""


@dataclass(frozen=True, slots=True)
class Portal:
    """A running portal: its address and the folder of its data."""

    address: str
    instance: Path

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.instance / "sandbox.db"

    def flask(self, *words: str, instance: Path | None = None) -> subprocess.CompletedProcess[str]:
        """Run a `flask` command on its data, or on those of a copy."""
        return _flask(instance or self.instance, *words, address=self.address)


def _environment(instance: Path, address: str) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("SANDBOX_")}
    return {**clean, "SANDBOX_INSTANCE": str(instance), "SANDBOX_BASE_URL": address, "FLASK_APP": "app.py"}


def _flask(instance: Path, *words: str, address: str = "http://127.0.0.1:5000") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "flask", *words],
        cwd=ROOT,
        env=_environment(instance, address),
        capture_output=True,
        text=True,
        timeout=LOADING,
        check=False,
    )


def make_demo(folder: Path) -> Path:
    """The demonstration in `folder`, made by whoever comes first; other processes wait for it. Raises PortalProblem."""
    folder.mkdir(parents=True, exist_ok=True)
    instance, done = folder / "instance", folder / "done"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            shutil.rmtree(instance, ignore_errors=True)
            for words in (("db", "upgrade"), ("demo", "load")):
                answer = _flask(instance, *words)
                if answer.returncode:
                    raise PortalProblem(
                        f"flask {' '.join(words)} failed:\n{answer.stdout[-2000:]}{answer.stderr[-4000:]}"
                    )
            done.touch()
    return instance


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


@contextmanager
def serving(demo: Path, folder: Path) -> Iterator[Portal]:
    """Serve a copy of the demonstration that lies in `folder`. Raises PortalProblem when it does not come up."""
    instance = folder / "instance"
    shutil.copytree(demo, instance)
    port = _free_port()
    address = f"http://127.0.0.1:{port}"
    environment = _environment(instance, address) | {"PORT": str(port), "SANDBOX_WEB_WORKERS": "1"}
    log = folder / "server.log"
    command = [sys.executable, "-m", "gunicorn", "--config", str(ROOT / "gunicorn.conf.py"), "app:app"]
    with log.open("w") as out:
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=subprocess.STDOUT)
        try:
            until = time.monotonic() + STARTING
            while not _answers(address):
                if server.poll() is not None or time.monotonic() > until:
                    raise PortalProblem(f"the portal did not start:\n{log.read_text()[-4000:]}")
                time.sleep(0.1)
            yield Portal(address, instance)
        finally:
            server.terminate()
            try:
                server.wait(timeout=20)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()
