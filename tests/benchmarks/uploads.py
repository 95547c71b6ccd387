"""An upload of 20 MB to the real server: how long it takes, and by how much the memory of its processes grows."""

from __future__ import annotations

import http.client
import itertools
import os
import time
from collections.abc import Iterator
from pathlib import Path

from sandbox.cli.demo.personas import PASSWORD
from tests.benchmarks.client import Session, ask, sign_in, token_in
from tests.benchmarks.data import Base
from tests.benchmarks.figures import Row
from tests.benchmarks.server import serving

SAVER = "contributor@tessellate.example"
SIZE = 20 * 2**20
LINE = b"%08d a line of text that is sixty-four bytes long with its end.\n"
TIMES = 3


def _content(run: int) -> Iterator[bytes]:
    """A text of exactly so many bytes, another for each run, made while it is sent."""
    lines = SIZE // len(LINE % 0)
    for start in range(0, lines, 4096):
        yield b"".join(LINE % (run * lines + number) for number in range(start, min(start + 4096, lines)))
    yield b"x" * (SIZE % len(LINE % 0))


def _send(port: int, place: str, session: Session, token: str, run: int) -> None:
    head = (
        f'--b\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{token}\r\n'
        f'--b\r\nContent-Disposition: form-data; name="file"; filename="run {run}.txt"\r\n\r\n'
    ).encode()
    end = b"\r\n--b--\r\n"
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    headers = {
        "Cookie": session.cookie,
        "Content-Type": "multipart/form-data; boundary=b",
        "Content-Length": str(len(head) + SIZE + len(end)),
        "Accept": "application/json",
    }
    connection.request("POST", place, body=itertools.chain([head], _content(run), [end]), headers=headers)
    answer = connection.getresponse()
    said = answer.read()
    connection.close()
    if answer.status != 200 or b'"added"' not in said:
        raise RuntimeError(f"The upload answered {answer.status}: {said[:500].decode(errors='replace')}")


def _servers() -> Iterator[int]:
    """The server's processes: what this process started, and its workers. Children that check a file come and go."""
    waiting = [os.getpid()]
    while waiting:
        for path in Path(f"/proc/{waiting.pop()}/task").glob("*/children"):
            found = [int(one) for one in path.read_text().split()]
            waiting += found
            yield from (one for one in found if b"gunicorn" in Path(f"/proc/{one}/cmdline").read_bytes())


def _peak(process: int) -> float:
    """The largest memory that a process ever had, in MB."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM:")).split()[1]) / 1024


def rows(base: Base) -> Iterator[Row]:
    """The row `upload`. Small files go first, so that what is loaded once is not counted."""
    place = f"/applications/{base.drafts[0]}/documents"
    with serving(base.folder) as port:
        session = sign_in(port, SAVER, PASSWORD)
        for _ in range(8):  # every worker has shown the page
            _response, page = ask(port, place, session.cookie)
        token = token_in(page)
        before = {process: _peak(process) for process in _servers()}
        seconds = []
        for run in range(TIMES):
            start = time.perf_counter()
            _send(port, place, session, token, run)
            seconds.append(time.perf_counter() - start)
        grown = max(_peak(process) - least for process, least in before.items())
    yield Row("upload", size=SIZE // 2**20, seconds=sorted(seconds)[TIMES // 2], mb=grown, note="MB sent; mb: growth")
