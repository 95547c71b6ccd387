"""The portal's own column types as plain ones: an old revision must not change when a class of today does."""

from __future__ import annotations

from typing import Any, Literal

from sandbox.models.base import JsonText, ScaledDecimal, UtcDateTime

PLAIN: dict[type, str] = {
    UtcDateTime: "sa.DateTime(timezone=True)",
    ScaledDecimal: "sa.BigInteger()",
    JsonText: "sa.Text()",
}


def render_item(kind: str, item: Any, _autogenerate: Any) -> str | Literal[False]:
    """What a written revision says for a column type; False: what it says by itself."""
    return PLAIN.get(type(item), False) if kind == "type" else False
