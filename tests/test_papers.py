"""A document is rendered once for the same words, and anew for others, however little they differ."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from sandbox.adapters import pdf
from tests import papers

pytestmark = pytest.mark.once


@pytest.fixture
def rendered(app: Flask, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What the child is asked for; it answers with a number."""
    asked: list[Any] = []

    def render(values: dict[str, Any], blobs: list[bytes]) -> bytes:
        asked.append((values, blobs))
        return b"%d" % len(asked)

    monkeypatch.setattr(papers, "_made", {})
    monkeypatch.setattr(papers, "_render", render)
    return asked


def test_the_same_words_are_rendered_once(rendered: list[Any]) -> None:
    assert [pdf._in_child({"identifier": "a"}, [b"page", b"record"]) for _ in range(3)] == [b"1"] * 3
    assert len(rendered) == 1


@pytest.mark.parametrize(
    ("values", "blobs"),
    [
        ({"identifier": "b"}, [b"page", b"record"]),
        ({"identifier": "a"}, [b"page", b"records"]),
        ({"identifier": "a"}, [b"pager", b"ecord"]),
        ({"identifier": "a"}, [b"page", b"record", b""]),
    ],
)
def test_other_words_are_another_document(rendered: list[Any], values: dict[str, Any], blobs: list[bytes]) -> None:
    assert pdf._in_child({"identifier": "a"}, [b"page", b"record"]) == b"1"
    assert pdf._in_child(values, blobs) == b"2"
    assert len(rendered) == 2


def test_a_document_that_was_refused_is_asked_for_again(rendered: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_values: dict[str, Any], _blobs: list[bytes]) -> bytes:
        raise pdf.RenderFailed("not now")

    with monkeypatch.context() as patch:
        patch.setattr(papers, "_render", refuse)
        with pytest.raises(pdf.RenderFailed):
            pdf._in_child({"identifier": "a"}, [b"page"])
    assert pdf._in_child({"identifier": "a"}, [b"page"]) == b"1"
