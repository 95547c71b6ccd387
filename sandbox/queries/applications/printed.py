"""The record of a dossier as a document (schema `dossier_document/1`): the working copy, or a submitted version.

The same version gives the same record to the firm and to the desks, so that they hold the same file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sandbox.domain.countries import country_name
from sandbox.domain.documents import printed
from sandbox.domain.dossier import Vocabulary
from sandbox.queries.applications.rows import Check, Receipt

SCHEMA = "dossier_document/1"


def _firm(answers: Mapping[str, Any]) -> dict[str, str]:
    return {
        "name": str(answers.get("legal_name") or ""),
        "lei": str(answers.get("lei") or ""),
        "company_number": str(answers.get("company_number") or ""),
        "country": country_name(answers["country"]) if answers.get("country") else "",
        "address": ", ".join(str(answers.get("address") or "").splitlines()),
    }


def _sections(
    sections: Mapping[str, Mapping[str, Any]], documents: Iterable[Mapping[str, Any]], words: Vocabulary
) -> list[dict[str, Any]]:
    """All sections with every question that is asked, the answer as lines of text; no line: not answered."""
    return [
        {
            "title": part.title,
            "entries": [
                {
                    "question": words.statement(question) if question.kind == "declaration" else question.label,
                    "lines": list(value or ()) if question.kind == "document" else words.lines(question, value),
                }
                for question, value in part.entries
            ],
        }
        for part in words.parts(sections, documents)
    ]


def _document(entry: Mapping[str, Any], words: Vocabulary) -> dict[str, Any]:
    """A document of the inventory: its marks of confidential treatment, its hash and what it supports."""
    known = words.questions.by_path
    supports = [known[path].short for path in entry.get("supports") or () if path in known]
    return {**printed(entry), "supports": supports}


def dossier_record(
    record: Mapping[str, Any],
    words: Vocabulary,
    *,
    title: str,
    programme: str,
    reference: str | None,
    submitted: tuple[int, str, datetime] | None,
    as_of: datetime,
    demo: bool,
) -> dict[str, Any]:
    """A record of the application (`dossier/1`) as a document's. `submitted`: number, hash, moment; None: a draft."""
    number, sha256, moment = submitted or (0, "", as_of)
    return {
        "schema": SCHEMA,
        "number": f"{reference}/A/{number}" if submitted else "Draft, not submitted",
        "draft": submitted is None,
        "as_of": moment.replace(microsecond=0).isoformat(),
        "case": {"reference": reference or "", "title": title},
        "programme": {"name": programme},
        "firm": _firm(record["sections"].get("firm") or {}),
        "version": number,
        "sha256": sha256,
        "sections": _sections(record["sections"], record["documents"], words),
        "documents": [_document(one, words) for one in record["documents"]],
        "verification": None,
        "demo": demo,
    }


def working_document(found: Check, *, as_of: datetime, demo: bool) -> dict[str, Any]:
    """The working copy as it would be submitted now, marked as a draft."""
    return dossier_record(
        found.record,
        found.vocabulary,
        title=found.head.title,
        programme=found.head.programme,
        reference=found.head.reference,
        submitted=None,
        as_of=as_of,
        demo=demo,
    )


def version_document(found: Receipt, words: Vocabulary, *, demo: bool) -> dict[str, Any]:
    """A submitted version, for the firm."""
    return dossier_record(
        found.record,
        words,
        title=str(found.record["sections"]["product"]["name"]),
        programme=found.programme,
        reference=found.reference,
        submitted=(found.number, found.sha256, found.submitted_at),
        as_of=found.submitted_at,
        demo=demo,
    )


__all__ = ["SCHEMA", "dossier_record", "version_document", "working_document"]
