"""One application for each product: when two names are the same product."""

from __future__ import annotations

import unicodedata


def product_key(name: str) -> str:
    """What a name is compared by: letters and digits only, whatever their case, width and spacing."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    return " ".join("".join(sign if sign.isalnum() else " " for sign in plain).split()) or plain.strip()


__all__ = ["product_key"]
