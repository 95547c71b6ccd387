"""Opens one uploaded file and says what is wrong with it. Runs as a program of its own, never inside the portal.

`python -I structures.py KIND PATH` prints `{"reason": …, "remark": …}`: no reason means that the structure is sound; a
remark is what readers of a sound file should know. Memory, processor time and writing are limited before the file is
touched, so a hostile file can only end this process.
"""

from __future__ import annotations

import csv
import json
import mmap
import re
import resource
import stat
import sys
import zipfile
from collections.abc import Iterator
from typing import Any
from xml.parsers import expat

MEMORY = 768 * 2**20
CPU_SECONDS = 10
PDF_PAGES_MAX = 5_000
PDF_DEPTH_MAX = 60
ZIP_ENTRIES_MAX = 3_000
ZIP_BYTES_MAX = 150 * 2**20
ZIP_RATIO_MAX = 100
XML_ELEMENTS_MAX = 1_500_000
PIXELS_MAX = 40_000_000
TEXT_LINE_MAX = 1_000_000
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")  # all but tab, line ends and form feed
ROWS_MAX = 1_000_000
CHUNK = 256 * 1024


class Unsound(Exception):
    """The file is not taken; the text is the reason for its sender."""


def limit() -> None:
    """Give up memory, time and the right to write, for good."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


# --- PDF ---

PDF_KEYS = {
    "/JS": "a script",
    "/JavaScript": "a script",
    "/EF": "other files inside",
    "/EmbeddedFiles": "other files inside",
    "/RichMedia": "playable media",
    "/RichMediaContent": "playable media",
    "/XFA": "a form that changes itself (XFA)",
}
PDF_VALUES = {
    ("/S", "/JavaScript"): "a script",
    ("/S", "/Launch"): "a command that starts programs",
    ("/S", "/ImportData"): "a command that loads data",
    ("/S", "/GoToE"): "links into files inside",
    ("/S", "/RichMediaExecute"): "playable media",
    ("/Type", "/EmbeddedFile"): "other files inside",
}


def check_pdf(path: str) -> str:
    """Whole, without a password, without anything that acts; what of it readers should know."""
    import pikepdf  # noqa: PLC0415 - after the limits

    try:
        with pikepdf.open(path, attempt_recovery=False, suppress_warnings=True) as pdf:
            if pdf.is_encrypted:
                raise Unsound("The PDF is encrypted. Save it without a password or restrictions.")
            if not 0 < len(pdf.pages) <= PDF_PAGES_MAX:
                raise Unsound(f"The PDF must have between 1 and {PDF_PAGES_MAX:,} pages.")
            for item in pdf.objects:
                _walk_pdf(item, pikepdf, 0)
            return _remark_pdf(path, pdf)
    except pikepdf.PasswordError as error:
        raise Unsound("The PDF is encrypted. Save it without a password or restrictions.") from error
    except pikepdf.PdfError as error:
        raise Unsound("The PDF is damaged. Open it and save or print it as PDF again.") from error


def _remark_pdf(path: str, pdf: Any) -> str:
    """Rule: signed files are saved in stages and forms may be filled in, so neither is refused; both are said."""
    found = []
    with open(path, "rb") as file:
        held = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        stages, place = 0, held.find(b"startxref")
        while place >= 0 and stages < 9:
            stages, place = stages + 1, held.find(b"startxref", place + 1)
    if stages > (2 if pdf.is_linearized else 1):
        found.append("keeps earlier states of itself, which may hold deleted text")
    if "/AcroForm" in pdf.Root and len(pdf.Root.AcroForm.get("/Fields", [])):
        found.append("has form fields or signatures")
    return f"The PDF {' and '.join(found)}." if found else ""


def _walk_pdf(item: Any, pikepdf: Any, depth: int) -> None:
    """Look at an object and at everything written directly inside it; indirect objects get their own turn."""
    if depth > PDF_DEPTH_MAX:
        raise Unsound("The PDF is nested too deeply.")
    if isinstance(item, pikepdf.Stream):
        item = item.stream_dict
    if isinstance(item, pikepdf.Dictionary):
        _judge_pdf(item)
        inner: Iterator[Any] = (value for _, value in item.items())
    elif isinstance(item, pikepdf.Array):
        inner = iter(item)
    else:
        return
    for value in inner:
        if isinstance(value, pikepdf.Object) and not value.is_indirect:
            _walk_pdf(value, pikepdf, depth + 1)


def _judge_pdf(entries: Any) -> None:
    found = {PDF_KEYS[key] for key in entries.keys() if key in PDF_KEYS}  # noqa: SIM118 - pikepdf iterates otherwise
    found |= {what for (key, value), what in PDF_VALUES.items() if str(entries.get(key, "")) == value}
    if found:
        raise Unsound(f"The PDF contains {sorted(found)[0]}, which is not accepted. Print it as a plain PDF.")


# --- Word, Excel ---

OFFICE_MAIN = {
    "docx": ("word/document.xml", b"wordprocessingml.document.main+xml"),
    "xlsx": ("xl/workbook.xml", b"spreadsheetml.sheet.main+xml"),
}
OFFICE_BAD = {
    "vbaproject": "macros",
    "vbadata": "macros",
    "/activex/": "active controls",
    "oleobject": "embedded objects",
    "macrosheets/": "macros",
}


def check_office(path: str, kind: str) -> None:
    """A zip of reasonable size with the right main part, no macros, no foreign XML tricks."""
    main, content_type = OFFICE_MAIN[kind]
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            _judge_entries(entries)
            names = {entry.filename for entry in entries}
            if main not in names or "[Content_Types].xml" not in names:
                raise Unsound(f"The file is named .{kind}, but its content is something else.")
            types = archive.read("[Content_Types].xml")
            if content_type not in types or b"macroEnabled" in types or b"vbaProject" in types:
                raise Unsound(f"The content is not a plain .{kind}. Save it without macros as .{kind}.")
            counter = _Elements()
            for entry in entries:
                _read_entry(archive, entry, counter)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, RuntimeError) as error:
        raise Unsound(f"The .{kind} file is damaged. Open it and save it again.") from error


def _judge_entries(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > ZIP_ENTRIES_MAX:
        raise Unsound("The file has too many parts.")
    total, packed = sum(entry.file_size for entry in entries), sum(entry.compress_size for entry in entries)
    if total > ZIP_BYTES_MAX or total > max(packed, 10_000) * ZIP_RATIO_MAX:
        raise Unsound("The file would become far too large when unpacked.")
    if len({entry.filename.lower() for entry in entries}) != len(entries):
        raise Unsound("The file has two parts of one name.")
    end = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        if entry.header_offset < end:
            raise Unsound("The file has parts that overlap.")
        end = entry.header_offset + 30 + len(entry.orig_filename) + entry.compress_size
        _judge_entry(entry)


def _judge_entry(entry: zipfile.ZipInfo) -> None:
    name = entry.filename.lower()
    mode = entry.external_attr >> 16
    odd = name.startswith(("/", "\\")) or ".." in name.split("/") or "\\" in name or ":" in name
    if odd or stat.S_IFMT(mode) not in {0, stat.S_IFREG, stat.S_IFDIR} or mode & (stat.S_ISUID | stat.S_ISGID):
        raise Unsound("The file has parts with unsafe names or links.")
    if entry.flag_bits & 0x1:
        raise Unsound("The file is encrypted. Remove the password.")
    found = [what for sign, what in OFFICE_BAD.items() if sign in f"/{name}"]
    if found:
        raise Unsound(f"The file contains {found[0]}, which are not accepted. Save it without them.")


class _Elements:
    """How many XML elements the whole file has."""

    count = 0


def _read_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, counter: _Elements) -> None:
    """Unpack one part piece by piece; its real size may not be more than it says, and XML must be plain."""
    parser = _xml_parser(counter) if entry.filename.lower().endswith((".xml", ".rels", ".vml")) else None
    size = 0
    with archive.open(entry) as part:
        while chunk := part.read(CHUNK):
            size += len(chunk)
            if size > entry.file_size:
                raise Unsound("The file lies about its size.")
            if parser:
                _feed(parser, chunk)
    if parser and size:
        _feed(parser, b"", last=True)


def _feed(parser: expat.XMLParserType, chunk: bytes, *, last: bool = False) -> None:
    try:
        parser.Parse(chunk, last)
    except expat.ExpatError as error:
        raise Unsound("The file has a part that is not proper XML. Open it and save it again.") from error


def _xml_parser(counter: _Elements) -> expat.XMLParserType:
    """A parser that only counts and refuses document types: no entities, so neither expansion nor foreign files."""
    parser = expat.ParserCreate()

    def no_document_type(*_: Any) -> None:
        raise Unsound("The file has a part with a document type (DTD), which is not accepted.")

    def element(_name: str, attributes: dict[str, str]) -> None:
        counter.count += 1
        if counter.count > XML_ELEMENTS_MAX:
            raise Unsound("The file has too many elements. Split it.")
        if attributes.get("TargetMode") == "External" and attributes.get("Type", "").endswith(
            ("/attachedTemplate", "/oleObject", "/frame", "/externalLink", "/subDocument"),
        ):
            raise Unsound("The file loads parts from elsewhere when it is opened, which is not accepted.")

    parser.StartDoctypeDeclHandler = no_document_type
    parser.EntityDeclHandler = no_document_type
    parser.StartElementHandler = element
    return parser


# --- pictures ---


def check_picture(path: str, kind: str) -> None:
    """One picture of at most 40 million points that decodes to its end."""
    from PIL import Image  # noqa: PLC0415 - after the limits

    Image.MAX_IMAGE_PIXELS = None
    try:
        with Image.open(path, formats=["PNG" if kind == "png" else "JPEG"]) as picture:
            if picture.width * picture.height > PIXELS_MAX:
                raise Unsound(f"The picture has more than {PIXELS_MAX // 1_000_000} million points. Make it smaller.")
            if getattr(picture, "n_frames", 1) > 1 and kind == "png":
                raise Unsound("Moving pictures are not accepted.")
            picture.load()
    except (OSError, SyntaxError, ValueError) as error:
        raise Unsound("The picture is damaged. Open it and save it again.") from error


# --- text ---

MARKUP = ("<!doctype", "<html", "<?xml", "<svg", "<script", "%pdf-")


def check_text(path: str, kind: str) -> None:
    """UTF-8 (or UTF-16 with its mark) without control characters; a CSV must split into rows."""
    with open(path, "rb") as file:
        utf16 = file.read(2) in {b"\xff\xfe", b"\xfe\xff"}
    try:
        with open(path, encoding="utf-16" if utf16 else "utf-8-sig", newline="") as text:
            if text.read(512).lstrip().lower().startswith(MARKUP):
                raise Unsound(f"The file is named .{kind}, but its content is something else.")
            text.seek(0)
            _judge_text(text, kind)
    except UnicodeError as error:
        raise Unsound("The text is not in UTF-8. Save it with the encoding UTF-8.") from error


def _judge_text(text: Any, kind: str) -> None:
    if kind == "txt":
        for _ in _plain_lines(text):
            pass
        return
    csv.field_size_limit(TEXT_LINE_MAX)
    try:
        for number, _ in enumerate(csv.reader(_plain_lines(text)), 1):
            if number > ROWS_MAX:
                raise Unsound(f"The table has more than {ROWS_MAX:,} rows. Split it.")
    except csv.Error as error:
        raise Unsound("The table cannot be split into rows and columns. Export it as CSV again.") from error


def _plain_lines(text: Any) -> Iterator[str]:
    while line := text.readline(TEXT_LINE_MAX):
        if CONTROLS.search(line):
            raise Unsound("The file contains control characters; it is not plain text.")
        yield line


def judged(kind: str, path: str) -> dict[str, str]:
    """Why the file is not taken, or what of it should be known; both are empty for most."""
    try:
        if kind == "pdf":
            return {"remark": check_pdf(path)}
        if kind in OFFICE_MAIN:
            check_office(path, kind)
        elif kind in {"png", "jpg"}:
            check_picture(path, kind)
        else:
            check_text(path, kind)
    except Unsound as unsound:
        return {"reason": str(unsound)}
    return {}


if __name__ == "__main__":
    limit()
    sys.stdout.write(json.dumps(judged(sys.argv[1], sys.argv[2])))
