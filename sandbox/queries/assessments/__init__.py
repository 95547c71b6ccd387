"""Assessment as its readers may see it: the own workbench, positions side by side, the divergence board.

Rule: before the opening a desk reads its own view only; positions and divergences come through their audience, in SQL.
"""

from sandbox.queries.assessments.bench import (
    Criterion,
    FirmLimit,
    Metric,
    Proposed,
    Workbench,
    proposed,
    workbench,
)
from sandbox.queries.assessments.divergences import Board, Choice, Difference, board
from sandbox.queries.assessments.positions import Comparison, Filed, comparison

__all__ = [
    "Board",
    "Choice",
    "Comparison",
    "Criterion",
    "Difference",
    "Filed",
    "FirmLimit",
    "Metric",
    "Proposed",
    "Workbench",
    "board",
    "comparison",
    "proposed",
    "workbench",
]
