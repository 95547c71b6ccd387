"""The form of the fit check: made from the programme's record, asked by GET, kept nowhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.domain.dossier import CUSTOMER_KINDS
from sandbox.domain.entities import PRESENCES
from sandbox.domain.fit import Answers
from sandbox.queries.programmes import ProgrammePage
from sandbox.web.forms.base import Choice, Choices, Form
from sandbox.web.locale import _


class FitForm(Form):
    """What a firm says of itself. The fields of jurisdictions are made for the programme."""

    class Meta:
        csrf = False

    places: tuple[str, ...] = ()

    activities = Choices(
        _("What do you want to test?"),
        missing=_("Select at least one activity."),
        hint=_("Select all activities of the test."),
    )
    jurisdictions = Choices(_("Where?"), missing=_("Select at least one country."))
    customers = Choices(
        _("Who are the customers of the test?"), [(code, _(words)) for code, words in CUSTOMER_KINDS.items()]
    )
    ready = Choices(
        _("What do you have already?"),
        hint=_("Each of these kept firms from testing in earlier cross-border programmes. Select what is true today."),
    )

    def answers(self) -> Answers:
        """What was said, for the countries that were chosen."""
        chosen = tuple(code for code in self.places if code in (self.jurisdictions.data or ()))
        classes = [one for code in chosen for one in self._fields[f"class-{code}"].data or ()]
        return Answers(
            activities=tuple(self.activities.data or ()),
            asset_classes=tuple(classes),
            jurisdictions=chosen,
            customers=tuple(self.customers.data or ()),
            presence={code: str(self._fields[f"standing-{code}"].data) for code in chosen},
            ready=frozenset(self.ready.data or ()),
        )

    def validate(self, extra_validators: Any = None) -> bool:
        """Each chosen country needs a class of asset under its regime, and how the firm stands there."""
        right = bool(super().validate(extra_validators))
        for code in self.jurisdictions.data or ():
            for name, words in (
                (f"class-{code}", _("{place}: select at least one class of asset.")),
                (f"standing-{code}", _("{place}: select how you stand there.")),
            ):
                field = self._fields.get(name)
                if field is not None and not field.data and not field.errors:
                    field.errors = [words.format(place=field.place)]
                    right = False
        return right


def fit_form(page: ProgrammePage, sent: Any) -> FitForm:
    """The form for a programme. `sent`: what the address carries, or None for an empty form."""
    fields: dict[str, Any] = {}
    for place in page.places.values():
        classes = [row for row in page.content.get("asset_classes") or () if row["jurisdiction"] == place.code]
        fields[f"class-{place.code}"] = Choices(
            _("{place}: what is the asset under the law there?").format(place=place.name),
            [(row["code"], row["title"]) for row in classes],
            hint=classes[0]["regime"] if classes else "",
        )
        fields[f"standing-{place.code}"] = Choice(
            _("{place}: how do you stand there?").format(place=place.name),
            [(code, STANDINGS[code]) for code in PRESENCES],
        )
    made: FitForm = type("FitCheck", (FitForm,), {**fields, "places": tuple(page.places)})(formdata=sent)
    for place in page.places.values():
        for name in (f"class-{place.code}", f"standing-{place.code}"):
            made._fields[name].place = place.name
    made.activities.choices = [(row["code"], row["title"]) for row in page.content["activities"]]
    made.jurisdictions.choices = [(place.code, place.name) for place in page.places.values()]
    made.ready.choices = [(row["code"], _(row["question"])) for row in page.content.get("readiness") or ()]
    return made


STANDINGS: Mapping[str, str] = {
    "established": _("A company of ours has its registered or head office there"),
    "branch": _("We have a branch there"),
    "abroad": _("We have nothing there"),
}

__all__ = ["FitForm", "fit_form"]
