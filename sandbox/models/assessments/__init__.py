"""Tables of the assessments column, one module a subject."""

from sandbox.models.assessments.contradictions import Contradiction, ResolutionNote, ResolutionSignature
from sandbox.models.assessments.divergences import Disposition, Divergence, JointPost
from sandbox.models.assessments.findings import RECOMMENDATIONS, Assessor, Finding, Position, ProposedCondition
from sandbox.models.assessments.joint import (
    VOTES,
    JointEndorsement,
    JointMeeting,
    JointPosition,
    MeetingAction,
    MeetingVote,
)
from sandbox.models.assessments.workbench import (
    REVIEW_OUTCOMES,
    AssessmentReview,
    CaseTrait,
    EarlierFinding,
    Paragraph,
    SpecialistInput,
)

__all__ = [
    "RECOMMENDATIONS",
    "REVIEW_OUTCOMES",
    "VOTES",
    "AssessmentReview",
    "Assessor",
    "CaseTrait",
    "Contradiction",
    "Disposition",
    "Divergence",
    "EarlierFinding",
    "Finding",
    "JointEndorsement",
    "JointMeeting",
    "JointPosition",
    "JointPost",
    "MeetingAction",
    "MeetingVote",
    "Paragraph",
    "Position",
    "ProposedCondition",
    "ResolutionNote",
    "ResolutionSignature",
    "SpecialistInput",
]
