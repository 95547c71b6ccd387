"""Forms about where a case belongs: its classification, its lead, the fallback queue, and rules to try."""

from __future__ import annotations

from sandbox.web.forms.base import Choice, Choices, Form, Tick, Words
from sandbox.web.locale import _

LONGEST_RULES = 100_000  # characters, as the reader of catalogue files takes; a programme's rules are a fifth of it


class Reclassify(Form):
    """What the case is, where that differs from the firm's answers."""

    activities = Choices(_("Activities"), missing=_("Choose at least one activity."))
    asset_classes = Choices(_("Classes of asset"), missing=_("Choose at least one class of asset."))
    reason = Words(
        _("Why has the classification changed?"),
        longest=4000,
        missing=_("Give the reason."),
        hint=_("The firm and all authorities of the case read this."),
    )


class HandOver(Form):
    """The next lead, why, and what it needs to know."""

    authority = Choice(_("Who is to lead the case?"), missing=_("Choose an authority."))
    reason = Words(
        _("Why is the lead handed over?"),
        longest=2000,
        missing=_("Give the reason."),
        hint=_("The firm, all authorities and the programme office read this."),
    )
    memo = Words(
        _("Hand-over memo"),
        longest=8000,
        missing=_("Write what the next lead needs to know."),
        hint=_("All authorities of the case read this; the firm does not. Say what is agreed, what is open and when."),
        counted=True,
    )
    sure = Tick(
        _("The memo says nothing of my authority’s findings, position or file notes that the others may not read"),
        missing=_("Tick the box to go on."),
    )


class Keep(Form):
    """The case of the fallback queue stays here."""

    reason = Words(
        _("Why does your authority have a remit?"),
        longest=2000,
        missing=_("Give the reason."),
        hint=_("The firm and the other authorities read this. It is shown as the answer to “Why here?”."),
    )


class SendOn(Form):
    """The case of the fallback queue goes to another authority."""

    authority = Choice(_("Where does the case belong?"), missing=_("Choose an authority."))
    reason = Words(
        _("Why there?"),
        longest=2000,
        missing=_("Give the reason."),
        hint=_("The firm and the other authorities read this. It is shown as the answer to “Why here?”."),
    )
    sure = Tick(_("I understand that my authority leaves the case"), missing=_("Tick the box to go on."))


class TryRules(Form):
    """Rules to try on past cases."""

    rules = Words(
        _("Rules to try"),
        longest=LONGEST_RULES,
        missing=_("Paste the text of a routing file."),
        hint=_("The text of a routing file (TOML): programme, version, valid_from, and the rules in their order."),
    )


__all__ = ["HandOver", "Keep", "Reclassify", "SendOn", "TryRules"]
