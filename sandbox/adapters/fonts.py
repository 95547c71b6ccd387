"""The fonts of documents, and which characters none of them has.

A character without a glyph makes a signed PDF non-conforming, so names are checked at entry with the same fonts that
render later: Public Sans (built into `static/dist/fonts`) and every scalable font that fontconfig lists.
"""

from __future__ import annotations

import subprocess
import unicodedata
from functools import cache
from pathlib import Path

from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

FONT_DIRECTORY = Path(__file__).resolve().parents[2] / "static" / "dist" / "fonts"
# Files that are not there are left out, and Noto stands in.
FONT_FILES = {"public-sans": "public-sans.woff2", "public-sans-ext": "public-sans-ext.woff2"}
WEIGHTS = (300, 400, 600)
_LIST_FONTS = ("fc-list", ":scalable=true:color=false", "--format", "%{fontformat}|%{charset}\n")
_FORMATS = ("TrueType", "CFF")  # what Pango renders
# Invisible marks that scripts need; other format characters could make the page show something else than the record.
_MARKS = frozenset("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060")
_BREAKS = frozenset("\n\r\t")
_NEVER = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


def font_paths(directory: Path = FONT_DIRECTORY) -> dict[str, str]:
    """The own fonts that are there: name → path. A page names them `document:font/NAME-WEIGHT`."""
    found = {name: directory / file for name, file in FONT_FILES.items()}
    return {name: str(path) for name, path in found.items() if path.is_file()}


def unsupported_characters(text: str) -> list[str]:
    """Each character of the text, once and in order, that documents cannot show.

    Control and private-use characters, unassigned ones, lone surrogates, non-characters and marks that turn the
    writing direction over are never supported; the rest depends on the installed fonts. An empty list means: fine.
    """
    supported = _supported()
    return [
        character
        for character in dict.fromkeys(text)
        if character not in _BREAKS and character not in _MARKS and not _shown(character, supported)
    ]


def unsupported_names(text: str) -> list[str]:
    """The same characters, each as a person can find it in the text."""
    return [character_name(character) for character in unsupported_characters(text)]


def character_name(character: str) -> str:
    """A character as a person can find it in the text: itself where it can be shown, its number and its name."""
    name = unicodedata.name(character, "no name")
    shown = f"“{character}” " if unicodedata.category(character) not in _NEVER else ""
    return f"{shown}(U+{ord(character):04X}, {name.lower()})"


def _shown(character: str, supported: frozenset[int]) -> bool:
    return unicodedata.category(character) not in _NEVER and ord(character) in supported


@cache
def _supported() -> frozenset[int]:
    """Code points of all fonts together; read once a process (some 10 ms)."""
    points: set[int] = set()
    for line in _installed():
        kind, _, ranges = line.partition("|")
        if kind in _FORMATS:
            for item in ranges.split():
                first, _, last = item.partition("-")
                points.update(range(int(first, 16), int(last or first, 16) + 1))
    for path in font_paths().values():
        with TTFont(path, lazy=True) as font:
            points.update(font.getBestCmap())
    return frozenset(points)


def _installed() -> list[str]:
    try:
        listing = subprocess.run(_LIST_FONTS, capture_output=True, text=True, timeout=30, check=True)
    except (OSError, subprocess.SubprocessError):
        return []
    return listing.stdout.splitlines()
