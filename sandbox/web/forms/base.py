"""The base of all forms, and the strict field types that every form is made of.

A field says at itself what to do when it is refused, keeps what was typed, and takes nothing that a database, a page
or a document could misread: one value a field, real text, finite numbers in ASCII digits, days from 2000 to 2100.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from email_validator import EmailNotValidError, validate_email
from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import (
    GovCharacterCount,
    GovCheckboxesInput,
    GovCheckboxInput,
    GovDateInput,
    GovPasswordInput,
    GovRadioInput,
    GovSelect,
    GovTextArea,
    GovTextInput,
)
from stdnum import lei
from stdnum.exceptions import InvalidChecksum
from stdnum.exceptions import ValidationError as NumberError
from wtforms import BooleanField, Field, RadioField, SelectField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import StopValidation
from wtforms.widgets import HiddenInput

from sandbox.domain.errors import AlreadyThere, BadInput, Conflict, Incomplete
from sandbox.web.forms import text
from sandbox.web.locale import _

FIRST_YEAR, LAST_YEAR = 2000, 2100
LARGEST = Decimal(10) ** 13
RELOAD = _("Reload the page and try again.")
ONCE = _("This was sent more than once. Reload the page and send it again.")


class Form(FlaskForm):
    """A form that can also show the refusals of a use case. `conflict` is what stands now when somebody was faster.

    `existing`: the id of the same thing that is there already.
    """

    conflict: object = None
    existing: UUID | None = None
    refused_as = 422

    def refuse(self, problems: dict[str, str]) -> None:
        """Show problems at their fields; those of no field stand at the head of the form."""
        for name, problem in problems.items():
            field = self._fields.get(name)
            if field is None:
                self.form_errors.append(problem)
            else:
                field.errors = [*field.errors, problem]

    def carried_out(self, act: Callable[[], Any]) -> bool:
        """True when the form was sent, is right, and the use case did it.

        BadInput, Incomplete and Conflict are shown on the form, with everything that was typed; other refusals go on.
        """
        if not self.validate_on_submit():
            return False
        try:
            act()
        except BadInput as bad:
            self.refuse(bad.problems)
            self.existing = bad.existing if isinstance(bad, AlreadyThere) else None
        except Incomplete as incomplete:
            self.form_errors.extend(incomplete.missing)
        except Conflict as conflict:
            self.conflict, self.refused_as = conflict.current or True, 409
            self.form_errors.append(str(conflict))
        else:
            return True
        return False

    @property
    def problems(self) -> list[dict[str, str]]:
        """Everything that is wrong, for the head of the page: the first problem of a field, with a link to it."""
        lines = [{"text": str(problem)} for problem in self.form_errors]
        return lines + [{"text": str(field.errors[0]), "href": f"#{field.id}"} for field in self if field.errors]

    @property
    def status(self) -> int:
        """The HTTP status of the page that shows this form."""
        return self.refused_as if self.errors else 200


class Strict(Field):
    """One value; `missing` is what to say when there is none (None: it may be left out)."""

    data: Any

    def __init__(self, label: str = "", *, missing: str | None = None, hint: str = "", **more: Any):
        super().__init__(label, description=hint, **more)
        self.missing = missing

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Take the one value that was sent. Raises ValueError with what to do."""
        if len(valuelist) > 1:
            raise ValueError(ONCE)
        if valuelist:
            self.data = None
            typed = valuelist[0] if isinstance(valuelist[0], str) else ""
            self.data = self.read(typed) if text.something(typed) else self.nothing

    nothing: Any = None

    def read(self, typed: str) -> Any:
        """The value of what was typed: the text itself, exactly. Raises ValueError with what to do."""
        return typed

    def pre_validate(self, form: Any) -> None:
        """Say what is missing."""
        if self.process_errors:
            raise StopValidation
        if self.missing and self.data in (None, ""):
            raise StopValidation(self.missing)

    def _value(self) -> str:
        if self.raw_data:
            return text.showable(str(self.raw_data[0]))
        return "" if self.data is None else self.write(self.data)

    def write(self, value: Any) -> str:
        """The value as it is shown in the field."""
        return str(value)


