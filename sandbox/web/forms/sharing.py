"""Forms of the sharing ledger."""

from __future__ import annotations

from uuid import UUID

from wtforms import HiddenField

from sandbox.domain.sharing import BASES, DECLARED, ONWARD, Terms
from sandbox.queries.desks.shareable import Shareable
from sandbox.web.forms.base import Choice, Choices, Form, Line, Selection, Tick, Words
from sandbox.web.locale import _

LONG = 2000


class TermsForm(Form):
    """With whom, on what basis and under which terms something is shared. Sent twice: to check, then to share."""

    to = Choices(_("Share with"), missing=_("Choose the authorities that you share with."))
    basis = Choice(
        _("On what basis?"),
        [(code, _(words)) for code, words in BASES.items()],
        missing=_("Choose on what basis you share."),
    )
    instrument = Selection(_("Gateway or arrangement"), hint=_("For a legal gateway or arrangement."))
    provision = Line(
        _("Article or provision (optional for a gateway)"),
        hint=_("For a law that obliges you, name the provision."),
    )
    consent = Selection(_("Where the firm agreed"), hint=_("For consent of the firm."))
    purpose = Words(
        _("What does the other authority need it for?"),
        longest=LONG,
        missing=_("Say what the other authority needs it for."),
        hint=_("The firm reads this when it is told of the share."),
    )
    restriction = Words(
        _("What may it be used for?"), longest=LONG, missing=_("Say what the other authority may use it for.")
    )
    onward = Choice(
        _("May it be shared on?"),
        [(code, _(words)) for code, words in ONWARD.items()],
        missing=_("Choose whether it may be shared on."),
        default="none",
    )
    notify_before_use = Tick(_("The other authority gives notice before it uses this outside this case"))
    retention = Line(_("How long may it be kept? (optional)"))
    tell = Choice(
        _("Is the firm told?"),
        [("yes", _("Yes, now")), ("no", _("No, or not yet"))],
        missing=_("Choose whether the firm is told."),
        hint=_("A gateway may be used without asking the firm. What is shared with its consent it is always told."),
    )
    tell_reason = Words(
        _("Why is the firm not told?"), longest=LONG, hint=_("For your own record; the firm does not read it.")
    )
    step = HiddenField()

    def offer(self, found: Shareable) -> None:
        """Fill the options."""
        self.to.choices = [(row.code, row.name) for row in found.receivers]
        self.instrument.choices = [
            ("", _("Select")),
            *((row.code, f"{row.name} ({row.with_whom})") for row in found.gateways),
        ]
        agreements = [(str(row.id), _("Message: {subject}").format(subject=row.subject)) for row in found.messages]
        if found.declared_in is not None:
            words = _("The firm’s consents that stand (application, version {number}, and what it said since)").format(
                number=found.declared_in
            )
            agreements.insert(0, (DECLARED, words))
        self.consent.choices = [("", _("Select")), *agreements]

    @property
    def terms(self) -> Terms:
        """What was typed, as terms."""
        gateway, consent = self.basis.data == "gateway", self.basis.data == "consent"
        return Terms(
            basis=self.basis.data or "",
            purpose=self.purpose.data or "",
            restriction=self.restriction.data or "",
            instrument=(self.instrument.data or "") if gateway else "",
            provision=self.provision.data or "",
            consent=(self.consent.data or "") if consent else "",
            onward=self.onward.data or "",
            notify_before_use=bool(self.notify_before_use.data),
            retention=self.retention.data or "",
            tell_firm=self.tell.data == "yes",
            tell_reason=self.tell_reason.data or "",
        )

    @property
    def confirmed(self) -> bool:
        """The page that says what follows was read."""
        return bool(self.step.data == "share")

    def kept(self) -> list[tuple[str, str]]:
        """Everything that was typed, for the page in between: name and value, a box of several values each."""
        found: list[tuple[str, str]] = []
        for field in self:
            if field.name in {"csrf_token", "step"}:
                continue
            data = field.data
            values = data if isinstance(data, list) else ["y"] if data is True else [data]
            found += [(field.name, str(value)) for value in values if value not in (None, "", False)]
        return found


class Share(TermsForm):
    """Share items of one's own desk."""

    items = Choices(
        _("What to share"),
        missing=_("Choose what to share."),
        hint=_("Of correspondence, only what your authority and the firm wrote is copied."),
    )

    def offer(self, found: Shareable) -> None:
        """Fill the options, also the items."""
        super().offer(found)
        self.items.choices = [(f"{row.kind}:{row.id}", f"{_(row.words)}: {row.label}") for row in found.items]

    @property
    def chosen(self) -> list[tuple[str, UUID]]:
        """Kind and id of each item."""
        pairs = (value.split(":") for value in self.items.data or ())
        return [(kind, UUID(key)) for kind, key in pairs]


class ShareOn(TermsForm):
    """Share on what was received. What is typed about use and time is added to the terms under which it came."""

    items = Choices(_("What to share on"), missing=_("Choose what to share on."))
    restriction = Words(
        _("What do you restrict further? (optional)"),
        longest=LONG,
        hint=_("It stands below the terms under which you received it; those stay as they are."),
    )
    retention = Line(
        _("May it be kept for a shorter time only? (optional)"), hint=_("It cannot be kept for longer than you may.")
    )

    @property
    def chosen(self) -> list[UUID]:
        """The ids of the items."""
        return [UUID(value) for value in self.items.data or ()]


class Acknowledge(Form):
    """Nothing but the button."""


class GiveConsent(Form):
    """The firm agrees."""

    sure = Tick(_("The firm agrees"), missing=_("Tick the box to go on."))


class WithdrawConsent(Form):
    """The firm no longer agrees."""

    reason = Words(_("Why? (optional)"), longest=LONG, hint=_("All authorities of the case read this."))
    sure = Tick(_("I withdraw the consent for the future"), missing=_("Tick the box to go on."))


class Recall(Form):
    """End further reading."""

    reason = Words(
        _("Why do you recall it?"),
        longest=LONG,
        missing=_("Give the reason."),
        hint=_("The other authority reads this."),
    )


class Use(Form):
    """A notice of use."""

    use = Words(
        _("What are you going to use it for?"), longest=LONG, missing=_("Say what you are going to use it for."),
        hint=_("Every authority that it came from reads this."),
    )  # fmt: skip
