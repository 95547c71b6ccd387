"""Forms of a firm's profile and of its counsel."""

from __future__ import annotations

from decimal import Decimal

from sandbox.domain.entities import COMPANY, FORMS
from sandbox.domain.firms import CONTROLLER_KINDS, WHOLE
from sandbox.web.forms.base import Amount, Choice, Day, Email, Form, Lei, Line, Selection, Version, Words
from sandbox.web.forms.joining import countries
from sandbox.web.locale import _


class Identity(Form):
    """What identifies the firm's first legal entity, and its group."""

    legal_name = Line(_("Legal name"), hint=_("As in the register of companies."), missing=_("Enter the legal name."))
    legal_form = Choice(
        _("What is the firm?"),
        [(code, _(words)) for code, words in FORMS.items()],
        missing=_("Select what the firm is."),
    )
    country = Selection(
        _("Country of the registered office"), countries(), missing=_("Select the country of the registered office.")
    )
    address = Words(_("Registered address"), longest=500)
    company_number = Line(_("Company number, if the firm has one"), longest=40)
    lei = Lei(_("Legal Entity Identifier (LEI), if the firm has one"), hint=_("20 letters and digits."))
    group = Line(_("Group that the firm belongs to, if any"))
    version = Version()


class Entity(Form):
    """A further legal entity of the firm."""

    name = Line(_("Name of the legal entity"), missing=_("Enter the name of the legal entity."))
    legal_form = Choice(
        _("What is it?"),
        [(code, _(words)) for code, words in FORMS.items()],
        default=COMPANY,
        missing=_("Select what it is."),
    )
    country = Selection(
        _("Country of the registered office"), countries(), missing=_("Select the country of its registered office.")
    )
    address = Words(_("Registered address"), longest=500)
    number = Line(_("Company number, if it has one"), longest=40)
    lei = Lei(_("Legal Entity Identifier (LEI), if it has one"), hint=_("20 letters and digits."))


class Identifier(Form):
    """A number in a register."""

    scheme = Selection(_("Register"), missing=_("Select the register."))
    number = Line(_("Number"), longest=60, missing=_("Enter the number as it is in the register."))
    whose = Selection(_("Whose number is it?"))


class Controller(Form):
    """Somebody who owns or controls the firm."""

    name = Line(
        _("Name"),
        missing=_("Enter the name of the controller."),
        hint=_("The people of the authorities see this name first, to say whether they have an interest."),
    )
    kind = Choice(
        _("What is the controller?"),
        [(code, _(words)) for code, words in CONTROLLER_KINDS.items()],
        missing=_("Select what the controller is."),
    )
    share = Amount(_("Share in per cent, if there is one"), most=WHOLE, hint=_("For example, 25.5"))
    country = Selection(_("Country (optional)"), countries())


class Licence(Form):
    """A licence or permission that the firm holds."""

    authority = Line(_("Which authority gave it?"), missing=_("Enter the authority that gave it."))
    number = Line(_("Number, if it has one"), longest=60)
    scope = Words(_("What does it allow?"), longest=1000, missing=_("Enter what it allows."))
    since = Day(_("Since when? (optional)"), hint=_("For example, 27 3 2019"))


class Engage(Form):
    """Counsel who is to act for the firm."""

    name = Line(_("Full name"), longest=120, missing=_("Enter the name of the counsel."))
    email = Email(_("Email address"), missing=_("Enter the email address of the counsel."))
    law_firm = Line(_("Law firm"), longest=200, missing=_("Enter the name of the law firm."))
    begins_on = Day(_("First day"), missing=_("Enter the first day of the engagement."))
    ends_on = Day(_("Last day (optional)"), hint=_("Without it, the engagement lasts until you end it."))


ROW_FORMS: dict[str, type[Form]] = {
    "entity": Entity,
    "identifier": Identifier,
    "controller": Controller,
    "licence": Licence,
}


def share_of(value: Decimal | None) -> Decimal | None:
    """A share without zeros that say nothing."""
    return value.normalize() if value is not None else None
