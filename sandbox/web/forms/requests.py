"""Forms of requests for information: what a desk asks, by when, and what the firm replies."""

from __future__ import annotations

from collections.abc import Mapping

from sandbox.web.forms.base import Choices, Day, Form, Line, Seen, Tick, Version, Words
from sandbox.web.locale import _


class Draft(Form):
    """What a request is about."""

    version = Version()
    subject = Line(
        _("What is it about?"),
        longest=120,
        missing=_("Say in a few words what it is about."),
        hint=_("The firm reads this."),
    )
    message = Words(
        _("Covering message (optional)"), longest=4000, hint=_("It stands above the questions. The firm reads this.")
    )


class Asked(Form):
    """What a question is made of."""

    text = Words(_("Question"), longest=2000, missing=_("Write the question."), hint=_("One thing at a time."))
    why = Words(
        _("Why do you ask? (optional)"),
        longest=1000,
        hint=_("The firm answers better when it knows. The firm reads this."),
    )
    unlocks = Choices(
        _("Answers that the firm may change to reply"),
        hint=_("Select none if words are enough. What is changed becomes a new version for every authority."),
    )

    def offer(self, answers: Mapping[str, str]) -> None:
        """The answers to choose from: path and name."""
        self.unlocks.choices = [(path, _(label)) for path, label in answers.items()]

    wants_file = Tick(_("A file is wanted"), hint=_("The firm can then add documents to its application."))


class Question(Asked):
    """A question of a draft that is there."""

    version = Version()


class First(Asked):
    """A new request with its first question."""

    subject = Draft.subject
    message = Draft.message


class Send(Form):
    """The approval of somebody who did not write it."""

    version = Version()
    due_on = Day(_("By when?"), missing=_("Enter the day by which you want the reply."))
    due_reason = Words(
        _("Reason, if you set another date than the one above"), longest=1000, hint=_("The firm reads this.")
    )
    sure = Tick(
        _("I have read the request and approve that it goes to the firm"), missing=_("Tick the box to approve it.")
    )


class Extend(Form):
    """Another date."""

    version = Version()
    due_on = Day(_("By when?"), missing=_("Enter the new date."))
    due_reason = Words(_("Reason"), longest=1000, missing=_("Give the reason."), hint=_("The firm reads this."))


class AskAgain(Form):
    """The next round."""

    version = Version()
    reason = Words(
        _("What is still missing?"),
        longest=4000,
        missing=_("Say what is still missing."),
        hint=_("It becomes the covering message of the next round. The firm reads it once that is approved and sent."),
    )
    questions = Choices(_("Questions to ask again"), missing=_("Select at least one question."))


class TakeBack(Form):
    """A request that is not needed any more."""

    version = Version()
    reason = Words(_("Why?"), longest=1000, missing=_("Give the reason."))


class Discard(Form):
    """A draft that is not needed any more."""

    version = Version()


class Reply(Form):
    """The firm's words on one question. An empty reply may be saved: it is not sent."""

    version = Version()
    text = Words(
        _("Your reply"),
        longest=8000,
        counted=True,
        hint=_("Say where the answer stands if you have changed the application or added a document."),
    )
    documents = Choices(_("Documents that this reply points to"))
    also = Tick(_("Use the same reply for the other questions of this group that have none yet"))


class SendReplies(Form):
    """The confirmation; `content` is the hash of what the page shows."""

    content = Seen()
    confirm = Tick(
        _("I have checked these replies and send them for the firm"),
        missing=_("Confirm that you have checked the replies."),
    )
