"""Forms of the assessments column: a finding, an input, a proposed condition, a review, the position."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import HiddenField

from sandbox.domain.conditions import COMPARATORS, KINDS, WINDOWS, origin_of
from sandbox.web.forms.base import Amount, Choice, Choices, Form, Line, Seen, Selection, Tick, Version, Whole, Words
from sandbox.web.locale import _

KIND_WORDS = {
    "limit": _("Limit"),
    "safeguard": _("Safeguard"),
    "disclosure": _("Disclosure"),
    "reporting": _("Reporting"),
    "governance": _("Governance"),
    "capital": _("Capital"),
    "aml": _("Money laundering"),
    "technology": _("Technology"),
    "exit": _("Exit"),
    "notification": _("Notification"),
}
ORIGIN_WORDS = {
    "firm": _("The firm proposed it"),
    "imposed": _("We ask for it; the firm did not"),
    "harmonised": _("Agreed with the other authorities"),
}
RECOMMENDATIONS = (
    ("approve", _("Approve")),
    ("approve_with_conditions", _("Approve with conditions")),
    ("refuse", _("Refuse")),
    ("defer", _("Defer")),
)


class Finding(Form):
    """One's view of one criterion, and what it rests on."""

    value = Choice(_("Finding"), missing=_("Choose what the desk finds."))
    relies_on = Selection(
        _("Whose finding does the desk rely on?"),
        hint=_("Only with “Relies on another authority”. Theirs stays sealed until all positions open."),
    )
    positive = Choices(_("What speaks for it"))
    negative = Choices(_("What speaks against it"))
    reasons = Words(
        _("Reasons"),
        longest=8000,
        missing=_("Give the reasons for the finding."),
        hint=_("They go into the position as they stand, and into the grounds of your authority’s decision."),
    )
    paragraph = Selection(_("Standard paragraph"))
    path = Selection(_("Cite the dossier"))
    page = Whole(_("Page, for a document (optional)"), least=1, most=5000)
    note = Line(_("Quote or note (optional)"), longest=500)
    standards = Choices(_("Standards that the finding cites"))
    version = Version()
    read = Seen()

    def as_draft(self) -> None:
        """Nothing has to be whole yet: what was typed is kept."""
        self.value.missing = self.reasons.missing = None


class Holds(Form):
    """What was written still holds: nothing but the button, and what was read."""

    version = Version()
    read = Seen()


class Input(Form):
    """A specialist's own words on a criterion."""

    text = Words(
        _("Your input"),
        longest=8000,
        missing=_("Write what you have to say on this criterion."),
        hint=_("It stays yours: the case officer reads it and records the finding."),
    )
    version = Version(default=0)


class Review(Form):
    """A second person's look at the whole assessment. `covers` is the hash of what the page showed."""

    outcome = Choice(
        _("Your review"),
        (("approved", _("Approve: it can be filed")), ("returned", _("Send it back with remarks"))),
        missing=_("Choose the outcome of your review."),
    )
    remarks = Words(_("Remarks"), longest=4000, hint=_("Needed to send it back. Read by your desk only."))
    covers = Seen()


class Paragraph(Form):
    """A standard paragraph of the authority."""

    title = Line(_("Title"), longest=120, missing=_("Give the paragraph a title."))
    criterion = Selection(_("For which criterion?"), hint=_("It is offered there first, or everywhere."))
    text = Words(_("Text"), longest=4000, missing=_("Write the paragraph."))


