"""Office files, zips and pictures that are made to harm: refused, at little cost (SECURITY group UP)."""

from __future__ import annotations

import io
import json
import struct
import subprocess
import sys
import time
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from sandbox.adapters.inspection import STRUCTURES
from tests.adapters.samples import Check, huge_png, office, picture

pytestmark = pytest.mark.once

BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><x>&b;</x>'
LINKED = (
    b'<Relationships><Relationship Type="http://x/attachedTemplate" TargetMode="External" Target="http://x"/>'
    b"</Relationships>"
)


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"word/vbaProject.bin": b"x"}, "macros"),
        ({"WORD/VBAPROJECT.BIN": b"x"}, "macros"),
        ({"word/activeX/activeX1.xml": b"<a/>"}, "active controls"),
        ({"word/embeddings/oleObject1.bin": b"x"}, "embedded objects"),
        ({"../../evil.xml": b"<a/>"}, "unsafe names"),
        ({"/etc/passwd": b"x"}, "unsafe names"),
        ({"word/styles.xml": BOMB}, "document type"),
        ({"word/styles.xml": b"<a><b></a>"}, "not proper XML"),
        ({"word/_rels/settings.xml.rels": LINKED}, "from elsewhere"),
        ({"word/media/big.bin": b"\0" * 60_000_000}, "far too large"),
        ({f"word/{n}.xml": b"<a/>" for n in range(3_001)}, "too many parts"),
        ({"word/styles.xml": b"<a>" + b"<b/>" * 1_600_000 + b"</a>"}, ""),
    ],
    ids=lambda value: value if isinstance(value, str) else next(iter(value)),
)
def test_office_files_that_are_not_plain_are_refused(refused: Check, more: dict[str, bytes], reason: str) -> None:
    found = refused(office(more=more), "plan.docx")
    assert found and reason in found


def test_macros_by_content_type_are_refused(refused: Check) -> None:
    content = office(types="application/vnd.ms-word.document.macroEnabled.main+xml")
    assert "without macros" in refused(content, "plan.docx")


def test_an_encrypted_or_forged_entry_is_refused(refused: Check) -> None:
    content = bytearray(office())
    place = content.rindex(b"PK\x01\x02")
    content[place + 8] |= 1
    assert "encrypted" in refused(bytes(content), "plan.docx")
    forged = bytearray(office())
    place = forged.rindex(b"PK\x01\x02")
    forged[place + 24 : place + 28] = struct.pack("<I", 3)
    assert refused(bytes(forged), "plan.docx")


def test_overlapping_entries_are_refused(refused: Check) -> None:
    content = bytearray(office(more={"word/a.xml": b"<a>" + b"x" * 100 + b"</a>", "word/b.xml": b"<b/>"}))
    places = [n for n in range(len(content)) if content.startswith(b"PK\x01\x02", n)]
    content[places[-1] + 42 : places[-1] + 46] = content[places[-2] + 42 : places[-2] + 46]
    assert refused(bytes(content), "plan.docx")


@pytest.mark.parametrize(
    ("name", "mode"),
    [
        ("word/link.xml", 0o120777),
        ("word/device.xml", 0o060600),
        ("word/pipe.xml", 0o010600),
        ("/etc/cron.d/x.xml", 0o100644),
        ("C:/x.xml", 0o100644),
        ("word/setuid.bin", 0o104755),
    ],
)
def test_special_entries_in_a_zip_are_refused(refused: Check, name: str, mode: int) -> None:
    """UP-10. Nothing is ever unpacked to a disk; the one with setuid is refused too, because no program writes it."""
    file = io.BytesIO(office())
    with zipfile.ZipFile(file, "a") as archive:
        entry = zipfile.ZipInfo(name)
        entry.external_attr = mode << 16
        archive.writestr(entry, "<a/>")
    assert "unsafe names or links" in refused(file.getvalue(), "plan.docx")


def nested(depth: int = 5) -> bytes:
    """A zip of zips of zips, as 42.zip is one."""
    content = b"\0" * 4_000_000
    for level in range(depth):
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for number in range(8):
                archive.writestr(f"{level}-{number}.zip", content)
        content = file.getvalue()
    return content


