"""What a condition says, proposed by a desk or held by a decision: the same columns and checks on both tables."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from sandbox.domain.conditions import COMPARATORS, KINDS, ORIGINS, WINDOWS
from sandbox.models.base import JsonText, one_of


class TermsColumns:
    """The columns of `domain.conditions.Terms`."""

    kind: Mapped[str] = mapped_column(String(16))
    title: Mapped[str]
    text: Mapped[str]
    origin: Mapped[str] = mapped_column(String(12), default="imposed")
    legal_basis: Mapped[str] = mapped_column(default="")
    jurisdictions: Mapped[list[Any]] = mapped_column(JsonText, default=list)
    metric: Mapped[str | None] = mapped_column(String(64))
    comparator: Mapped[str | None] = mapped_column(String(10))
    threshold: Mapped[Decimal | None]
    currency: Mapped[str | None] = mapped_column(String(3))
    window: Mapped[str | None] = mapped_column(String(16))
    due_rule: Mapped[str | None]
    precedent_to_start: Mapped[bool] = mapped_column(default=False)


def terms_checks() -> tuple[CheckConstraint, ...]:
    """What must hold of these columns; a table needs its own copies."""
    return (
        CheckConstraint(one_of("kind", KINDS), name="kind"),
        CheckConstraint(one_of("origin", ORIGINS), name="origin"),
        CheckConstraint(f"comparator IS NULL OR {one_of('comparator', COMPARATORS)}", name="comparator"),
        CheckConstraint(f"window IS NULL OR {one_of('window', WINDOWS)}".replace("window", '"window"'), name="window"),
        CheckConstraint("(metric IS NULL) = (threshold IS NULL)", name="measurable"),
    )


__all__ = ["TermsColumns", "terms_checks"]
