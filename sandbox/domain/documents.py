"""What is said of a document beside its content: its class, claims to confidential treatment, what it supports.

Rules: what a firm says of a document is kept in the words that stood when it said so, and goes into the record that is
submitted. A claim is the firm's own act under the rule of one authority; the portal shows it and decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.domain.errors import BadInput

NOTE_MAX = 500
# What the record of an application says of each document, beside its id.
FACTS = (
    "name", "sha256", "size", "media_type", "number", "replaces", "handling", "supports", "scanned", "remark",
)  # fmt: skip
SAID = ("handling", "supports")  # of these, what the firm may say anew while the content stays


@dataclass(frozen=True, slots=True)
class Said:
    """What a firm says of a document. `claims`: code of a claim → code of its ground. Empty `kind`: the usual class."""

    kind: str = ""
    claims: Mapping[str, str] = field(default_factory=dict)
    note: str = ""
    supports: tuple[str, ...] = ()


def handling(content: Mapping[str, Any], said: Said, firm: str) -> dict[str, Any]:
    """How a document asks to be handled, in the words of the programme's record `content`.

    The first class of the programme is the usual one. Raises BadInput for a class, claim or ground that it has not.
    """
    classes = {row["code"]: row for row in content.get("document_classes") or ()}
    if said.kind and said.kind not in classes:
        raise BadInput({"kind": "Select a class of the list."})
    chosen = classes.get(said.kind) or next(iter(classes.values()), {"code": "", "title": ""})
    return {
        "code": chosen["code"],
        "title": chosen["title"],
        "claims": [_claim(content, code, ground, firm) for code, ground in sorted(said.claims.items())],
        "note": said.note,
    }


def _claim(content: Mapping[str, Any], code: str, ground: str, firm: str) -> dict[str, str]:
    rows = {row["code"]: row for row in content.get("treatment_claims") or ()}
    grounds = {row["code"]: row["title"] for row in rows.get(code, {}).get("grounds") or ()}
    if ground not in grounds:
        raise BadInput({code if code in rows else "kind": "Select a ground of the list."})
    row = rows[code]
    return {
        "code": code,
        "authority": row["authority"],
        "rule": row["rule"],
        "legend": row["legend"].replace("{firm}", firm),
        "ground": ground,
        "because": grounds[ground],
    }


def claimed(said: Mapping[str, Any]) -> dict[str, str]:
    """The claims that a document carries: code → code of the ground."""
    return {one["code"]: one["ground"] for one in said.get("claims") or ()}


def marks(entry: Mapping[str, Any]) -> list[str]:
    """What stands beside a document wherever it is listed: its version, its class, then the legend of each claim."""
    said = entry.get("handling") or {}
    number = int(entry.get("number") or 1)
    lines = [f"Version {number}"] if number > 1 else []
    lines += [said["title"]] if said.get("title") else []
    return lines + [f"{one['legend']} ({one['authority']}, {one['rule']})" for one in said.get("claims") or ()]


def claims(entry: Mapping[str, Any]) -> list[str]:
    """The claims of a document: legend, authority, rule and ground."""
    made = (entry.get("handling") or {}).get("claims") or ()
    return [f"{one['legend']} ({one['authority']}, {one['rule']}: {one['because']})" for one in made]


def printed(entry: Mapping[str, Any]) -> dict[str, Any]:
    """A document as receipts and instruments list it; one without class and claims as it was before there were any."""
    beside = marks(entry)
    return {"name": entry["name"], "sha256": entry["sha256"], **({"marks": beside} if beside else {})}


def entry(row: Mapping[str, Any]) -> dict[str, Any]:
    """A document as the record of an application names it."""
    facts = {name: row[name] for name in FACTS} | {"remark": row["remark"] or ""}
    return {"id": str(row["id"]), **facts, "replaces": str(row["replaces"]) if row["replaces"] else None}


def says_the_same(old: Iterable[Mapping[str, Any]], new: Iterable[Mapping[str, Any]]) -> bool:
    """True when two lists name the same documents in the same order and say the same of them.

    What an older record does not say of its documents is not compared.
    """
    before, after = list(old), list(new)
    return len(before) == len(after) and all(
        one["id"] == other["id"] and all(one[name] == other.get(name) for name in one)
        for one, other in zip(before, after, strict=True)
    )


def said_anew(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """True when the content of a document stayed, and what the firm says of it changed."""
    return any(name in old and old[name] != new.get(name) for name in SAID)


def with_documents(
    sections: Mapping[str, Mapping[str, Any]], paths: Iterable[str], documents: Iterable[Mapping[str, Any]]
) -> dict[str, dict[str, Any]]:
    """The sections with the answers to questions that ask for documents: the ids of those that support the question.

    A path is `section.name`. Such an answer is never saved with its section, so that it cannot contradict the files.
    """
    found = {code: dict(answers) for code, answers in sections.items()}
    supporting: dict[str, list[str]] = {path: [] for path in paths}
    for one in documents:
        for path in set(one.get("supports") or ()) & supporting.keys():
            supporting[path].append(str(one["id"]))
    for path, ids in supporting.items():
        section, _, name = path.partition(".")
        found.setdefault(section, {})[name] = ids
    return found


def readable(size: int) -> str:
    """A size in words: `12 kB`, `3.4 MB`, `1 GB`."""
    for unit, name in ((2**30, "GB"), (2**20, "MB")):
        if size >= unit:
            return f"{size / unit:.1f}".removesuffix(".0") + f" {name}"
    return f"{max(round(size / 1024), 1)} kB"


__all__ = [
    "FACTS", "NOTE_MAX", "Said", "claimed", "claims", "entry", "handling", "marks", "printed", "readable", "said_anew",
    "says_the_same", "with_documents",
]  # fmt: skip
