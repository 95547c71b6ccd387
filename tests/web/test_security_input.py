"""What the shared fields take and what they refuse, and that they say so at the field."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from werkzeug.datastructures import MultiDict

from sandbox.domain.errors import BadInput, Conflict, Incomplete, NotNow
from sandbox.web.forms import text
from sandbox.web.forms.base import (
    Amount,
    Choice,
    Choices,
    Day,
    Email,
    Form,
    Lei,
    Line,
    Selection,
    Tick,
    Version,
    Whole,
    Words,
)

OPTIONS = [("a", "First"), ("b", "Second")]


class Everything(Form):
    """One field of each kind, none of them required."""

    words = Words("Words", longest=20)
    line = Line("Line", longest=20)
    amount = Amount("Amount", most=Decimal(1000000))
    whole = Whole("Whole", least=1, most=10)
    day = Day("Day")
    lei = Lei("LEI")
    email = Email("Email")
    choice = Choice("Choice", OPTIONS)
    selection = Selection("Selection", OPTIONS)
    choices = Choices("Choices", OPTIONS)
    tick = Tick("Tick")


class Required(Form):
    """The same, required."""

    words = Words("Words", missing="Say why.")
    amount = Amount("Amount", missing="Enter the amount.")
    day = Day("Day", missing="Enter the day.")
    choice = Choice("Choice", OPTIONS, missing="Choose.")
    choices = Choices("Choices", OPTIONS, missing="Choose some.")
    tick = Tick("Tick", missing="Confirm.")
    version = Version()


def filled(app, kind, *pairs):
    with app.test_request_context("/", method="POST", data=MultiDict(pairs)):
        form = kind(meta={"csrf": False})
        form.validate()
        return form


def taken(app, name, value):
    form = filled(app, Everything, (name, value))
    assert not form.errors, form.errors
    return form[name].data


def refused(app, name, *values):
    form = filled(app, Everything, *((name, value) for value in values))
    assert set(form.errors) == {name}, (values, form[name].data)
    with app.test_request_context():
        assert str(form.errors[name][0]) in form[name]().replace("&#39;", "'")  # shown at the field
    return form.errors[name][0]


@pytest.mark.parametrize(
    ("name", "typed", "value"),
    [
        ("words", "  two\r\nlines ", "two\nlines"),
        ("words", "Cafe\u0301", "Café"),
        ("line", "Zoë & Søn", "Zoë & Søn"),
        ("amount", " 1250.50 ", Decimal("1250.50")),
        ("amount", "0", Decimal(0)),
        ("amount", "0.0001", Decimal("0.0001")),
        ("whole", "10", 10),
        ("day", "2026-11-21", date(2026, 11, 21)),
        ("lei", "213800wsgiizcxf1p572", "213800WSGIIZCXF1P572"),
        ("email", " Ada@Example.com ", "ada@example.com"),
        ("choice", "a", "a"),
        ("selection", "b", "b"),
        ("choices", "a", ["a"]),
    ],
)
def test_what_is_right_is_taken(app, name, typed, value):
    assert taken(app, name, typed) == value


NOTHING = ["", " ", "\u200b", "\u3164", "\u2060", "\u00a0", "\0", "\u200b\u3164 \t"]


@pytest.mark.parametrize("typed", NOTHING)
def test_what_cannot_be_seen_is_nothing(app, typed):
    form = filled(app, Required, ("words", typed), ("amount", typed), ("version", "1"))
    assert form.errors["words"] == ["Say why."]
    assert form.errors["amount"] == ["Enter the amount."]
    assert taken(app, "words", typed) == ""
    assert taken(app, "amount", typed) is None


def test_everything_that_is_missing_is_said_at_once(app):
    form = filled(app, Required)
    assert {name: str(errors[0]) for name, errors in form.errors.items()} == {
        "words": "Say why.",
        "amount": "Enter the amount.",
        "day": "Enter the day.",
        "choice": "Choose.",
        "choices": "Choose some.",
        "tick": "Confirm.",
        "version": "Reload the page and try again.",
    }


AMOUNTS = [
    "NaN", "sNaN", "Infinity", "-Infinity", "1E+999999999", "1e5", "1_000", "１２３", "٣", "1,000", "1 000", "1'000",
    "-1", "+1", "0x10", ".5", "5.", "1.23456", "1000000.01", "9" * 5000, "five", "1.2.3", "1\x000",
]  # fmt: skip


@pytest.mark.parametrize("typed", AMOUNTS)
def test_amounts_are_plain_finite_numbers(app, typed):
    assert refused(app, "amount", typed)


def test_thousands_separators_have_words_of_their_own(app):
    assert "without commas" in refused(app, "amount", "1,000,000")


@pytest.mark.parametrize("typed", ["0", "11", "1.0", "-1", "٣", "1_0", "9" * 100])
def test_whole_numbers_stay_within_bounds(app, typed):
    assert "from 1 to 10" in refused(app, "whole", typed)


DAYS = [
    "0001-01-01", "9999-12-31", "10000-01-01", "2026-02-29", "2026-02-30", "1999-12-31", "2101-01-01", "21/11/2026",
    "2026-11", "today", "2026-11-21-1", "２０２６-11-21", "2026-13-01",
]  # fmt: skip


@pytest.mark.parametrize("typed", DAYS)
def test_days_are_real_and_near(app, typed):
    assert refused(app, "day", typed)


@pytest.mark.parametrize(
    ("boxes", "words"),
    [
        (("21", "11", ""), "must include a year"),
        (("", "", "2026"), "must include a day and a month"),
        (("31", "2", "2026"), "does not exist"),
        (("1", "2", "3", "4"), None),
        (("x", "11", "2026"), "real date"),
    ],
)
def test_three_boxes_make_one_day(app, boxes, words):
    assert (words or "") in refused(app, "day", *boxes)
    form = filled(app, Everything, ("day", "21"), ("day", "11"), ("day", "2026"))
    assert form.day.data == date(2026, 11, 21)


def test_the_boxes_keep_what_was_typed(app):
    form = filled(app, Everything, ("day", "31"), ("day", "2"), ("day", "2026"))
    with app.test_request_context():
        page = form.day()
        summary = app.jinja_env.globals["wtforms_errors"](form)
    assert all(f'value="{typed}"' in page for typed in ("31", "2", "2026"))
    assert summary["errorList"][0]["href"] == "#day-day"
    assert page.count('id="day-day"') == 1


TEXTS = ["a\0b", "a\x01b", "a\u202eb", "a\u2066b", "a\ue000b", "a\ufffeb", "x" * 21]


@pytest.mark.parametrize("typed", TEXTS)
def test_text_is_real_text(app, typed):
    assert refused(app, "words", typed)


def test_half_a_character_is_refused_and_can_be_shown_again():
    with pytest.raises(ValueError, match="U\\+D800"):
        text.words("a\ud800b", 20)
    assert text.showable("a\ud800b\0") == "a\ufffdb\ufffd"


def test_a_refused_character_is_named(app):
    assert "U+202E" in refused(app, "words", "a\u202eb")


@pytest.mark.parametrize("typed", ["two\nlines", "a\tb", "a\rb"])
def test_a_line_is_one_line(app, typed):
    assert "one line" in refused(app, "line", typed)


@pytest.mark.parametrize("typed", ["213800WSGIIZCXF1P573", "123", "x" * 20])
def test_an_lei_has_right_check_digits(app, typed):
    assert "LEI" in refused(app, "lei", typed)


@pytest.mark.parametrize(
    "typed", ["ada", "ada@", "@example.com", "a b@example.com", "ada@example.com\nBcc: x@y.example"]
)
def test_an_address_is_an_address(app, typed):
    assert "name@example.com" in refused(app, "email", typed)


@pytest.mark.parametrize("name", ["choice", "selection", "choices"])
def test_only_options_are_taken(app, name):
    assert refused(app, name, "c") == "Select one of the options."


@pytest.mark.parametrize("name", ["words", "line", "amount", "whole", "lei", "email"])
def test_a_value_sent_twice_is_refused(app, name):
    assert "more than once" in filled(app, Everything, (name, "1"), (name, "2")).errors[name][0]


def test_two_radio_values_are_no_way_around(app):
    form = filled(app, Everything, ("choice", "a"), ("choice", "c"))
    assert form.choice.data in ("a", None)


def test_the_refusals_of_a_use_case_stand_on_the_form(app):
    def raising(problem):
        def act():
            raise problem

        return act

    good = [("words", "x"), ("amount", "1"), ("day", "2026-11-21"), ("choice", "a"), ("choices", "b"), ("tick", "1")]
    for problem, where, status in (
        (BadInput({"amount": "Too much."}), {"amount": ["Too much."]}, 422),
        (BadInput({"elsewhere": "Too much."}), {"": ["Too much."]}, 422),
        (Incomplete(["One.", "Two."]), {"": ["One.", "Two."]}, 422),
        (Conflict("Changed.", current="now"), {"": ["Changed."]}, 409),
    ):
        with app.test_request_context("/", method="POST", data=MultiDict([*good, ("version", "1")])):
            form = Required(meta={"csrf": False})
            assert form.carried_out(raising(problem)) is False
            assert {name: [str(error) for error in errors] for name, errors in form.errors.items()} == where
            assert form.status == status
            assert [line["text"] for line in form.problems] == [text for texts in where.values() for text in texts]
    assert form.conflict == "now"
    with app.test_request_context("/", method="POST", data=MultiDict([*good, ("version", "1")])):
        assert Required(meta={"csrf": False}).carried_out(lambda: None) is True
        with pytest.raises(NotNow):
            Required(meta={"csrf": False}).carried_out(raising(NotNow("No.")))
