"""What follows from an authority's part in a case: where its desk starts, and which clocks run for it.

Rule: who only consents or is consulted has a short path of its own and never a position or a decision; who observes
has nothing to answer and no clock.
"""

from __future__ import annotations

from sandbox.domain.catalogue.terms import Part

# Where a desk of that part starts in the table of steps.
STARTS_AS: dict[str, str] = {
    Part.DECIDES: "routed",
    Part.CONSENTS: "consent_sought",
    Part.CONSULTS: "consulted",
    Part.OBSERVES: "routed",
}
# The clocks that run from the receipt; the first is the one that lists and calendars show.
CLOCKS: dict[str, tuple[str, ...]] = {
    Part.DECIDES: ("decide", "completeness"),
    Part.CONSENTS: ("consent",),
    Part.CONSULTS: ("view",),
    Part.OBSERVES: (),
}

# How a desk can answer that does not decide: what the answer is called, by part.
VIEW, CONSENTS, CONDITIONALLY, REFUSES = "view", "consents", "consents_with_conditions", "refuses_consent"
ANSWERS = (VIEW, CONSENTS, CONDITIONALLY, REFUSES)


def main_clock(part: str) -> str:
    """The code of the clock by which a desk of that part has to answer; "" for who has nothing to answer."""
    return next(iter(CLOCKS[part]), "")


__all__ = ["ANSWERS", "CLOCKS", "CONDITIONALLY", "CONSENTS", "REFUSES", "STARTS_AS", "VIEW", "main_clock"]
