"""The limited child: what fails in it is a typed error, never half an output, and the app never loads its libraries."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sandbox.adapters import child, pdf
from tests.adapters import records
from tests.adapters.conftest import CREATED

pytestmark = [pytest.mark.once, pytest.mark.pdf]
LONG = records.instrument(
    conditions=[records.condition(f"FCA-{number}", "Title", "Some words of a text. " * 20) for number in range(400)]
)


def render(record: dict) -> bytes:
    template = "instrument.html" if record["schema"] == "instrument/1" else "receipt.html"
    return pdf.render_document(template, record, identifier="x", created=CREATED)


def children_of_the_warm_process() -> list[int]:
    assert child._warm is not None
    process = child._warm.process.pid
    return [int(number) for number in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def kill_the_next_child() -> None:
    """Wait until the warm process has a child, then kill it."""
    ends = time.monotonic() + 10
    while time.monotonic() < ends:
        if children := children_of_the_warm_process():
            os.kill(children[0], signal.SIGKILL)
            return
        time.sleep(0.005)


def test_a_killed_child_is_an_error_and_the_next_one_works() -> None:
    child.warm_up()
    killer = threading.Thread(target=kill_the_next_child)
    killer.start()
    with pytest.raises(pdf.RenderFailed, match="killed"):
        render(LONG)
    killer.join()
    assert render(records.receipt()).startswith(b"%PDF-")


def test_a_killed_warm_process_is_started_again() -> None:
    child.warm_up()
    assert child._warm is not None
    child._warm.process.kill()
    child._warm.process.wait()
    assert render(records.receipt()).startswith(b"%PDF-")


@pytest.mark.parametrize(
    "limits",
    [
        child.Limits(wall_seconds=0.2),
        child.Limits(cpu_seconds=1, wall_seconds=20),
        child.Limits(memory_bytes=2**20),
    ],
    ids=["time", "processor", "memory"],
)
def test_a_child_over_its_limits_is_an_error(limits: child.Limits, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "LIMITS", limits)
    with pytest.raises(pdf.RenderFailed, match="document was not made"):
        render(LONG)


def test_an_unknown_task_is_an_error() -> None:
    with pytest.raises(child.ChildFailed, match="KeyError"):
        child.call("os.system", {})


def test_threads_get_their_own_documents() -> None:
    names = [f"Person {number}" for number in range(6)]
    with ThreadPoolExecutor(6) as pool:
        files = list(pool.map(lambda name: render(records.receipt(submitted_by=name)), names))
    assert len(set(files)) == 6
    for name, file in zip(names, files, strict=True):
        assert file == render(records.receipt(submitted_by=name))


def test_no_folder_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    render(records.receipt())
    monkeypatch.setattr(pdf, "LIMITS", child.Limits(wall_seconds=0.2))
    with pytest.raises(pdf.RenderFailed):
        render(LONG)
    assert list(tmp_path.iterdir()) == []


SCRIPT = """
import os, sys
from tests.adapters import records
from tests.adapters.conftest import CREATED
from sandbox.adapters import child, keys, pdf, signing, verifying
def render():
    return pdf.render_document("receipt.html", records.receipt(), identifier="x", created=CREATED)
first = render()
if (other := os.fork()) == 0:
    os._exit(0 if render() == first else 3)
assert os.waitpid(other, 0)[1] == 0, "a forked worker could not render"
assert render() == first
heavy = [name for name in sys.modules if name.split(".")[0] in ("weasyprint", "pyhanko", "pydyf")]
assert not heavy, heavy
"""


def test_the_importing_process_stays_light_and_may_fork() -> None:
    """As gunicorn does: the worker is a fork of a process that may have rendered already."""
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", SCRIPT],
        cwd=root,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
