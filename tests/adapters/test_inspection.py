"""What is taken and what is refused, with reasons that a user can act on."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest

from sandbox.adapters.inspection import KINDS, NAME_MAX, clean_name, inspect
from tests.adapters.samples import Check, huge_png, office, pdf, picture

pytestmark = pytest.mark.once

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


def remark(tmp_path: Path, content: bytes) -> str:
    path = tmp_path / "received"
    path.write_bytes(content)
    return inspect(path, "plan.pdf").remark


def test_a_pdf_that_was_saved_in_stages_is_taken_with_a_remark(tmp_path: Path) -> None:
    """UP-15: signed files are saved in stages and forms are filled in, so neither is refused; readers are told."""
    assert remark(tmp_path, pdf()) == ""
    assert remark(tmp_path, pdf(linearize=True)) == ""
    whole = pdf()
    start = whole.rindex(b"startxref")
    stages = whole + b"xref\n0 0\ntrailer\n<< /Prev %s /Root 1 0 R /Size 1 >>\n" % whole[start:].split()[1]
    stages += b"startxref\n%d\n%%%%EOF\n" % len(whole)
    assert remark(tmp_path, stages) == "The PDF keeps earlier states of itself, which may hold deleted text."

    def fields(document: pikepdf.Pdf) -> None:
        field = document.make_indirect(pikepdf.Dictionary(FT=pikepdf.Name.Tx, T="name"))
        document.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([field]))

    assert remark(tmp_path, pdf(fields)) == "The PDF has form fields or signatures."


def test_a_pdf_with_very_many_pages_is_refused(refused: Check) -> None:
    def pages(document: pikepdf.Pdf) -> None:
        page = document.pages[0]
        document.pages.extend([page] * 5_000)

    assert "5,000 pages" in refused(pdf(pages), "plan.pdf")


def test_a_pdf_that_never_ends_is_stopped(refused: Check) -> None:
    def loop(document: pikepdf.Pdf) -> None:
        first = document.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.Pages, Count=1))
        first.Kids = pikepdf.Array([first])
        first.Parent = first
        document.Root.Pages = first

    start = time.monotonic()
    assert refused(pdf(loop), "plan.pdf")
    assert time.monotonic() - start < 15


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


def test_files_wait_for_their_turn_and_not_for_ever(refused: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sandbox.adapters.inspection.WAIT_SECONDS", 0.1)
    monkeypatch.setattr("sandbox.adapters.inspection._turns", threading.BoundedSemaphore(1))
    assert refused(b"A plan.", "plan.txt") == ""
    monkeypatch.setattr("sandbox.adapters.inspection._turns", threading.Semaphore(0))
    assert "Too many files" in refused(b"A plan.", "plan.txt")