class Condition(Form):
    """A condition of a desk. What can be measured is a limit that the portal watches."""

    title = Line(_("Title"), longest=120, missing=_("Give the condition a title."))
    kind = Selection(_("Kind"), [(code, KIND_WORDS[code]) for code in KINDS], missing=_("Choose a kind."))
    text = Words(
        _("What the firm has to do"),
        longest=4000,
        missing=_("Write what the firm has to do."),
        hint=_("One obligation, in words that stand on their own in the instrument."),
    )
    origin = Choice(
        _("Where does it come from?"),
        tuple(ORIGIN_WORDS.items()),
        missing=_("Choose where it comes from."),
        hint=_("A condition that the firm did not propose may need a period for representations before you decide."),
    )
    jurisdictions = Choices(_("Where it applies"), missing=_("Choose at least one jurisdiction."))
    legal_basis = Line(_("Legal basis (optional)"), longest=300)
    metric = Selection(_("What is measured"), hint=_("Leave it at “Nothing” for a condition without a number."))
    comparator = Selection(_("Comparison"), tuple(COMPARATORS.items()))
    threshold = Amount(_("Threshold"), hint=_("For example 2000000 or 99.9"))
    currency = Selection(_("Currency"))
    window = Selection(_("Over which time"), tuple(WINDOWS.items()))
    due_rule = Line(
        _("When is it due? (optional)"), longest=200, hint=_("For example: within 10 working days after each month")
    )
    precedent_to_start = Tick(_("It must be met before the test starts"))
    departs = Words(
        _("Departs from earlier decisions because (optional)"),
        longest=2000,
        hint=_("Same activity, same risk, same regulation: say why this case is treated otherwise."),
    )
    version = Version(default=0)

    metrics: Mapping[str, Any] = {}
    plan: Sequence[Mapping[str, Any]] = ()

    def validate(self, extra_validators: Any = None) -> bool:
        """A limit is whole: metric, comparison, threshold and time; money has a currency, other measures have none."""
        right = super().validate(extra_validators)
        problems = dict(self._unmeasured())
        self.refuse(problems)
        return right and not problems

    def _unmeasured(self) -> list[tuple[str, str]]:
        if not self.metric.data:
            needed = self.kind.data == "limit" or self.threshold.data is not None
            return [("metric", _("Choose what is measured, or another kind of condition."))] if needed else []
        found = []
        if self.threshold.data is None and not self.threshold.errors:
            found.append(("threshold", _("Enter the threshold.")))
        if not self.comparator.data:
            found.append(("comparator", _("Choose a comparison.")))
        if not self.window.data:
            found.append(("window", _("Choose over which time it is measured.")))
        if self._money and not self.currency.data:
            found.append(("currency", _("Choose the currency.")))
        return found or self._not_the_firms()

    def _not_the_firms(self) -> list[tuple[str, str]]:
        """“The firm proposed it” must be true: its plan has this limit, or a stricter one, everywhere it applies."""
        if self.origin.data != "firm" or origin_of(self.values(), self.plan) == "firm":
            return []
        text = _("The firm’s test plan does not go this far: choose “We ask for it; the firm did not”.")
        return [("origin", text)]

    @property
    def _money(self) -> bool:
        metric = self.metrics.get(self.metric.data or "")
        return metric is not None and metric.kind == "money"

    def values(self) -> dict[str, Any]:
        """The condition as plain values for the use case."""
        measured = bool(self.metric.data)
        return {
            "kind": self.kind.data,
            "title": self.title.data,
            "text": self.text.data,
            "origin": self.origin.data,
            "legal_basis": self.legal_basis.data,
            "jurisdictions": list(self.jurisdictions.data),
            "metric": self.metric.data or None,
            "comparator": self.comparator.data if measured else None,
            "threshold": self.threshold.data if measured else None,
            "currency": self.currency.data if measured and self._money else None,
            "window": self.window.data if measured else None,
            "due_rule": self.due_rule.data or None,
            "precedent_to_start": bool(self.precedent_to_start.data),
            "departs": self.departs.data or None,
        }


class Proposal(Condition):
    """A condition that the desk proposes, beside the version of the dossier that was read."""

    read = Seen()


class Drop(Form):
    """Nothing but the button."""


class FromLimit(Form):
    """Take over one limit of the firm's test plan, by its place there."""

    number = HiddenField()


class Position(Form):
    """What the desk recommends. Whether it is whole is asked by the use case, all at once."""

    recommendation = Choice(_("What does your desk recommend?"), RECOMMENDATIONS)
    summary = Words(
        _("Summary of the reasons"),
        longest=8000,
        hint=_("For the decision maker of your authority, and for the other authorities after the opening."),
    )
    sure = Tick(_("I file this position for my authority. It is frozen and cannot be changed afterwards"))
