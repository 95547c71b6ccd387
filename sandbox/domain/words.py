"""The one rule of how words are counted, for limits of answers: in the browser, on the server, before submission.

Rule: a word is a run of signs between gaps. Gaps are the white space of ECMAScript without the byte order mark, written
out, because Python, browsers and databases each mean something else by "white space". `static/src/words.js` has the
same signs; one table of cases tests both.
"""

from __future__ import annotations

import re

GAPS = "\t\n\v\f\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_WORD = re.compile(f"[^{GAPS}]+")


def count_words(text: str) -> int:
    """How many words a text has."""
    return sum(1 for _ in _WORD.finditer(text))


__all__ = ["GAPS", "count_words"]
