"""Forms of an application: one a section, built from the programme's words; then submit, withdraw and discard.

A section is saved as far as it goes: nothing is required here, only the shape of what was typed is checked. What is
still missing is said by the task list and refused when the application is submitted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from wtforms import HiddenField

from sandbox.domain.conditions import WINDOWS
from sandbox.domain.dossier import CUSTOMER_KINDS, Place, Vocabulary
from sandbox.queries.applications import OpenSection
from sandbox.web.forms.answers import SectionForm, filled
from sandbox.web.forms.base import (
    Amount,
    Choice,
    Choices,
    Day,
    Form,
    Line,
    Selection,
    Tick,
    Whole,
    Words,
)
from sandbox.web.forms.firm import firm_form
from sandbox.web.locale import _

WINDOW_CHOICES = [(code, _(words)) for code, words in WINDOWS.items()]
HUNDRED = Decimal(100)
MOST = Decimal(10) ** 12


class Start(Form):
    """A new application."""

    programme_id = Choice(_("Programme"), missing=_("Select the programme that you apply to."))
    title = Line(
        _("Name of the product"),
        longest=120,
        missing=_("Enter the name of the product."),
        hint=_("You can change it later. It becomes the title of the application."),
    )


class Submit(Form):
    """The confirmation; `content` is the hash of what the page shows."""

    content = HiddenField()
    confirm = Tick(
        _("I have checked these answers and submit them for the firm"),
        missing=_("Confirm that you have checked the answers."),
    )


class Withdraw(Form):
    """The reason is part of the record."""

    reason = Words(
        _("Why do you withdraw?"),
        longest=2000,
        missing=_("Say why you withdraw. One sentence is enough."),
        hint=_("Your firm and every authority that received the application can read this."),
    )


class Discard(Form):
    """Nothing but the button."""


class Again(Form):
    """Nothing but the button."""


class ProductForm(SectionForm):
    """What is tested."""

    code = "product"
    name = Line(_("Name of the product"), longest=120)
    summary = Words(
        _("What does the product do?"),
        hint=_("For a reader who does not know it. Say what customers do with it and what happens to their assets."),
        counted=True,
    )
    innovation = Words(
        _("What is new about it?"),
        hint=_("Compare it with what is on offer today, and say why you cannot test it without the sandbox."),
        counted=True,
    )
    activities = Choices(_("Activities"))
    asset_classes = Choices(_("Classes of asset"))
    customer_kinds = Choices(
        _("Kinds of customer"), [(code, _(words)) for code, words in CUSTOMER_KINDS.items()], hint=_("In the test.")
    )
    customers = Words(_("Who are the customers?"), hint=_("Retail or professional, where, and how many in the end."))


class DeclarationsForm(SectionForm):
    """What the firm declares."""

    code = "declarations"
    accurate = Tick(_("I declare this"))
    authorised = Tick(_("I declare this"))
    consent_sharing = Tick(_("The firm agrees"))
    not_in_default = Tick(_("I declare this"))


class _JurisdictionsForm(SectionForm):
    code = "jurisdictions"
    jurisdictions = Choices(_("Where do you want to test?"))
    goes_on_with_fewer = Choice(
        _("If a required authority does not approve, do you want to go on with the others?"),
        [
            ("yes", _("Yes, go on with the authorities that approve")),
            ("no", _("No, only with all required authorities")),
        ],
    )
    places: Mapping[str, Place] = {}

    def saved(self) -> dict[str, Any]:
        """Rationales only where something is written; the choice of the firm as yes or no."""
        texts = {code: self._fields[f"rationale-{code}"].data for code in self.places}
        return {
            "jurisdictions": [code for code in self.places if code in (self.jurisdictions.data or ())],
            "rationale": {code: words for code, words in texts.items() if words},
            "goes_on_with_fewer": self.goes_on_with_fewer.data == "yes",
        }


class _TestPlanForm(SectionForm):
    code = "test_plan"
    starts_on = Day(
        _("When is the test to start?"), hint=_("For example, 27 3 2027. The authorities may ask for another day.")
    )
    customers = Words(
        _("Who takes part in the test, and how many?"),
        hint=_("How customers are chosen, how they agree, and how many there are in each jurisdiction."),
        counted=True,
    )
    safeguards = Choices(_("Safeguards"), hint=_("Select all that are in place for the whole test."))
    safeguards_text = Words(
        _("How are customers protected?"),
        hint=_("How the safeguards work, and what you do when something goes wrong."),
        counted=True,
    )
    exit_plan = Words(
        _("How does the test end?"),
        hint=_("How customers leave with their assets: as planned, early, and if the firm fails."),
        counted=True,
    )
    cells: tuple[Cell, ...] = ()

    def _plain(self) -> Iterable[str]:
        return [name for name in super()._plain() if name != "limits"]

    def saved(self) -> dict[str, Any]:
        """The limits are the rows of the table in which an amount was typed."""
        found = [cell.limit(self) for cell in self.cells if self._fields[cell.amount].data is not None]
        months = self._fields["duration_months"].data
        return {**super().saved(), "duration_months": months, "limits": found}

    def rows(self, chosen: Iterable[str]) -> list[tuple[Place, list[Cell], bool]]:
        """The table, a part a jurisdiction: those that are chosen, and those where something stands."""
        wanted, found = set(chosen), []
        for place in dict.fromkeys(cell.place for cell in self.cells):
            cells = [cell for cell in self.cells if cell.place == place]
            typed = any(
                self._fields[cell.amount].data is not None or self._fields[cell.amount].errors for cell in cells
            )
            if place.code in wanted or typed:
                found.append((place, cells, place.code in wanted))
        return found


class Cell:
    """One row of the table of limits: a metric in a jurisdiction, with the names of its two fields."""

    def __init__(self, place: Place, metric: Mapping[str, Any]):
        self.place, self.metric = place, metric
        self.amount = f"amount-{place.code}-{metric['code']}"
        self.window = f"window-{place.code}-{metric['code']}"

    @property
    def usual_window(self) -> str:
        """What the metric's unit suggests."""
        return "per_month" if "month" in self.metric["unit"] else "at_any_time"

    def fields(self) -> dict[str, Any]:
        """The two fields. Money and percentages take decimals, counts and days do not; `0` means: none at all."""
        kind, title = self.metric["kind"], self.metric["title"]
        label = _("{metric}, {place}").format(metric=title, place=self.place.name)
        whole = kind in {"count", "days"}
        amount = Whole(label) if whole else Amount(label, most=HUNDRED if kind == "percent" else MOST)
        return {self.amount: amount, self.window: Selection(_("When"), WINDOW_CHOICES, default=self.usual_window)}

    def filled(self, limit: Mapping[str, Any]) -> dict[str, Any]:
        """The fields' values for a saved limit."""
        threshold = Decimal(limit["threshold"])
        whole = self.metric["kind"] in {"count", "days"}
        return {self.amount: int(threshold) if whole else threshold, self.window: limit["window"]}

    def limit(self, form: Form) -> dict[str, Any]:
        """The limit that was typed."""
        return {
            "metric": self.metric["code"],
            "jurisdiction": self.place.code,
            "threshold": format(Decimal(form._fields[self.amount].data), "f"),
            "currency": self.place.currency if self.metric["kind"] == "money" else None,
            "window": form._fields[self.window].data or self.usual_window,
            "comparator": self.metric["comparator"],
        }


