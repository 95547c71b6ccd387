"""Registers whose numbers firms give: how each writes them, from `catalogue/identifiers.csv`."""

from __future__ import annotations

from sandbox.domain.firms import Scheme
from sandbox.extensions import db
from sandbox.models.catalogue import IdentifierScheme


def scheme_of(code: str) -> Scheme | None:
    """The register by its code."""
    row = db.session.get(IdentifierScheme, code)
    return Scheme(row.code, row.title, row.pattern, row.check_digits, row.example) if row else None


def company_problem(country: str, number: str) -> str | None:
    """What is wrong with a company number, where the register of that country is known; None: nothing is."""
    scheme = scheme_of(f"{country.lower()}-company") if number.strip() else None
    if scheme is None or scheme.accepts(scheme.normal(number)):
        return None
    return f"Enter the number as it is in the register, for example {scheme.example}."


__all__ = ["company_problem", "scheme_of"]