class Words(Strict):
    """Several lines of text."""

    widget = GovTextArea()
    nothing = ""

    def __init__(self, label: str = "", *, longest: int = 4000, counted: bool = False, **more: Any):
        super().__init__(label, **more)
        self.longest = longest
        if counted:
            self.widget = _Counted(longest)

    def read(self, typed: str) -> str:
        """Cleaned text that documents can show."""
        return text.words(typed, self.longest)


class _Counted(GovCharacterCount):
    def __init__(self, longest: int):
        super().__init__()
        self.longest = longest

    def map_gov_params(self, field: Field, **kwargs: Any) -> dict[str, Any]:
        return {"maxlength": self.longest, **super().map_gov_params(field, **kwargs)}


class Line(Words):
    """One line of text."""

    widget = GovTextInput()

    def __init__(self, label: str = "", *, longest: int = 200, **more: Any):
        super().__init__(label, longest=longest, **more)

    def read(self, typed: str) -> str:
        """Cleaned text without line breaks."""
        return text.line(typed, self.longest)


class Secret(Strict):
    """A password: taken exactly as it is, never shown again."""

    widget = GovPasswordInput()


class Email(Strict):
    """An email address, in the lower case in which they are compared."""

    widget = GovTextInput()

    def read(self, typed: str) -> str:
        """The normal form of the address."""
        try:
            return validate_email(typed.strip(), check_deliverability=False).normalized.lower()
        except (EmailNotValidError, ValueError) as problem:
            raise ValueError(_("Enter an email address like name@example.com.")) from problem


class Amount(Strict):
    """An amount of money, nought or more, with up to four decimal places."""

    widget = GovTextInput()

    def __init__(self, label: str = "", *, most: Decimal = LARGEST, **more: Any):
        super().__init__(label, **more)
        self.most = most

    def read(self, typed: str) -> Decimal:
        """The exact number."""
        return text.amount(typed, self.most)

    def write(self, value: Decimal) -> str:
        """Plain digits: no exponent, no separators."""
        return f"{value:f}"


class Exact(Amount):
    """A number within bounds, kept as the text of an exact decimal: `12.5`."""

    def __init__(self, label: str = "", *, least: Decimal | None = None, most: Decimal | None = None, **more: Any):
        super().__init__(label, most=LARGEST if most is None else most, **more)
        self.least = least or Decimal(0)

    def read(self, typed: str) -> str:  # type: ignore[override]
        """The number as text."""
        value = text.amount(typed, self.most)
        if value < self.least:
            raise ValueError(_("Enter a number of {least} or more.").format(least=f"{self.least:f}"))
        return f"{value:f}"

    def write(self, value: object) -> str:
        """The text itself."""
        return str(value)


class Whole(Strict):
    """A whole number within bounds."""

    widget = GovTextInput()

    def __init__(self, label: str = "", *, least: int = 0, most: int = 2_000_000_000, **more: Any):
        super().__init__(label, **more)
        self.least, self.most = least, most

    def read(self, typed: str) -> int:
        """The number."""
        return text.whole(typed, self.least, self.most)


class Seen(Strict):
    """What the page showed, by its hash, its id or its marks: goes back unseen, exactly once.

    What stands now is never taken for granted: a form that was sent without it, empty or twice is refused.
    """

    widget = HiddenInput()
    raw_data: Any

    def __init__(self, label: str = "", **more: Any):
        super().__init__(label, missing=RELOAD, **more)

    def pre_validate(self, form: Any) -> None:
        """It was sent: a form of which nothing at all was sent still holds what its page would show."""
        if not self.raw_data:
            self.data = None
        super().pre_validate(form)

    def shows(self, value: Any) -> None:
        """The page that is made now shows this."""
        self.data, self.raw_data = value, None


