"""What an answer must be to count, whoever wrote it: visible text, an exact number, a day in range, a real identifier.

Forms refuse at the field; this is asked again when an application is submitted, so that no way in goes around it.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from decimal import Decimal, InvalidOperation

FIRST_YEAR, LAST_YEAR = 2000, 2100
LARGEST = Decimal(10) ** 13
# Letters and symbols by their category, yet nothing is to be seen.
_BLANK = frozenset("\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\u034f")
_LEI = re.compile(r"[0-9A-Z]{18}[0-9]{2}")


def is_visible(value: str) -> bool:
    """True when there is anything to be seen in the text."""
    return any(sign not in _BLANK and unicodedata.category(sign)[0] not in "CZ" for sign in value)


def is_given(value: object) -> bool:
    """True when an answer says something: visible text, or any other value that is not empty."""
    return is_visible(value) if isinstance(value, str) else bool(value)


def is_number(value: object) -> bool:
    """True for the text of a finite decimal number that is not beyond all reason, and for a whole number."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return False
    try:
        number = Decimal(value)
    except InvalidOperation:
        return False
    return number.is_finite() and abs(number) <= LARGEST


def is_amount(value: object) -> bool:
    """True for the text of a finite decimal number, nought or more and not beyond all reason."""
    return isinstance(value, str) and is_number(value) and Decimal(value) >= 0


def is_day(value: object) -> bool:
    """True for a day in ISO form from 2000 to 2100."""
    try:
        found = date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return False
    return found is not None and FIRST_YEAR <= found.year <= LAST_YEAR


def is_lei(value: str) -> bool:
    """True for a Legal Entity Identifier whose two check digits are right (ISO 17442, ISO/IEC 7064 MOD 97-10)."""
    return bool(_LEI.fullmatch(value)) and int("".join(str(int(sign, 36)) for sign in value)) % 97 == 1
