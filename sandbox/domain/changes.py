"""What changed from one record of an application to the next, as paths and as differences that people read.

A path names an answer (`test_plan.exit_plan`), one row of an answer that has rows (`test_plan.limits.total-value.UK`,
`jurisdictions.rationale.US`) or a document (`document:<id>`). Where a row changed, its whole answer changed too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.domain.dossier import FIELDS, Field, Vocabulary, plain, same
from sandbox.domain.sections import SECTIONS

Record = Mapping[str, Any]
DOCUMENT = "document:"
ADDED, REMOVED, CHANGED = "added", "removed", "changed"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: where, what it is called, the words before and after. `kind`: added, removed or changed."""

    path: str
    section: str
    label: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    kind: str


def of_document(document_id: object) -> str:
    """The path of a document."""
    return f"{DOCUMENT}{document_id}"


def _limits(value: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The limits of a test plan by metric and jurisdiction; several on the same are one row."""
    found: dict[str, list[Any]] = {}
    for row in value or ():
        found.setdefault(f"{row.get('metric')}.{row.get('jurisdiction')}", []).append(row)
    return dict(found)


# The answers that have rows, each with what makes a row: its last part of a path and its value.
ROWS: dict[str, Callable[[Any], Mapping[str, Any]]] = {
    "limits": _limits,
    "rationale": lambda value: value or {},
}


def _fields(code: str, *answers: Mapping[str, Any]) -> Iterator[Field]:
    """The fields of a section, then the answers that have no field of their own, by name."""
    known = FIELDS.get(code, ())
    yield from known
    names = {field.name for field in known}
    for name in sorted({name for one in answers for name in one} - names):
        yield Field(name, name.replace("_", " ").capitalize())


def _answers(record: Record | None, code: str) -> Mapping[str, Any]:
    return ((record or {}).get("sections") or {}).get(code) or {}


def _pairs(old: Record | None, new: Record | None) -> Iterator[tuple[str, Field, Any, Any]]:
    """Section, field and both values of every answer that differs."""
    for code in SECTIONS:
        before, after = _answers(old, code), _answers(new, code)
        for field in _fields(code, before, after):
            one, other = before.get(field.name), after.get(field.name)
            if not same(one, other):
                yield code, field, one, other


def _rows(field: Field, before: Any, after: Any) -> Iterator[tuple[str, Any, Any]]:
    """The rows that differ of an answer that has rows; nothing for one that has none."""
    parts = ROWS.get(field.kind)
    if parts is None:
        return
    old, new = parts(before), parts(after)
    for key in {**old, **new}:
        if not same(old.get(key), new.get(key)):
            yield key, old.get(key), new.get(key)


def documents(record: Record | None) -> dict[str, Mapping[str, Any]]:
    """The documents of a record by their path."""
    return {of_document(one["id"]): one for one in (record or {}).get("documents") or () if one.get("id")}


def _documents(old: Record | None, new: Record | None) -> Iterator[tuple[str, Any, Any]]:
    """The documents that came or went. A file is never overwritten: another file is another document."""
    before, after = documents(old), documents(new)
    for path in {**before, **after}:
        one, other = before.get(path), after.get(path)
        if (one or {}).get("sha256") != (other or {}).get("sha256"):
            yield path, one, other


def changed(old: Record | None, new: Record | None) -> frozenset[str]:
    """The paths of all answers, rows of answers and documents that differ between two records."""
    found = set()
    for code, field, before, after in _pairs(old, new):
        path = f"{code}.{field.name}"
        found.add(path)
        found.update(f"{path}.{key}" for key, _, _ in _rows(field, before, after))
    return frozenset(found.union(path for path, _, _ in _documents(old, new)))


def _kind(before: Any, after: Any) -> str:
    return CHANGED if before and after else ADDED if after else REMOVED


def differences(old: Record | None, new: Record | None, words: Vocabulary) -> tuple[Change, ...]:
    """The same as people read it, in the order of the form: only the rows that differ of an answer with rows."""
    found = []
    for code, field, before, after in _pairs(old, new):
        path = f"{code}.{field.name}"
        rows = [(f"{path}.{key}", _whole(field, key, one), _whole(field, key, other))
                for key, one, other in _rows(field, before, after)]  # fmt: skip
        for where, one, other in rows or [(path, before, after)]:
            was, now = tuple(plain(field, one, words)), tuple(plain(field, other, words))
            found.append(Change(where, SECTIONS[code], field.label, was, now, _kind(one, other)))
    for path, one, other in _documents(old, new):
        found.append(Change(path, "Documents", "Document", _name(one), _name(other), _kind(one, other)))
    return tuple(found)


def _name(document: Mapping[str, Any] | None) -> tuple[str, ...]:
    return (str(document["name"]),) if document else ()


def _whole(field: Field, key: str, value: Any) -> Any:
    """A row as an answer of its own, so that it is put into words as the whole answer is."""
    return value if value is None or field.kind == "limits" else {key: value}


def paths_of(record: Record | None) -> frozenset[str]:
    """All paths of a record that something can rest on: what would change if all of it went."""
    return changed(record, None)


def labels(record: Record | None, words: Vocabulary) -> dict[str, str]:
    """All paths of a record that something can rest on, with their names, in the order of the form."""
    found = {}
    for code, title in SECTIONS.items():
        answers = _answers(record, code)
        for field in _fields(code, answers):
            path, value = f"{code}.{field.name}", answers.get(field.name)
            if not same(value, None):
                found[path] = f"{title}: {field.label}"
                parts = ROWS.get(field.kind)
                for key in parts(value) if parts else ():
                    found[f"{path}.{key}"] = f"{title}: {field.label}, {_row_title(field, key, words)}"
    return found | {path: f"Document: {one['name']}" for path, one in documents(record).items()}


def _row_title(field: Field, key: str, words: Vocabulary) -> str:
    if field.kind == "limits":
        metric, _, place = key.rpartition(".")
        return f"{words.title('metrics', metric)}, {words.place(place).name}"
    return words.place(key).name


def field_of(path: str) -> str:
    """The answer that a path belongs to: `test_plan.limits.total-value.UK` is a part of `test_plan.limits`."""
    return path if path.startswith(DOCUMENT) else ".".join(path.split(".")[:2])


__all__ = [
    "ADDED", "CHANGED", "DOCUMENT", "REMOVED", "Change", "changed", "differences", "documents", "field_of", "labels",
    "of_document", "paths_of",
]  # fmt: skip
