"""The assessments column: the own workbench, the position, and what the deciding desks do together."""

from sandbox.web.assessments import (
    conditions,
    divergences,
    joint,
    meetings,
    paragraphs,
    positions,
    precedents,
    workbench,
)
from sandbox.web.assessments.blueprint import blueprint

__all__ = [
    "blueprint",
    "conditions",
    "divergences",
    "joint",
    "meetings",
    "paragraphs",
    "positions",
    "precedents",
    "workbench",
]
