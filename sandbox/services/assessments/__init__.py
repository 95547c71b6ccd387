"""Assessment in confidence, one module a subject: findings, conditions, inputs, paragraphs, reviews, positions."""

from sandbox.services.assessments.conditions import (
    change_condition,
    confirm_condition,
    drop_condition,
    propose_condition,
)
from sandbox.services.assessments.findings import Grounds, confirm_finding, record_finding
from sandbox.services.assessments.inputs import write_input
from sandbox.services.assessments.paragraphs import keep_paragraph, retire_paragraph
from sandbox.services.assessments.positions import confirm_position, file_position, go_alone, standing_position
from sandbox.services.assessments.reviews import lacks_review, review

__all__ = [
    "Grounds",
    "change_condition",
    "confirm_condition",
    "confirm_finding",
    "confirm_position",
    "drop_condition",
    "file_position",
    "go_alone",
    "keep_paragraph",
    "lacks_review",
    "propose_condition",
    "record_finding",
    "retire_paragraph",
    "review",
    "standing_position",
    "write_input",
]
