"""PDFs: a decision warm and cold, a long one by the page, a full dossier, signing and full verification."""

from __future__ import annotations

import io
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pikepdf

from sandbox.adapters import child, keys, pdf, signing, verifying
from tests.adapters import records
from tests.benchmarks.figures import Row

AT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
PASSPHRASE = b"only for the bench"
TIMES = 7
ANSWERS = 60  # of a full dossier
SHORT, LONG = 2, 260  # conditions: about three pages, and about sixty


def render(template: str, record: dict[str, Any]) -> bytes:
    """A document as the services have it made."""
    return pdf.render_document(template, record, identifier=record["number"], created=AT)


def pages(document: bytes) -> int:
    """How many pages the file has."""
    with pikepdf.open(io.BytesIO(document)) as opened:
        return len(opened.pages)


def decision(conditions: int) -> dict[str, Any]:
    """An instrument with so many conditions."""
    usual = records.conditions("FCA")
    numbered = [usual[number % 4] | {"number": f"FCA-{number + 1}"} for number in range(conditions)]
    return records.instrument(conditions=numbered)


@contextmanager
def peak() -> Iterator[list[float]]:
    """The largest memory, in MB, of any process that this one's children made meanwhile."""
    seen, over = [0.0], threading.Event()

    def watch() -> None:
        while not over.wait(0.005):
            for process in _descendants("self"):
                seen[0] = max(seen[0], _high_water(process))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield seen
    finally:
        over.set()
        watcher.join()


def _descendants(process: str) -> Iterator[str]:
    try:
        found = [kid for path in Path(f"/proc/{process}/task").glob("*/children") for kid in path.read_text().split()]
    except OSError:
        return
    for kid in found:
        yield kid
        yield from _descendants(kid)


def _high_water(process: str) -> float:
    try:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
    except OSError:
        return 0.0
    found = next((line for line in lines if line.startswith("VmHWM:")), "VmHWM: 0 kB")
    return int(found.split()[1]) / 1024


def took(act: Callable[[], object], times: int = TIMES) -> float:
    """The median of the seconds that an act takes."""
    found = []
    for _ in range(times):
        start = time.perf_counter()
        act()
        found.append(time.perf_counter() - start)
    return statistics.median(found)


def _cold(record: dict[str, Any]) -> None:
    child._stop()  # the next document has to wait until WeasyPrint is imported
    render("instrument.html", record)


def rows() -> Iterator[Row]:
    """The figures of documents."""
    record = decision(SHORT)
    length = pages(render("instrument.html", record))
    with peak() as memory:
        seconds = took(lambda: render("instrument.html", record))
    yield Row("pdf-warm", size=length, seconds=seconds, mb=memory[0], note="pages")
    with peak() as memory:
        seconds = took(lambda: _cold(record), 3)
    yield Row("pdf-cold", size=length, seconds=seconds, mb=memory[0], note="pages")
    made: list[bytes] = []
    with peak() as memory:
        seconds = took(lambda: made.append(render("instrument.html", decision(LONG))), 1)
    yield Row("pdf-long", size=pages(made[0]), seconds=seconds, mb=memory[0], note="pages")
    full = records.dossier(ANSWERS)
    length = pages(render("dossier.html", full))
    with peak() as memory:
        seconds = took(lambda: render("dossier.html", full), 3)
    yield Row("dossier-pdf", size=length, seconds=seconds, mb=memory[0], note=f"pages, {ANSWERS} answers")
    with tempfile.TemporaryDirectory() as folder:
        yield from _signatures(Path(folder))


def _signatures(folder: Path) -> Iterator[Row]:
    names = {code: facts["name"] for code, facts in records.AUTHORITIES.items()}
    keys.make_demo_authority_keys(folder, names, PASSPHRASE)
    record = records.joint_notice()
    unsigned = signing.prepare(render("joint_notice.html", record), signing.signature_fields(record))

    def sign() -> bytes:
        document = unsigned
        for code in ("FCA", "SEC"):
            document = signing.sign(
                document,
                field=f"{code}-1",
                key=keys.key_file(folder, code, PASSPHRASE),
                signer_name="A. Signatory",
                reason=f"for {code}, as to its own part only",
                expected_fingerprint=keys.load_certificate(folder, code).fingerprint,
            )
        return document

    yield Row("sign", size=2, seconds=took(sign), note="signatures")
    signed, roots = sign(), keys.root_certificates(folder)
    prints = {code: keys.load_certificate(folder, code).fingerprint for code in names}
    expected = verifying.expected_from_record(record, prints)

    def verify() -> None:
        answer = verifying.verify(signed, expected=expected, roots=roots, issued_at=None, stored_sha256=None)
        if not answer.ok:
            raise RuntimeError("; ".join(answer.problems))

    yield Row("verify", size=2, seconds=took(verify), note="signatures")
