"""What is said of a document: class and claims in the programme's words, marks, and answers made of documents."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.domain import documents
from sandbox.domain.changes import changed, differences, labels
from sandbox.domain.documents import Said
from sandbox.domain.dossier import Vocabulary
from sandbox.domain.errors import BadInput
from tests.sets import FIRST

CONTENT = {
    "document_classes": [{"code": "usual", "title": "Usual"}, {"code": "secret", "title": "Secret"}],
    "treatment_claims": [
        {
            "code": "rule", "authority": "XYZ", "title": "Rule", "rule": "1 XYZ 2", "legend": "Requested by {firm}",
            "grounds": [{"code": "why", "title": "business"}],
        }
    ],
}  # fmt: skip


def one(key: str, sha256: str = "a", **more: Any) -> dict[str, Any]:
    return {"id": key, "name": f"{key}.pdf", "sha256": sha256, **more}


def test_the_first_class_is_the_usual_one_and_words_are_kept_as_they_stood() -> None:
    assert documents.handling(CONTENT, Said(), "Firm")["title"] == "Usual"
    found = documents.handling(CONTENT, Said("secret", {"rule": "why"}, "Page 1."), "A {firm} Ltd")
    assert documents.claimed(found) == {"rule": "why"}
    entry = {"handling": found, "number": 2}
    assert documents.marks(entry) == ["Version 2", "Secret", "Requested by A {firm} Ltd (XYZ, 1 XYZ 2)"]
    assert documents.claims(entry) == ["Requested by A {firm} Ltd (XYZ, 1 XYZ 2: business)"]
    assert documents.handling({}, Said(), "Firm") == {"code": "", "title": "", "claims": [], "note": ""}


@pytest.mark.parametrize("said", [Said("other"), Said("", {"rule": ""}), Said("", {"other": "why"})])
def test_words_that_nobody_defined_are_refused(said: Said) -> None:
    with pytest.raises(BadInput):
        documents.handling(CONTENT, said, "Firm")


def test_records_of_before_have_no_marks_and_print_as_they_did() -> None:
    old = one("x")
    assert documents.marks(old) == [] and documents.claims(old) == []
    assert documents.printed(old) == {"name": "x.pdf", "sha256": "a"}
    marked = one("x", handling={"title": "Secret"})
    assert documents.printed(marked) == {"name": "x.pdf", "sha256": "a", "marks": ["Secret"]}


def test_what_an_older_record_does_not_say_is_no_difference() -> None:
    old, new = [one("x")], [one("x", handling={"code": "secret"}, supports=[])]
    assert documents.says_the_same(old, new)
    assert not documents.says_the_same(new, [one("x", handling={"code": "usual"}, supports=[])])
    assert not documents.says_the_same(old, []) and not documents.says_the_same(old, [one("y")])


def test_an_answer_of_documents_is_what_supports_it() -> None:
    files = [one("x", supports=["plan.audit", "plan.other"]), one("y", supports=["plan.audit"]), one("z")]
    found = documents.with_documents({"plan": {"text": "t"}}, ["plan.audit", "firm.proof"], files)
    assert found == {"plan": {"text": "t", "audit": ["x", "y"]}, "firm": {"proof": []}}


@pytest.mark.parametrize(
    ("size", "words"),
    [(0, "1 kB"), (900, "1 kB"), (12_400, "12 kB"), (2**20, "1 MB"), (3_600_000, "3.4 MB"), (2**30, "1 GB")],
)
def test_sizes_in_words(size: int, words: str) -> None:
    assert documents.readable(size) == words


def test_a_new_version_is_one_difference_and_findings_on_the_old_one_become_stale() -> None:
    old = {"sections": {}, "documents": [one("x", handling={"title": "Secret"})]}
    new = {"sections": {}, "documents": [one("y", "b", replaces="x", number=2, handling={"title": "Secret"})]}
    assert changed(old, new) == {"document:x", "document:y"}
    (change,) = differences(old, new, Vocabulary({}, {}, FIRST))
    assert (change.path, change.kind) == ("document:y", "changed")
    assert (change.before, change.after) == (("x.pdf", "Secret"), ("y.pdf", "Version 2", "Secret"))


def test_what_is_said_anew_changes_no_content_that_findings_rest_on() -> None:
    old = {"sections": {}, "documents": [one("x", handling={"title": "Secret"}, supports=[])]}
    new = {"sections": {}, "documents": [one("x", handling={"title": "Usual"}, supports=[])]}
    assert changed(old, new) == {"document:x.handling"}
    (change,) = differences(old, new, Vocabulary({}, {}, FIRST))
    assert (change.before, change.after) == (("x.pdf", "Secret"), ("x.pdf", "Usual"))
    assert labels(new, Vocabulary({}, {}, FIRST))["document:x"] == "Document: x.pdf (Usual)"
