"""What the invented firms of the demonstration write: texts and table rows by the path of their question."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

_WRITTEN = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
TEXTS: dict[str, str] = _WRITTEN["texts"]
ROWS: dict[str, list[dict[str, Any]]] = _WRITTEN["rows"]

__all__ = ["ROWS", "TEXTS"]
