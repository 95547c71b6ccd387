"""A record becomes a document: template → HTML → a PDF/A-3a and PDF/UA-1 file with the record attached as JSON.

The same record, identifier and moment always give the same bytes. Every value is shown as text, never as markup.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Any

import segno
from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from sandbox.adapters import child
from sandbox.adapters.fonts import WEIGHTS, character_name, font_paths, unsupported_characters
from sandbox.domain.canonical import canonical_json, record_hash

__all__ = ["RenderFailed", "UnsupportedCharacter", "render_document", "unsupported_characters"]

TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "documents"
TEMPLATE_NAME = re.compile(r"[a-z][a-z0-9_]*\.html")
ATTACHMENT = ("record.json", "The machine-readable record of this document")
LIMITS = child.Limits(memory_bytes=2**30, cpu_seconds=60, wall_seconds=90.0)  # 600 conditions, both cores busy
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_EXTENSION = re.compile(r"[\u0100-\u02ff\u1e00-\u1eff\u20a0-\u20cf]")  # what the Latin extension is for
_RIGHT_TO_LEFT = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_LEFT_TO_RIGHT = re.compile(r"[A-Za-z\u00c0-\u02af\u0370-\u058f]")


class RenderFailed(Exception):
    """The document was not made: killed, over its limits, or the page had a fault. Nothing half-made exists."""


class UnsupportedCharacter(RenderFailed):
    """A character that no font of documents has. `character` is that character."""

    def __init__(self, character: str):
        self.character = character
        super().__init__(f"The character {character_name(character)} cannot be shown in documents.")


def render_document(template: str, record: Mapping[str, Any], *, identifier: str, created: datetime) -> bytes:
    """The PDF of a record, not yet signed.

    `template` is a file of `templates/documents`; `identifier` goes into the file's identity; `created` must have a
    zone. Raises UnsupportedCharacter, RenderFailed, ValueError (a record that has no canonical JSON, a moment without
    zone) or jinja2.UndefinedError (the record lacks a field of its schema).
    """
    if not TEMPLATE_NAME.fullmatch(template):
        raise ValueError(f"{template!r} is not the name of a document template.")
    if created.tzinfo is None:
        raise ValueError("The moment of creation needs a time zone.")
    attached = canonical_json(record)
    for character in unsupported_characters(attached.decode()) or unsupported_in(record):
        raise UnsupportedCharacter(character)
    moment = created.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")
    page = _templates().get_template(template)
    faces = _faces(attached.decode())
    html = page.render(record=record, record_sha256=record_hash(record), created=moment, fonts=faces)
    values = {
        "identifier": identifier,
        "created": moment,
        "pictures": ["qr.svg"] if record["verification"] else [],
        "attachment": list(ATTACHMENT),
    }
    pictures = [qr_code(record["verification"]["url"])] if record["verification"] else []
    return _in_child(values, [html.encode(), attached, *pictures])


def unsupported_in(record: Any) -> list[str]:
    """The characters of any text of the record that documents cannot show (JSON hides control characters)."""
    if isinstance(record, str):
        return unsupported_characters(record)
    if isinstance(record, Mapping):
        return [character for item in record.items() for value in item for character in unsupported_in(value)]
    if isinstance(record, list | tuple):
        return [character for item in record for character in unsupported_in(item)]
    return []


def qr_code(address: str) -> bytes:
    """An SVG of the QR code of an address, with error correction M, without its white border."""
    picture = io.BytesIO()
    segno.make_qr(address, error="m").save(picture, kind="svg", border=0, xmldecl=False, svgns=True, nl=False)
    return picture.getvalue()


def _faces(text: str) -> list[dict[str, Any]]:
    """The own fonts that the style sheet of this document names; an extension only where the text needs it."""
    needed = [name for name in font_paths() if not name.endswith("-ext") or _EXTENSION.search(text)]
    return [
        {"name": name, "family": name.replace("-", " ").title(), "weight": weight}
        for name in needed
        for weight in WEIGHTS
    ]


def _in_child(values: dict[str, Any], blobs: list[bytes]) -> bytes:
    try:
        answer = child.call("render", values, blobs, LIMITS)
    except child.Refused as refusal:
        if refusal.code == "character":
            raise UnsupportedCharacter(refusal.details["character"]) from None
        raise RenderFailed("; ".join(refusal.details["problems"])) from None
    except child.ChildFailed as failure:
        raise RenderFailed(f"The document was not made: {failure}.") from failure
    return answer.blobs[0]


@cache
def _templates() -> SandboxedEnvironment:
    environment = SandboxedEnvironment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_null_translations(newstyle=True)  # type: ignore[attr-defined]
    environment.filters |= {
        "day": day, "moment": moment_text, "amount": amount, "paragraphs": paragraphs, "way": writing_direction,
        "grouped": grouped,
    }  # fmt: skip
    return environment


def day(value: str | date | None) -> str:
    """`2026-12-01` as `1 December 2026`."""
    if value is None:
        return ""
    value = date.fromisoformat(value) if isinstance(value, str) else value
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


def moment_text(value: str | datetime) -> str:
    """A moment as `1 December 2026 at 09:30 (UTC)`; the zone is always said."""
    value = datetime.fromisoformat(value) if isinstance(value, str) else value
    zone = value.tzname() or "no zone"
    return f"{day(value.date())} at {value:%H:%M} ({zone.replace('UTC+00:00', 'UTC')})"


def amount(value: str | Decimal) -> str:
    """A number with thousands apart, its places kept: `1000000.00` as `1,000,000.00`; text that is none stays."""
    try:
        number = Decimal(value)
    except InvalidOperation:
        return str(value)
    return f"{number:,f}".removesuffix(".00") if number.is_finite() else str(value)


def paragraphs(text: str | list[str]) -> list[str]:
    """The non-empty paragraphs of a text; an empty line parts them."""
    whole = text if isinstance(text, str) else "\n\n".join(text)
    return [part.strip() for part in re.split(r"\n\s*\n", whole.replace("\r\n", "\n")) if part.strip()]


def writing_direction(text: str) -> str:
    """`rtl` for a text whose first letter is written from right to left, otherwise `ltr`."""
    first = _RIGHT_TO_LEFT.search(text)
    left = _LEFT_TO_RIGHT.search(text)
    return "rtl" if first and (left is None or first.start() < left.start()) else "ltr"


def grouped(digits: str, size: int = 8) -> str:
    """A long hash in groups that an eye can follow."""
    return " ".join(digits[start : start + size] for start in range(0, len(digits), size))
