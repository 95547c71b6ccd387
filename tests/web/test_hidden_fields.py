"""What a page showed goes back with its form, or nothing is done: no form takes for granted what stands now."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict
from wtforms import HiddenField
from wtforms.fields.core import UnboundField
from wtforms.widgets import HiddenInput

from sandbox.web import forms
from sandbox.web.forms.base import Form, Seen

# Hidden fields that say where somebody came from or which row a button stands beside, never what was shown.
HARMLESS = {
    "Address.next", "Assign.person_id", "FromLimit.number", "KeepView.query", "Reply.corrects", "SignIn.kept",
    "SignIn.next", "Start.fit", "Start.jurisdiction", "TermsForm.step",
}  # fmt: skip


def every_form() -> Iterator[type[Form]]:
    """Every form of the portal."""
    for module in pkgutil.iter_modules(forms.__path__, f"{forms.__name__}."):
        importlib.import_module(module.name)
    waiting = [Form]
    while waiting:
        found = waiting.pop().__subclasses__()
        waiting += found
        yield from (one for one in found if one.__module__.startswith(forms.__name__))


def fields(form: type[Form]) -> Iterator[tuple[str, UnboundField[Any]]]:
    """The fields of a form by name."""
    return ((name, one) for name in dir(form) if isinstance(one := getattr(form, name), UnboundField))


FIELDS = sorted(
    {(form, name) for form in every_form() for name, one in fields(form) if issubclass(one.field_class, Seen)},
    key=lambda pair: (pair[0].__module__, pair[0].__name__, pair[1]),
)


def test_a_hidden_field_says_what_was_shown_or_is_named_as_harmless() -> None:
    hidden = {
        f"{form.__name__}.{name}"
        for form in every_form()
        for name, one in fields(form)
        if name in vars(form)
        and not issubclass(one.field_class, Seen)
        and (issubclass(one.field_class, HiddenField) or isinstance(one.field_class.widget, HiddenInput))
    }
    assert hidden == HARMLESS
    assert len(FIELDS) > 25


@pytest.mark.parametrize(
    "sent", [None, [], [""], [" "], ["1", "1"]], ids=["nothing at all", "left out", "", " ", "twice"]
)
@pytest.mark.parametrize(("form", "name"), FIELDS, ids=lambda one: getattr(one, "__name__", one))
def test_without_what_was_shown_nothing_is_sent(
    app: Flask, form: type[Form], name: str, sent: list[str] | None
) -> None:
    data = None if sent is None else MultiDict([("other", "x"), *((name, value) for value in sent)])
    with app.test_request_context("/", method="POST", data=data):
        made = form(data={name: 1}, meta={"csrf": False})
        field = made[name]
        assert not field.validate(made)
        assert "Reload the page" in field.errors[0]
