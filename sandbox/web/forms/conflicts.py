"""Forms about interests: declaring, deciding on a declaration, one's own register, stand-ins, changes of control."""

from __future__ import annotations

from sandbox.domain.actors import ROLE_TITLES
from sandbox.domain.conflicts import KINDS
from sandbox.domain.parties import PARTY_KINDS, REPORTABLE
from sandbox.domain.staffing import STAND_IN_ROLES
from sandbox.web.forms.base import Choice, Choices, Day, Form, Line, Selection, Tick, Words
from sandbox.web.locale import _

KIND_CHOICES = tuple((kind.code, _(kind.label)) for kind in KINDS)
OUTCOMES = (
    ("none", _("I have no interest in this case")),
    ("managed", _("I have an interest that can be managed")),
    ("recused", _("I have an interest and must not take part")),
)
INTEREST_CHOICES = (
    ("employer", _("Employer, now or earlier")),
    ("domain", _("E-mail domain, for example of an earlier employer")),
    ("holding", _("Holding: shares, tokens, loans or funds")),
    ("other", _("Something else: family, advice, an office")),
)
PARTY_CHOICES = [("", _("Select")), *((one, _(PARTY_KINDS[one])) for one in REPORTABLE)]
PARTIES_NAMED = 3  # rows of names on the form; more changes are reported again


class Declare(Form):
    """One's interests in one case."""

    outcome = Choice(
        _("What applies to you?"),
        OUTCOMES,
        missing=_("Choose what applies to you."),
        hint=_(
            "An interest that can be managed opens the case only after the coordinator or the ethics officer of your "
            "authority has confirmed the measures. If you must not take part, you lose access to this case at once, "
            "and you cannot undo it."
        ),
    )
    kinds = Choices(_("What kind of interest? (if you have one)"), KIND_CHOICES)
    details = Words(
        _("Describe it (if you have one)"),
        longest=2000,
        hint=_("Your own authority reads this. The firm and the other authorities do not."),
    )
    measures = Words(
        _("How would it be managed? (if it can be)"),
        longest=2000,
        hint=_("For example: which part of the work you leave to others, or what you sell and when."),
    )
    reason = Words(
        _("Why do you have no interest, although it may look so? (if you have none)"),
        longest=2000,
    )


class Confirm(Form):
    """How an interest is managed."""

    measures = Words(
        _("Measures"),
        longest=2000,
        hint=_("You can change what was proposed. The person reads it."),
    )


class Waive(Form):
    """An interest that does not matter enough."""

    reason = Words(
        _("Why is the interest waived?"),
        longest=2000,
        missing=_("Give the reason: it is kept on record."),
        hint=_(
            "For example: not so substantial that it would affect the integrity of the services (18 USC 208(b)(1))."
        ),
    )
    sure = Tick(_("I waive this interest for this case"), missing=_("Tick the box to go on."))


class Recuse(Form):
    """Somebody must not take part."""

    reason = Words(
        _("Why must this person not take part?"),
        longest=2000,
        missing=_("Give the reason: it is kept on record."),
    )
    sure = Tick(
        _("I understand that the person loses the case at once and that their work on it is set aside"),
        missing=_("Tick the box to go on."),
    )


class Appoint(Form):
    """A role for one case."""

    person_id = Selection(_("Who?"), missing=_("Choose a colleague."))
    role = Choice(
        _("As what?"), [(role.value, _(ROLE_TITLES[role])) for role in STAND_IN_ROLES], missing=_("Choose the role.")
    )
    reason = Words(
        _("For whom, and why?"),
        longest=1000,
        missing=_("Say whom the person stands in for, and why."),
        hint=_("Staff of your authority on this case read it."),
    )


class Interest(Form):
    """A line of one's own register."""

    kind = Choice(_("What is it?"), INTEREST_CHOICES, missing=_("Choose what it is."))
    name = Line(
        _("Name"),
        longest=200,
        missing=_("Enter the name."),
        hint=_("As it is in public: a firm, a fund, a token, a domain."),
    )
    since = Day(_("Since (optional)"))
    until = Day(_("Until (optional)"))


class Empty(Form):
    """Nothing but the button."""


class ChangeOfControl(Form):
    """What the firm reports when its owners change."""

    what = Words(
        _("What has changed, or will change?"),
        longest=4000,
        missing=_("Say what has changed."),
        hint=_("All authorities of this case read this, after their people have declared their interests anew."),
    )
    effective_on = Day(_("From which day?"), missing=_("Enter the day."))
    ended = Choices(_("Who goes?"), hint=_("Parties that are no longer what they were to your firm."))
    kind_1 = Selection(_("New party 1: what is it?"), PARTY_CHOICES)
    name_1 = Line(_("New party 1: name"), longest=200)
    kind_2 = Selection(_("New party 2: what is it?"), PARTY_CHOICES)
    name_2 = Line(_("New party 2: name"), longest=200)
    kind_3 = Selection(_("New party 3: what is it?"), PARTY_CHOICES)
    name_3 = Line(_("New party 3: name"), longest=200)
    sure = Tick(_("I report this for the firm"), missing=_("Tick the box to go on."))

    def named(self) -> list[tuple[str, str]]:
        """The new parties: what each is, and its name."""
        fields = [(self[f"kind_{place}"].data, self[f"name_{place}"].data) for place in range(1, PARTIES_NAMED + 1)]
        return [(kind or "", name) for kind, name in fields if name]


class AssignOther(Form):
    """Why this colleague and not the one suggested."""

    reason = Words(
        _("Why this person?"),
        longest=500,
        missing=_("Say why you do not take the person suggested."),
        hint=_("A few words. They stay with the assignment."),
    )
