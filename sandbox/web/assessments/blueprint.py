"""The blueprint of the assessments column, and the words that its pages share."""

from __future__ import annotations

from flask import Blueprint

from sandbox.domain.conditions import COMPARATORS, WINDOWS
from sandbox.domain.divergences import FINDINGS
from sandbox.web.desks.words import RECOMMENDATIONS
from sandbox.web.forms import assessments as forms

blueprint = Blueprint("assessments", __name__)

WORDS = {
    "findings": FINDINGS,
    "kinds": forms.KIND_WORDS,
    "origins": forms.ORIGIN_WORDS,
    "comparators": COMPARATORS,
    "windows": WINDOWS,
    "recommendations": RECOMMENDATIONS,
}
