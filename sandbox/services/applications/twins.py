"""One application for each product: a firm does not work on the same product twice in the same programme.

Source of the rule: the programme takes one application per product. Drafts can be renamed to anything; starting one
looks at drafts too, submitting only at what is with the authorities.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sandbox.domain.errors import AlreadyThere
from sandbox.domain.products import product_key
from sandbox.extensions import db
from sandbox.models.applications import Application
from sandbox.models.decisions import live_applications
from sandbox.models.people import Firm
from sandbox.services.unit import get

BOTH = ("draft", "submitted")


def twin(firm_id: UUID, programme_id: UUID, title: str, states: Iterable[str] = BOTH) -> UUID | None:
    """The live application of the firm to the programme for the same product, if there is one in these states.

    The firm is locked, so that two people cannot start the same at once.
    """
    get(Firm, firm_id, lock=True)
    key, known = product_key(title), tuple(states)
    rows = db.session.execute(live_applications(firm_id, programme_id))
    return next((row.id for row in rows if row.state in known and product_key(row.title) == key), None)


def refuse_twin(firm_id: UUID, programme_id: UUID, title: str) -> None:
    """Raise AlreadyThere when the firm has a live application for this product."""
    found = twin(firm_id, programme_id, title)
    if found is not None:
        raise AlreadyThere(
            {"title": "Your firm has an application for this product already. Go on with that one."}, found
        )


def submitted_twin(application: Application) -> list[str]:
    """What is said against submitting while the same product is with the authorities already."""
    if twin(application.firm_id, application.programme_id, application.title, ("submitted",)) is None:
        return []
    return ["Your firm has submitted an application for this product already. One application is taken per product."]


__all__ = ["refuse_twin", "submitted_twin", "twin"]
