"""Whether an uploaded file is taken: extension → first bytes → structure in a limited process → scanner.

Each step refuses with a reason that its user can act on. Nothing here trusts the name or the type that was sent.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from sandbox.adapters import scanner
from sandbox.domain.errors import BadInput

NAME_MAX = 120
WALL_SECONDS = 20
AT_ONCE = 2  # files that one process of the portal opens at the same time; others wait
WAIT_SECONDS = 60
STRUCTURES = Path(__file__).with_name("structures.py")
FORBIDDEN_IN_NAMES = '<>:"/\\|?*'
DEVICES = frozenset({"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))})


class Unacceptable(BadInput):
    """The file is not taken. The reason is a sentence for the person who sent it."""

    def __init__(self, reason: str):
        self.reason = reason
        super().__init__({"file": reason})


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of file that is taken: what its content must begin with (empty: text, which has no mark).

    `rule` says to the people who upload what is refused or remarked on; the limits are those of structures.py.
    """

    extension: str
    title: str
    media_type: str
    begins: tuple[bytes, ...]
    rule: str
    also: tuple[str, ...] = ()  # further extensions


PDF_PAGES = "5,000"
ZIP = b"PK\x03\x04"
OFFICE = "application/vnd.openxmlformats-officedocument"
KINDS = {
    kind.extension: kind
    for kind in (
        Kind("pdf", "PDF", "application/pdf", (b"%PDF-",), f"no password, scripts or files inside; {PDF_PAGES} pages"),
        Kind("docx", "Word document", f"{OFFICE}.wordprocessingml.document", (ZIP,), "no password, macros or links"),
        Kind("xlsx", "Excel workbook", f"{OFFICE}.spreadsheetml.sheet", (ZIP,), "no password, macros or links"),
        Kind("csv", "CSV table", "text/csv", (), "in UTF-8 or UTF-16; a million rows"),
        Kind("txt", "text", "text/plain", (), "in UTF-8 or UTF-16"),
        Kind("png", "PNG picture", "image/png", (b"\x89PNG\r\n\x1a\n",), "one picture of 40 million points"),
        Kind("jpg", "JPEG picture", "image/jpeg", (b"\xff\xd8\xff",), "40 million points", ("jpeg",)),
    )
}
EXTENSIONS = {extension: kind for kind in KINDS.values() for extension in (kind.extension, *kind.also)}
ALLOWED = "PDF, Word (.docx), Excel (.xlsx), CSV, plain text, PNG or JPEG"
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(frozen=True, slots=True)
class Inspected:
    """What is known of a file that was taken. `scanned` is `clean` or `not_scanned`; `remark` may be empty."""

    name: str
    media_type: str
    scanned: str
    remark: str = ""


def clean_name(name: str) -> str:
    """A file name that is safe to show and to offer: no path, no control or direction signs, 120 characters at most.

    The extension is kept when the name is shortened. An empty result becomes “document”.
    """
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(_safe(character) for character in last)
    stem, dot, extension = " ".join(kept.split()).rstrip(" .").rpartition(".")
    if not dot:
        stem, extension = extension, ""
    stem = stem.strip(" .") or "document"
    if stem.split(".")[0].lower() in DEVICES:
        stem = f"_{stem}"
    room = NAME_MAX - len(dot) - len(extension)
    return f"{stem[: max(room, 1)].rstrip(' .')}{dot}{extension}"[:NAME_MAX]


def _safe(character: str) -> str:
    category = unicodedata.category(character)
    if category in {"Zs", "Zl", "Zp"} or character in "\t\r\n":
        return " "
    if category[0] == "C":  # controls, direction signs, private use, lone surrogates, unassigned
        return ""
    return "_" if character in FORBIDDEN_IN_NAMES else character


def kind_of(name: str) -> Kind:
    """The kind that a cleaned name claims. Raises Unacceptable."""
    extension = name.rpartition(".")[2].lower() if "." in name else ""
    kind = EXTENSIONS.get(extension)
    if kind is None:
        what = f"“.{extension}” files are" if extension else "A file without an extension is"
        raise Unacceptable(f"{what} not accepted. Upload {ALLOWED}.")
    return kind


def _begins_right(path: Path, kind: Kind) -> None:
    with path.open("rb") as file:
        head = file.read(16)
    if not head:
        raise Unacceptable("The file is empty.")
    if head.startswith(OLD_OFFICE) and kind.extension in {"docx", "xlsx"}:
        raise Unacceptable(
            "The file is protected by a password or saved in an old format. "
            f"Remove the password and save it as .{kind.extension}.",
        )
    if kind.begins and not head.startswith(kind.begins):
        raise Unacceptable(f"The file is named .{kind.extension}, but its content is not a {kind.title}.")


_turns = threading.BoundedSemaphore(AT_ONCE)


def _structure(path: Path, kind: Kind) -> str:
    """Open the file in a process of its own that may use little memory and time and cannot write; a remark on it."""
    if not _turns.acquire(timeout=WAIT_SECONDS):
        raise Unacceptable("Too many files are being checked at the moment. Nothing was kept. Try again in a minute.")
    try:
        answer = _opened(path, kind)
    finally:
        _turns.release()
    if answer.get("reason"):
        raise Unacceptable(str(answer["reason"]))
    return str(answer.get("remark", ""))


def _opened(path: Path, kind: Kind) -> dict[str, str]:
    command = [sys.executable, "-I", str(STRUCTURES), kind.extension, str(path)]
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
            timeout=WALL_SECONDS,
            check=False,
        )
        if done.returncode == 0:
            return dict(json.loads(done.stdout))
    except (subprocess.TimeoutExpired, ValueError):
        pass
    return {"reason": _too_much(kind)}


def _too_much(kind: Kind) -> str:
    return f"The {kind.title} could not be read: it is damaged or far too complex. Save it again or split it."


def _scan(path: Path, setting: str) -> str:
    try:
        return scanner.scan(path, setting)
    except scanner.Infected as found:
        raise Unacceptable(f"The virus scanner refused the file ({str(found)[:80]}).") from found
    except scanner.ScannerUnavailable as error:
        raise Unacceptable("The file could not be scanned for viruses at the moment. Try again later.") from error


def inspect(path: Path, name: str, *, scanned_by: str = "none") -> Inspected:
    """Check a file that was received at `path` under `name`; `scanned_by` is the setting SCANNER.

    Raises Unacceptable with the reason. Can take more than a minute on a busy machine: never inside a transaction.
    """
    shown = clean_name(name)
    kind = kind_of(shown)
    _begins_right(path, kind)
    remark = _structure(path, kind)
    return Inspected(shown, kind.media_type, _scan(path, scanned_by), remark)
