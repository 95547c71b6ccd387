"""What is taken and what is refused, with reasons that a user can act on."""

from __future__ import annotations

import io
import socket
import struct
import threading
import time
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from sandbox.adapters.inspection import KINDS, NAME_MAX, Unacceptable, clean_name, inspect

pytestmark = pytest.mark.once

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
Check = Callable[[bytes, str], str]


@pytest.fixture
def refused(tmp_path: Path) -> Check:
    """The reason for which some content under a name is refused; empty when it is taken."""

    def check(content: bytes, name: str) -> str:
        path = tmp_path / "received"
        path.write_bytes(content)
        try:
            inspect(path, name)
        except Unacceptable as refusal:
            return refusal.reason
        return ""

    return check


def pdf(change: Callable[[pikepdf.Pdf], None] | None = None, **options: object) -> bytes:
    document = pikepdf.new()
    document.add_blank_page()
    if change:
        change(document)
    file = io.BytesIO()
    document.save(file, **options)  # type: ignore[arg-type]
    return file.getvalue()


def office(kind: str = "docx", more: dict[str, bytes] | None = None, types: str = "") -> bytes:
    main, content_type = ("word/document.xml", WORD) if kind == "docx" else ("xl/workbook.xml", EXCEL)
    parts = {
        "[Content_Types].xml": f'<Types><Override PartName="/{main}" ContentType="{types or content_type}"/></Types>',
        main: "<a><b>text</b></a>",
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {**parts, **(more or {})}.items():
            archive.writestr(name, content)
    return file.getvalue()


def picture(kind: str = "PNG", size: tuple[int, int] = (8, 8)) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, "white").save(file, kind)
    return file.getvalue()


