"""Whether an uploaded file is taken: extension → first bytes → structure in a limited process → scanner.

Each step refuses with a reason that its user can act on. Nothing here trusts the name or the type that was sent.
"""

from __future__ import annotations

import json
import subprocess
import sys
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sandbox.adapters import scanner
from sandbox.domain.errors import BadInput

NAME_MAX = 120
WALL_SECONDS = 20
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
    """One kind of file that is taken: what its content must begin with (empty: text, which has no mark)."""

    extension: str
    title: str
    media_type: str
    begins: tuple[bytes, ...]


OFFICE = "application/vnd.openxmlformats-officedocument"
KINDS = {
    kind.extension: kind
    for kind in (
        Kind("pdf", "PDF", "application/pdf", (b"%PDF-",)),
        Kind("docx", "Word document", f"{OFFICE}.wordprocessingml.document", (b"PK\x03\x04",)),
        Kind("xlsx", "Excel workbook", f"{OFFICE}.spreadsheetml.sheet", (b"PK\x03\x04",)),
        Kind("csv", "CSV table", "text/csv", ()),
        Kind("txt", "text", "text/plain", ()),
        Kind("png", "PNG picture", "image/png", (b"\x89PNG\r\n\x1a\n",)),
        Kind("jpg", "JPEG picture", "image/jpeg", (b"\xff\xd8\xff",)),
    )
}
ALIASES = {"jpeg": "jpg"}
ALLOWED = "PDF, Word (.docx), Excel (.xlsx), CSV, plain text, PNG or JPEG"
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(frozen=True, slots=True)
class Inspected:
    """What is known of a file that was taken. `scanned` is `clean` or `not_scanned`."""

    name: str
    media_type: str
    scanned: str


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
    kind = KINDS.get(ALIASES.get(extension, extension))
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


def _structure(path: Path, kind: Kind) -> None:
    """Open the file in a process of its own that may use little memory and time and cannot write."""
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
        answer = json.loads(done.stdout) if done.returncode == 0 else {"reason": _too_much(kind)}
    except (subprocess.TimeoutExpired, ValueError):
        answer = {"reason": _too_much(kind)}
    if answer.get("reason"):
        raise Unacceptable(str(answer["reason"]))


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

    Raises Unacceptable with the reason. Takes up to 20 seconds: never inside a transaction.
    """
    shown = clean_name(name)
    kind = kind_of(shown)
    checks: tuple[Callable[[Path, Kind], None], ...] = (_begins_right, _structure)
    for check in checks:
        check(path, kind)
    return Inspected(name=shown, media_type=kind.media_type, scanned=_scan(path, scanned_by))