class Version(Seen, Whole):
    """The version of the row that the form was made from."""


class _DayWidget(GovDateInput):
    def __call__(self, field: Field, **kwargs: Any) -> Any:
        # A form without the field leaves the list of what was sent empty; the page has three boxes all the same.
        if field.raw_data is not None and len(field.raw_data) != 3:
            field.raw_data = ["", "", ""]
        # The box has the name, the first input the id that the list of problems links to.
        return super().__call__(field, **{"id": field.name, **kwargs})


class Day(Strict):
    """A day, typed in three boxes or sent as `2026-11-21`."""

    widget = _DayWidget()

    def __init__(self, label: str = "", *, earliest: date | None = None, latest: date | None = None, **more: Any):
        super().__init__(label, **more)
        self.id = f"{self.name}-day"
        self.earliest = earliest or date(FIRST_YEAR, 1, 1)
        self.latest = latest or date(LAST_YEAR, 12, 31)

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Take three boxes, or one value in ISO form. Raises ValueError with what to do."""
        if not valuelist:
            return
        parts = [str(value).strip() for value in valuelist]
        if len(parts) == 1:
            parts = parts[0].split("-")[::-1]
        self.raw_data = [text.showable(part) for part in (*parts, "", "", "")[:3]]
        self.data = None
        if any(parts):
            self.data = text.day(parts, self.earliest, self.latest)

    def _value(self) -> str:
        return self.data.isoformat() if self.data else ""


class Lei(Strict):
    """A Legal Entity Identifier (ISO 17442): twenty characters, the last two are check digits."""

    widget = GovTextInput()

    def read(self, typed: str) -> str:
        """The identifier in capitals."""
        try:
            return str(lei.validate(typed.strip()))
        except InvalidChecksum as problem:
            raise ValueError(_("The last two characters of the LEI, its check digits, do not fit.")) from problem
        except NumberError as problem:
            raise ValueError(_("Enter the 20 characters of the LEI as they are in the register.")) from problem


Options = Iterable[tuple[str, str]]


class _Chosen(SelectField):
    """What the fields with options share: nothing that is not an option passes. Options are (value, label)."""

    data: Any

    def __init__(
        self, label: str = "", choices: Options = (), *, missing: str | None = None, hint: str = "", **more: Any
    ):
        super().__init__(label, description=hint, coerce=_text, choices=[], validate_choice=False, **more)
        self.missing = missing
        self.choices = choices

    @property
    def choices(self) -> list[SelectChoice]:
        """The options."""
        return list(self._options)

    @choices.setter
    def choices(self, options: Options) -> None:
        self._options = [SelectChoice(str(value), label) for value, label in options]

    def pre_validate(self, form: Any) -> None:
        """Say what is missing or unknown."""
        if self.process_errors:
            raise StopValidation(_("Select one of the options."))
        if self.data in (None, "", []):
            if self.missing:
                raise StopValidation(self.missing)
            return
        known = {option.value for option in self._options}
        if not set(self.data if isinstance(self.data, list) else [self.data]) <= known:
            raise StopValidation(_("Select one of the options."))


class Choice(_Chosen, RadioField):
    """One of a few options, all in sight. `missing` as in Strict."""

    widget = GovRadioInput()


class Selection(_Chosen):
    """One of many options, in a list that opens."""

    widget = GovSelect()


class Choices(_Chosen, SelectMultipleField):
    """Any number of options."""

    widget = GovCheckboxesInput()


class Tick(BooleanField):
    """One box to tick. `missing` is what to say when it must be ticked."""

    widget = GovCheckboxInput()

    def __init__(self, label: str = "", *, missing: str | None = None, hint: str = "", **more: Any):
        super().__init__(label, description=hint, **more)
        self.missing = missing

    def pre_validate(self, form: Any) -> None:
        """Say that it must be ticked."""
        if self.missing and not self.data:
            raise StopValidation(self.missing)


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
