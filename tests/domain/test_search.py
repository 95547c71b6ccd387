"""What counts as a word, on both sides: in a question and in a text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.domain.search import KINDS, LONGEST_TEXT, MOST_WORDS, excerpt, searchable, terms

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("JS-2026-0007", ("js", "2026", "0007")),
        ("  Café “Été” ", ("cafe", "ete")),
        (
            '"custody" AND NOT (wallet*) OR NEAR/2 body:x',
            ("custody", "and", "not", "wallet", "or", "near", "2", "body", "x"),
        ),
        ("a\0b\ud800", ("a", "b")),
        ("'; DROP TABLE case; --", ("drop", "table", "case")),
        ("again again AGAIN", ("again",)),
        ("", ()),
        ("-*\"'():^{}&|!<>", ()),
    ],
)
def test_a_question_is_words_and_nothing_else(question: str, words: tuple[str, ...]) -> None:
    assert terms(question) == words


def test_a_question_of_any_length_is_cut() -> None:
    assert len(terms(" ".join(f"word{number}" for number in range(5000)))) == MOST_WORDS
    assert max(map(len, terms("x" * 10_000))) <= 200


@given(st.text())
def test_words_are_letters_and_digits_whatever_was_asked(question: str) -> None:
    assert all(word.isalnum() for word in terms(question))


@given(st.text(max_size=300))
def test_what_is_indexed_can_be_stored_and_stays_one_line(text: str) -> None:
    body = searchable(text)
    assert "\0" not in body and "\n" not in body
    body.encode()


def test_words_with_accents_are_found_without_them() -> None:
    body = searchable("Straße und Café")
    assert {"strasse", "cafe"} <= set(body.split())
    assert len(searchable("a" * (LONGEST_TEXT * 2))) == LONGEST_TEXT


def test_an_excerpt_shows_the_first_word_that_was_asked_for() -> None:
    text = "Before " * 60 + "the custody of assets " + "after " * 60
    assert "custody" in excerpt(text, ("custody",))
    assert excerpt(text, ("custody",)).startswith("… ") and excerpt(text, ("custody",)).endswith(" …")
    assert excerpt("Short.", ("nothing",)) == "Short."
    assert excerpt("", ("a",)) == ""


def test_every_kind_has_words() -> None:
    assert all(kind.words for kind in KINDS.values())
    assert {name for name, kind in KINDS.items() if not kind.audience} == {"case", "title"}
