"""What changed from one record of an application to the next, as paths and as differences that people read.

A path names an answer (`test_plan.exit_plan`), one row of an answer that has rows (`test_plan.limits.total-value.UK`,
`jurisdictions.rationale.US`) or a document (`document:<id>`). Where a row changed, its whole answer changed too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.domain.documents import marks, said_anew
from sandbox.domain.dossier import Vocabulary, plain, same
from sandbox.domain.questions import Question, QuestionSet

Record = Mapping[str, Any]
DOCUMENT = "document:"
HANDLING = ".handling"  # ends the path of what is said of a document
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
LIMITS, RATIONALE = "test_plan.limits", "jurisdictions.rationale"
ROWS: dict[str, Callable[[Any], Mapping[str, Any]]] = {LIMITS: _limits, RATIONALE: lambda value: value or {}}


def _answers(record: Record | None) -> dict[str, Any]:
    """All answers of a record by their path."""
    sections = (record or {}).get("sections") or {}
    return {f"{code}.{name}": value for code, answers in sections.items() for name, value in (answers or {}).items()}


def _pairs(old: Record | None, new: Record | None) -> Iterator[tuple[str, Any, Any]]:
    """Path and both values of every answer that differs."""
    before, after = _answers(old), _answers(new)
    for path in {**before, **after}:
        if not same(before.get(path), after.get(path)):
            yield path, before.get(path), after.get(path)


def _asked(questions: QuestionSet, paths: Iterable[str]) -> list[Question]:
    """The questions of these paths in the order of the form, then answers that the set does not ask for, by name."""
    wanted = dict.fromkeys(paths)
    gone = [path for path in sorted(wanted) if path not in questions.by_path]
    return [question for question in questions if question.path in wanted] + [_gone(path) for path in gone]


def _gone(path: str) -> Question:
    name = path.partition(".")[2].replace("_", " ").capitalize()
    return Question(path, name, "line", "", "")


def _rows(path: str, before: Any, after: Any) -> Iterator[tuple[str, Any, Any]]:
    """The rows that differ of an answer that has rows; nothing for one that has none."""
    parts = ROWS.get(path)
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
    """The documents that came or went, and what is said anew of those that stayed.

    A file is never overwritten: another file is another document. Findings rest on its content, so what is said anew
    has a path of its own.
    """
    before, after = documents(old), documents(new)
    for path in {**before, **after}:
        one, other = before.get(path), after.get(path)
        if (one or {}).get("sha256") != (other or {}).get("sha256"):
            yield path, one, other
        elif one and other and said_anew(one, other):
            yield f"{path}{HANDLING}", one, other


def _versions(rows: Iterable[tuple[str, Any, Any]]) -> Iterator[tuple[str, Any, Any]]:
    """A new version of a document and the one that it replaces as one difference, at the path of the new one."""
    listed = list(rows)
    gone = {one["id"]: (path, one) for path, one, other in listed if other is None}
    replaced = {other.get("replaces") for _, one, other in listed if one is None} & gone.keys()
    for path, one, other in listed:
        if other is None and one["id"] in replaced:
            continue
        before = gone.get(other.get("replaces")) if one is None else None
        yield path, before[1] if before else one, other


def changed(old: Record | None, new: Record | None) -> frozenset[str]:
    """The paths of all answers, rows of answers and documents that differ between two records."""
    found = set()
    for path, before, after in _pairs(old, new):
        found.add(path)
        found.update(f"{path}.{key}" for key, _, _ in _rows(path, before, after))
    return frozenset(found.union(path for path, _, _ in _documents(old, new)))


def _kind(before: Any, after: Any) -> str:
    return CHANGED if before and after else ADDED if after else REMOVED


def differences(old: Record | None, new: Record | None, words: Vocabulary) -> tuple[Change, ...]:
    """The same as people read it, in the order of the form: only the rows that differ of an answer with rows."""
    found = []
    pairs = {path: (before, after) for path, before, after in _pairs(old, new)}
    for question in _asked(words.questions, pairs):
        path, title = question.path, words.questions.titles.get(question.section, question.section)
        rows = [(f"{path}.{key}", _whole(path, key, one), _whole(path, key, other))
                for key, one, other in _rows(path, *pairs[path])]  # fmt: skip
        for where, one, other in rows or [(path, *pairs[path])]:
            was, now = tuple(plain(question, one, words)), tuple(plain(question, other, words))
            found.append(Change(where, title, question.short, was, now, _kind(one, other)))
    for path, one, other in _versions(_documents(old, new)):
        found.append(Change(path, "Documents", "Document", _name(one), _name(other), _kind(one, other)))
    return tuple(found)


def _name(document: Mapping[str, Any] | None) -> tuple[str, ...]:
    return (str(document["name"]), *marks(document)) if document else ()


def _whole(path: str, key: str, value: Any) -> Any:
    """A row as an answer of its own, so that it is put into words as the whole answer is."""
    return value if value is None or path == LIMITS else {key: value}


def paths_of(record: Record | None) -> frozenset[str]:
    """All paths of a record that something can rest on: what would change if all of it went."""
    return changed(record, None)


def labels(record: Record | None, words: Vocabulary) -> dict[str, str]:
    """All paths of a record that something can rest on, with their names, in the order of the form."""
    found = {}
    values = {path: value for path, value in _answers(record).items() if not same(value, None)}
    for question in _asked(words.questions, values):
        path, title = question.path, words.questions.titles.get(question.section, question.section)
        found[path] = f"{title}: {question.short}"
        parts = ROWS.get(path)
        for key in parts(values[path]) if parts else ():
            found[f"{path}.{key}"] = f"{title}: {question.short}, {_row_title(path, key, words)}"
    return found | {path: f"Document: {_marked(one)}" for path, one in documents(record).items()}


def _marked(document: Mapping[str, Any]) -> str:
    """The name of a document with its class and legends."""
    beside = "; ".join(marks(document))
    return f"{document['name']} ({beside})" if beside else str(document["name"])


def _row_title(path: str, key: str, words: Vocabulary) -> str:
    if path == LIMITS:
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
