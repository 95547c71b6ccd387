"""Assessment as its readers may see it: the own workbench, positions side by side, the divergence board.

Rule: before the opening a desk reads its own view only; positions and divergences come through their audience, in SQL.
"""

from sandbox.queries.assessments.bench import Criterion, Workbench, workbench
from sandbox.queries.assessments.beside import Beside, Said, beside, version_of
from sandbox.queries.assessments.conditions import FirmLimit, Metric, Proposed, proposed
from sandbox.queries.assessments.contradictions import Contradictions, Pair, contradictions
from sandbox.queries.assessments.divergences import Board, Choice, Difference, Discussion, board, discussion
from sandbox.queries.assessments.joint import NotOpen
from sandbox.queries.assessments.joint_meetings import Meetings, Record, meeting, meetings
from sandbox.queries.assessments.joint_positions import JointPage, joint_position
from sandbox.queries.assessments.paragraphs import Library, StandardParagraph, library, paragraph
from sandbox.queries.assessments.positions import Comparison, Filed, comparison
from sandbox.queries.assessments.precedents import Departure, Precedent, Precedents, precedents

__all__ = [
    "Beside",
    "Board",
    "Choice",
    "Comparison",
    "Contradictions",
    "Criterion",
    "Departure",
    "Difference",
    "Discussion",
    "Filed",
    "FirmLimit",
    "JointPage",
    "Library",
    "Meetings",
    "Metric",
    "NotOpen",
    "Pair",
    "Precedent",
    "Precedents",
    "Proposed",
    "Record",
    "Said",
    "StandardParagraph",
    "Workbench",
    "beside",
    "board",
    "comparison",
    "contradictions",
    "discussion",
    "joint_position",
    "library",
    "meeting",
    "meetings",
    "paragraph",
    "precedents",
    "proposed",
    "version_of",
    "workbench",
]