# --- made for one programme ------------------------------------------------------------------------------------------


def _product(answers: Mapping[str, Any], words: Vocabulary) -> SectionForm:
    form = ProductForm(data=filled("product", answers))
    form.activities.choices = [(code, row["title"]) for code, row in words.words("activities").items()]
    form.asset_classes.choices = [(code, row["title"]) for code, row in words.words("asset_classes").items()]
    return form


def _jurisdictions(answers: Mapping[str, Any], words: Vocabulary) -> SectionForm:
    hint = _("What you test here, for whom, and why this jurisdiction is needed.")
    fields = {
        f"rationale-{place.code}": Words(_("{place}: why there?").format(place=place.name), hint=hint, counted=True)
        for place in words.places.values()
    }
    built = type("JurisdictionsForm", (_JurisdictionsForm,), {**fields, "places": words.places})
    data = filled("jurisdictions", answers)
    data |= {f"rationale-{code}": text for code, text in (answers.get("rationale") or {}).items()}
    if "goes_on_with_fewer" in answers:
        data["goes_on_with_fewer"] = "yes" if answers["goes_on_with_fewer"] else "no"
    form: _JurisdictionsForm = built(data=data)
    form.jurisdictions.choices = [(place.code, place.name) for place in words.places.values()]
    return form


def _test_plan(answers: Mapping[str, Any], words: Vocabulary) -> SectionForm:
    cells = tuple(Cell(place, metric) for place in words.places.values() for metric in words.words("metrics").values())
    fields: dict[str, Any] = {name: field for cell in cells for name, field in cell.fields().items()}
    fields["duration_months"] = Whole(
        _("How many months does the test last?"),
        least=1,
        most=words.longest,
        hint=_("The programme allows up to {months} months.").format(months=words.longest),
    )
    data = filled("test_plan", answers)
    kept = {(limit["jurisdiction"], limit["metric"]): limit for limit in answers.get("limits") or ()}
    for cell in cells:
        limit = kept.get((cell.place.code, cell.metric["code"]))
        data |= cell.filled(limit) if limit else {}
    data["starts_on"] = date.fromisoformat(answers["starts_on"]) if answers.get("starts_on") else None
    form: _TestPlanForm = type("TestPlanForm", (_TestPlanForm,), {**fields, "cells": cells})(data=data)
    form.safeguards.choices = [(code, row["title"]) for code, row in words.words("safeguards").items()]
    return form


MADE = {"firm": firm_form, "product": _product, "jurisdictions": _jurisdictions, "test_plan": _test_plan}
FIXED: dict[str, type[SectionForm]] = {"declarations": DeclarationsForm}


def section_form(opened: OpenSection) -> SectionForm:
    """The form of a section with what is saved, or what was sent."""
    section = opened.section
    make = MADE.get(section.code)
    if make is None:
        form = FIXED[section.code](data=filled(section.code, section.answers))
    else:
        form = make(section.answers, opened.vocabulary)
    if not form.is_submitted():
        form.version.data = section.version
    return form
