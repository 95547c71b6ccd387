"""The form of the first section: who applies, with a block for each further legal entity."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import request
from wtforms import HiddenField

from sandbox.domain.countries import COUNTRIES
from sandbox.domain.dossier import Place, Vocabulary
from sandbox.domain.entities import FORMS, MOST
from sandbox.web.forms.answers import SectionForm, filled, kept
from sandbox.web.forms.base import Choice, Choices, Email, Lei, Line, Selection, Words
from sandbox.web.locale import _

ENTITY_FIELDS = ("name", "country", "legal_form", "identifier", "lei", "address", "jurisdictions")


class FirmForm(SectionForm):
    """Who applies."""

    code = "firm"
    legal_name = Line(_("Legal name"), hint=_("As in the register of companies."))
    lei = Lei(_("Legal Entity Identifier (LEI), if the firm has one"), hint=_("20 letters and digits."))
    company_number = Line(_("Company number, if the firm has one"), longest=40)
    country = Selection(_("Country of the registered office"), [("", _("Select a country")), *COUNTRIES.items()])
    address = Words(_("Registered address"), longest=500)
    contact_name = Line(_("Contact person"), hint=_("Who the authorities ask first."))
    contact_email = Email(_("Contact’s email address"))
    group = Line(_("Group that the firm belongs to, if any"))
    controllers = Words(
        _("Who controls the firm? (one name a line)"),
        longest=2000,
        hint=_(
            "Parents, controllers and owners of a tenth or more. The authorities’ people see these names before "
            "anything else, to say whether they have an interest."
        ),
    )
    legal_form = Choice(
        _("Is the applicant the company itself, or a branch?"),
        [(code, _(words)) for code, words in FORMS.items()],
        hint=_("Some instruments are for firms that are established in the country, not for branches."),
    )
    blocks = HiddenField()
    places: Mapping[str, Place] = {}

    def saved(self) -> dict[str, Any]:
        """The further legal entities are the blocks in which something was typed."""
        found = [self._entity(number) for number in range(self.count)]
        written = [one for one in found if any(value for name, value in one.items() if name != "legal_form")]
        return {**super().saved(), "entities": written}

    @property
    def count(self) -> int:
        """How many blocks for further legal entities the page has."""
        return sum(name.startswith("entity-") and name.endswith("-name") for name in self._fields)

    def block(self, number: int) -> dict[str, Any]:
        """The fields of a block by what they ask."""
        return {name: self._fields[f"entity-{number}-{name}"] for name in ENTITY_FIELDS}

    def _entity(self, number: int) -> dict[str, Any]:
        values = {name: field.data for name, field in self.block(number).items()}
        where = [code for code in self.places if code in (values["jurisdictions"] or ())]
        return {name: kept(value) for name, value in values.items()} | {"jurisdictions": where}


def _block(number: int, places: Mapping[str, Place]) -> dict[str, Any]:
    """The fields of one further legal entity; nothing is required while a section is only saved."""
    made = {
        "name": Line(_("Its name"), hint=_("As in the register of companies.")),
        "country": Selection(_("Where it is registered"), [("", _("Select a country")), *COUNTRIES.items()]),
        "legal_form": Choice(_("What it is"), [(code, _(words)) for code, words in FORMS.items()]),
        "identifier": Line(_("Its number in the register, if it has one"), longest=40),
        "lei": Lei(_("Its Legal Entity Identifier (LEI), if it has one")),
        "address": Words(_("Its address"), longest=500),
        "jurisdictions": Choices(
            _("For which jurisdictions is it the applicant?"), [(one.code, one.name) for one in places.values()]
        ),
    }
    return {f"entity-{number}-{name}": field for name, field in made.items()}


def _blocks(saved: int) -> int:
    """How many blocks the page has: those with something in them, and what the person asked for by the button."""
    asked = request.form.get("blocks") or request.args.get("blocks") or ""
    return min(max(saved, int(asked) if asked.isdecimal() and len(asked) < 3 else 0), MOST - 1)


def firm_form(answers: Mapping[str, Any], words: Vocabulary) -> SectionForm:
    """The form of the section for one programme, with its blocks."""
    kept = list(answers.get("entities") or ())
    count = _blocks(len(kept))
    fields: dict[str, Any] = {"places": words.places}
    for number in range(count):
        fields |= _block(number, words.places)
    data = filled("firm", answers)
    for number, entity in enumerate(kept):
        data |= {f"entity-{number}-{name}": value for name, value in entity.items()}
    form: FirmForm = type("FirmForm", (FirmForm,), fields)(data=data)
    form.blocks.data = str(count)
    return form


__all__ = ["FirmForm", "firm_form"]