def huge_png() -> bytes:
    """A true header of 50,000 × 50,000 points with hardly any data."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 99)) + chunk(b"IEND", b"")
    )


GOOD = {
    "plan.pdf": pdf(),
    "Plan.PDF": pdf(),
    "plan.docx": office(),
    "plan.xlsx": office("xlsx"),
    "plan.csv": b"a,b\r\n1,2\r\n",
    "umlaut.csv": "straße;größe\n1;2\n".encode("utf-8-sig"),
    "excel.txt": "über".encode("utf-16"),
    "plan.txt": b"A plan.\nWith lines.\n",
    "plan.png": picture(),
    "plan.jpg": picture("JPEG"),
    "plan.jpeg": picture("JPEG"),
}


@pytest.mark.parametrize("name", GOOD)
def test_good_files_are_taken(refused: Check, name: str) -> None:
    assert refused(GOOD[name], name) == ""


def test_a_taken_file_is_described(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(GOOD["plan.pdf"])
    found = inspect(path, "C:\\temp\\plan.pdf")
    assert (found.name, found.media_type, found.scanned) == ("plan.pdf", "application/pdf", "not_scanned")


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("plan.exe", b"MZ", "“.exe” files are not accepted"),
        ("plan.svg", b"<svg/>", "“.svg” files are not accepted"),
        ("plan.docm", office(), "“.docm” files are not accepted"),
        ("plan.pdf.html", b"<p>", "“.html” files are not accepted"),
        ("plan", b"x", "without an extension"),
        ("plan.pdf", b"", "The file is empty."),
        ("plan.txt", b"", "The file is empty."),
        ("plan.pdf", b"%", "its content is not a PDF"),
        ("plan.pdf", b"MZ\x90\0\3", "its content is not a PDF"),
        ("plan.pdf", b"<html>%PDF-1.7", "its content is not a PDF"),
        ("plan.pdf", b"%PDF-1.7\n<html><script>alert(1)</script></html>", "The PDF is damaged"),
        ("plan.pdf", pdf()[:-300], "The PDF is damaged"),
        ("plan.png", b"<svg/>", "its content is not a PNG"),
        ("plan.jpg", picture(), "its content is not a JPEG"),
        ("plan.png", picture(size=(200, 200))[:80], "The picture is damaged"),
        ("plan.png", huge_png(), "million points"),
        ("plan.docx", office("xlsx"), "its content is something else"),
        ("plan.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99, "protected by a password"),
        ("plan.docx", b"PK\x03\x04" + b"\0" * 50, "is damaged"),
        ("plan.txt", b"\xff\xd8\xff\xe0", "not in UTF-8"),
        ("plan.txt", b"a\0b", "control characters"),
        ("plan.txt", b"  <!DOCTYPE html><p>", "its content is something else"),
        ("plan.csv", b"a,b\n\x1b[2J", "control characters"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_wrong_files_are_refused(refused: Check, name: str, content: bytes, reason: str) -> None:
    assert reason in refused(content, name)


def _script(document: pikepdf.Pdf) -> None:
    document.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")


def _deep_script(document: pikepdf.Pdf) -> None:
    action = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
    nested = pikepdf.Array([pikepdf.Dictionary(A=pikepdf.Dictionary(Next=pikepdf.Array([action])))])
    document.pages[0].Annots = nested


def _launch(document: pikepdf.Pdf) -> None:
    document.Root.OpenAction = document.make_indirect(pikepdf.Dictionary(S=pikepdf.Name.Launch, F="calc.exe"))


def _attachment(document: pikepdf.Pdf) -> None:
    document.attachments["x.exe"] = pikepdf.AttachedFileSpec(document, b"MZ", filename="x.exe")


def _xfa(document: pikepdf.Pdf) -> None:
    document.Root.AcroForm = pikepdf.Dictionary(XFA=document.make_stream(b"<xdp/>"), Fields=pikepdf.Array([]))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (_script, "a script"),
        (_deep_script, "a script"),
        (_launch, "starts programs"),
        (_attachment, "other files inside"),
        (_xfa, "XFA"),
    ],
)
def test_a_pdf_that_acts_is_refused(refused: Check, change: Callable[[pikepdf.Pdf], None], reason: str) -> None:
    assert reason in refused(pdf(change), "plan.pdf")


def test_a_script_in_an_object_stream_is_found(refused: Check) -> None:
    content = pdf(_script, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    assert b"JavaScript" not in content
    assert "a script" in refused(content, "plan.pdf")


@pytest.mark.parametrize("password", ["", "secret"])
def test_an_encrypted_pdf_is_refused(refused: Check, password: str) -> None:
    content = pdf(encryption=pikepdf.Encryption(owner="owner", user=password))
    assert "encrypted" in refused(content, "plan.pdf")


def test_a_pdf_that_never_ends_is_stopped(refused: Check) -> None:
    def loop(document: pikepdf.Pdf) -> None:
        first = document.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.Pages, Count=1))
        first.Kids = pikepdf.Array([first])
        first.Parent = first
        document.Root.Pages = first

    start = time.monotonic()
    assert refused(pdf(loop), "plan.pdf")
    assert time.monotonic() - start < 15


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


def test_a_symlink_in_a_zip_is_refused(refused: Check) -> None:
    file = io.BytesIO(office())
    with zipfile.ZipFile(file, "a") as archive:
        link = zipfile.ZipInfo("word/link.xml")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    assert "unsafe names or links" in refused(file.getvalue(), "plan.docx")


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("plan.pdf", "plan.pdf"),
        ("/etc/../plan.pdf", "plan.pdf"),
        ("C:\\Users\\x\\plan.pdf", "plan.pdf"),
        ("pl\u202efdp.pdf", "plfdp.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "a Set-Cookie_ x.pdf"),
        ('a"b<c>.pdf', "a_b_c_.pdf"),
        ("  .. .pdf", "document.pdf"),
        ("...", "document"),
        ("", "document"),
        ("\u200b\u2060.pdf", "document.pdf"),
        ("con.pdf", "_con.pdf"),
        ("e\u0301te\u0301.pdf", "\u00e9t\u00e9.pdf"),
        ("計画.pdf", "計画.pdf"),
    ],
)
def test_names_are_made_safe(name: str, clean: str) -> None:
    assert clean_name(name) == clean


def test_long_names_keep_their_extension() -> None:
    found = clean_name("x" * 500 + ".pdf")
    assert len(found) == NAME_MAX and found.endswith(".pdf")
    assert len(clean_name("x." + "y" * 500)) <= NAME_MAX


def test_every_kind_has_an_extension_and_a_type() -> None:
    assert set(KINDS) == {"pdf", "docx", "xlsx", "csv", "txt", "png", "jpg"}
    assert all("/" in kind.media_type for kind in KINDS.values())


# --- the scanner ---


def _clamd(answer: bytes, received: list[bytes]) -> int:
    """A scanner on the loopback that takes one file and gives the answer; its port."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        channel, _ = server.accept()
        with server, channel, channel.makefile("rb") as stream:
            assert stream.read(10) == b"zINSTREAM\0"
            content = b""
            while size := struct.unpack("!L", stream.read(4))[0]:
                content += stream.read(size)
            received.append(content)
            channel.sendall(answer)

    threading.Thread(target=serve, daemon=True).start()
    return int(server.getsockname()[1])


def test_the_scanner_says_clean_or_why_not(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"some text")
    received: list[bytes] = []
    port = _clamd(b"stream: OK\0", received)
    assert inspect(path, "a.txt", scanned_by=f"clamd://127.0.0.1:{port}").scanned == "clean"
    assert received == [b"some text"]
    port = _clamd(b"stream: Eicar-Test FOUND\0", received)
    with pytest.raises(Unacceptable, match="Eicar-Test"):
        inspect(path, "a.txt", scanned_by=f"clamd://127.0.0.1:{port}")


@pytest.mark.parametrize("answer", [b"", b"INSTREAM size limit exceeded. ERROR\0"])
def test_a_scanner_without_an_answer_counts_as_no(tmp_path: Path, answer: bytes) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"some text")
    with pytest.raises(Unacceptable, match="could not be scanned"):
        inspect(path, "a.txt", scanned_by=f"clamd://127.0.0.1:{_clamd(answer, [])}")


def test_a_scanner_that_is_away_counts_as_no(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"some text")
    with pytest.raises(Unacceptable, match="could not be scanned"):
        inspect(path, "a.txt", scanned_by=f"clamd:{tmp_path}/nobody.ctl")
