"""The real web server on a temporary instance, with production settings, on a free port of this machine."""

from __future__ import annotations

import http.client
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from tests.benchmarks.figures import ROOT

PATIENCE = 60


def free_port() -> int:
    """A port on which nobody listens at this moment."""
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        return int(place.getsockname()[1])


def settings(instance: Path, **more: str) -> dict[str, str]:
    """The environment of a process that works on this instance."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SANDBOX_")}
    return {**kept, "SANDBOX_INSTANCE": str(instance), **more}


def production(instance: Path, port: int) -> dict[str, str]:
    """What `make serve` sets."""
    return settings(
        instance,
        SANDBOX_PRODUCTION="true",
        SANDBOX_DEMO="false",
        SANDBOX_SECRET_KEY=secrets.token_hex(32),
        SANDBOX_BASE_URL=f"http://127.0.0.1:{port}",
        PORT=str(port),
    )


def _answers(port: int) -> bool:
    try:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except OSError:
        return False


def _wait(process: subprocess.Popen[bytes], port: int, log: IO[bytes]) -> None:
    end = time.monotonic() + PATIENCE
    while not _answers(port):
        if process.poll() is not None or time.monotonic() > end:
            log.seek(0)
            raise RuntimeError(f"The server did not start:\n{log.read().decode(errors='replace')[-3000:]}")
        time.sleep(0.2)


@contextmanager
def serving(instance: Path) -> Iterator[int]:
    """gunicorn as in production, with the bare page mounted; gives the port."""
    port = free_port()
    command = [
        sys.executable, "-m", "gunicorn", "--config", str(ROOT / "gunicorn.conf.py"), "--max-requests", "0",
        "tests.benchmarks.served:app",
    ]  # fmt: skip
    with (instance / "server.log").open("w+b") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=production(instance, port), stdout=log, stderr=log)
        try:
            _wait(process, port, log)
            yield port
        finally:
            process.terminate()
            try:
                process.wait(timeout=40)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