def many_entries() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for number in range(100_000):
            archive.writestr(f"{number}", b"")
    return file.getvalue()


BOMBS: dict[str, Callable[[], bytes]] = {
    "300 MB of nothing": lambda: office(more={"word/media/big.bin": b"\0" * 300 * 2**20}),
    "zips in zips": nested,
    "zips in zips inside a document": lambda: office(more={"word/media/x.bin": nested()}),
    "a hundred thousand entries": many_entries,
}


@pytest.mark.slow
@pytest.mark.parametrize("name", BOMBS)
def test_bombs_cost_little(tmp_path: Path, name: str) -> None:
    """UP-03: refused or taken as the small thing that it is, in 2 s of processor time and 100 MB of memory."""
    path = tmp_path / "received"
    path.write_bytes(BOMBS[name]())
    program = (
        "import resource, runpy, sys; sys.argv = ['structures', 'docx', sys.argv[1]];"
        f"runpy.run_path({str(STRUCTURES)!r}, run_name='__main__');"
        "used = resource.getrusage(resource.RUSAGE_SELF);"
        "peak = next(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM'));"
        "print(f'\\n{used.ru_utime + used.ru_stime} {int(peak) / 1024}')"
    )
    done = subprocess.run([sys.executable, "-I", "-c", program, str(path)], capture_output=True, text=True, check=True)
    answer, used = done.stdout.rsplit("\n", 2)[0:2]
    seconds, megabytes = map(float, used.split())
    assert seconds < 2 and megabytes < 100
    assert json.loads(answer).get("reason") or "inside a document" in name


def test_a_million_strings_in_a_workbook_are_refused(refused: Check) -> None:
    """UP-04."""
    strings = b"<sst>" + b"".join(b"<si><t>%d</t></si>" % n for n in range(1_000_000)) + b"</sst>"
    assert "too many elements" in refused(office("xlsx", {"xl/sharedStrings.xml": strings}), "plan.xlsx")


def test_foreign_entities_are_never_asked_for(refused: Check) -> None:
    """UP-12."""
    for declared in (
        b'SYSTEM "file:///etc/passwd"',
        b'SYSTEM "http://127.0.0.1:1/x"',
        b'PUBLIC "x" "http://127.0.0.1:1"',
    ):
        xml = b"<!DOCTYPE a [<!ENTITY b " + declared + b">]><a>&b;</a>"
        assert "document type" in refused(office(more={"word/styles.xml": xml}), "plan.docx")
    outside = b'<!DOCTYPE a SYSTEM "http://127.0.0.1:1/a.dtd"><a/>'
    assert "document type" in refused(office(more={"word/styles.xml": outside}), "plan.docx")


def moving_png() -> bytes:
    file = io.BytesIO()
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("white", "black")]
    frames[0].save(file, "PNG", save_all=True, append_images=frames[1:])
    return file.getvalue()


def heavy_profile_png() -> bytes:
    """A colour profile of a few bytes that unpacks to 200 MB."""
    body = b"icc\0\0" + zlib.compress(b"\0" * 200 * 2**20)
    chunk = struct.pack(">I", len(body)) + b"iCCP" + body + struct.pack(">I", zlib.crc32(b"iCCP" + body))
    content = picture()
    return content[:33] + chunk + content[33:]


@pytest.mark.parametrize(
    ("content", "name", "reason"),
    [
        (huge_png, "plan.png", "million points"),
        (moving_png, "plan.png", "Moving pictures"),
        (heavy_profile_png, "plan.png", ""),
        (lambda: picture("TIFF"), "plan.tiff", "“.tiff” files are not accepted"),
        (lambda: picture("TIFF"), "plan.png", "its content is not a PNG"),
        (lambda: picture("GIF"), "plan.jpg", "its content is not a JPEG"),
    ],
)
def test_pictures_are_judged_before_they_are_decoded(
    refused: Check, content: Callable[[], bytes], name: str, reason: str
) -> None:
    """UP-11. A heavy profile costs the closed-off process its limit at most; either way the portal goes on."""
    start = time.monotonic()
    found = refused(content(), name)
    assert reason in found and (found or not reason)
    assert time.monotonic() - start < 15
