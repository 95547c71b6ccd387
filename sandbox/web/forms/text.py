"""What was typed becomes a value, or a sentence that says what to do. No Flask, no WTForms."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from sandbox.adapters.fonts import character_name, unsupported_characters
from sandbox.web.locale import _

# Letters and symbols by their category, yet nothing is to be seen.
_BLANK = frozenset("\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\u034f")
_INVISIBLE = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})
_AMOUNT = re.compile(r"[0-9]{1,15}(\.[0-9]{1,4})?")
_WHOLE = re.compile(r"[0-9]{1,18}")


def something(typed: str) -> bool:
    """True when there is anything to be seen."""
    return any(sign not in _BLANK and unicodedata.category(sign) not in _INVISIBLE for sign in typed)


def showable(typed: str) -> str:
    """What was typed, for showing it again: without what no page can hold."""
    return "".join("\ufffd" if unicodedata.category(sign) == "Cs" or sign == "\0" else sign for sign in typed)


def words(typed: str, longest: int) -> str:
    """Cleaned text: composed (NFC), trimmed, plain line ends. Raises ValueError."""
    cleaned = unicodedata.normalize("NFC", typed.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if len(cleaned) > longest:
        too_long = _("Use {longest} characters or fewer. You have typed {typed}.")
        raise ValueError(too_long.format(longest=longest, typed=len(cleaned)))
    for character in unsupported_characters(cleaned):
        raise ValueError(_("Remove {character}. It cannot be shown in documents.").format(character=_named(character)))
    return cleaned


def line(typed: str, longest: int) -> str:
    """Cleaned text of one line. Raises ValueError."""
    cleaned = words(typed, longest)
    if any(sign in cleaned for sign in "\n\t\u2028\u2029\x85"):
        raise ValueError(_("Write this on one line, without tabs."))
    return cleaned


def _named(character: str) -> str:
    return _("the character {name}").format(name=character_name(character))


def amount(typed: str, most: Decimal) -> Decimal:
    """An exact number ≥ 0 with up to four places. Raises ValueError."""
    plain = typed.strip()
    if re.search(r"[0-9][, '’\u00a0\u202f_][0-9]", plain):
        raise ValueError(_("Write the amount without commas or spaces between the digits, for example 1250000.50."))
    if plain.startswith("-"):
        raise ValueError(_("Enter an amount of 0 or more."))
    if not _AMOUNT.fullmatch(plain):
        raise ValueError(_("Enter a number like 1250000.50, with digits 0 to 9 and up to four decimal places."))
    value = Decimal(plain)
    if value > most:
        raise ValueError(_("Enter an amount of {most} or less.").format(most=f"{most:f}"))
    return value


def whole(typed: str, least: int, most: int) -> int:
    """A whole number within bounds. Raises ValueError."""
    plain = typed.strip()
    if not _WHOLE.fullmatch(plain) or not least <= int(plain) <= most:
        raise ValueError(_("Enter a whole number from {least} to {most}.").format(least=least, most=most))
    return int(plain)


def day(parts: Sequence[str], earliest: date, latest: date) -> date:
    """The day from day, month, year. Raises ValueError."""
    names = (_("a day"), _("a month"), _("a year"))
    if len(parts) == 3 and not all(parts):
        lacking = _(" and ").join(name for name, part in zip(names, parts, strict=True) if not part)
        raise ValueError(_("The date must include {lacking}.").format(lacking=lacking))
    if len(parts) != 3 or not all(re.fullmatch(r"[0-9]{1,4}", part) for part in parts):
        raise ValueError(_("Enter a real date in numbers, for example 27 3 2027."))
    try:
        found = date(int(parts[2]), int(parts[1]), int(parts[0]))
    except ValueError:
        raise ValueError(_("This date does not exist. Check day and month, for example 27 3 2027.")) from None
    if not earliest <= found <= latest:
        bounds = {"first": _written(earliest), "last": _written(latest)}
        raise ValueError(_("Enter a date from {first} to {last}.").format(**bounds))
    return found


def _written(value: date) -> str:
    return f"{value.day} {value:%B %Y}"
