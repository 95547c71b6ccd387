"""The answers of the fit check on their way into an application: an address, read by the form of the check itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from werkzeug.datastructures import MultiDict

from sandbox.domain.errors import NotFound
from sandbox.domain.fit import Answers
from sandbox.queries import programmes
from sandbox.web.forms.fit import fit_form

LONGEST = 4000  # characters of an address
MOST = 200  # answers


@dataclass(frozen=True, slots=True)
class Carried:
    """What is taken along: the programme, the answers, and the beginning of an application that they make."""

    page: programmes.ProgrammePage
    answers: Answers
    sections: dict[str, dict[str, Any]]


def carry_fit(query: str | None) -> Carried | None:
    """The answers that an address carries after its question mark; None without any, or when they are not right.

    They come from the browser: only what the form of the check accepts for this programme goes on.
    """
    if not query or len(query) > LONGEST:
        return None
    try:
        sent = MultiDict(parse_qsl(query, max_num_fields=MOST))
        page = programmes.programme(sent.get("programme", ""))
    except (NotFound, ValueError):
        return None
    form = fit_form(page, sent)
    if not form.validate():
        return None
    answers = form.answers()
    return Carried(page, answers, answers.sections(programmes.countries(answers.jurisdictions)))


__all__ = ["Carried", "carry_fit"]
