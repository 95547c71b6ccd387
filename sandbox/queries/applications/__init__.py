"""The firm's side: its applications, what each still lacks, what was submitted and who asked for more."""

from __future__ import annotations

from sandbox.queries.applications.again import Earlier, Since, earlier, since
from sandbox.queries.applications.answering import Answering, OpenQuestion, answering
from sandbox.queries.applications.carrying import Carrying, carrying
from sandbox.queries.applications.comments import CommentRow, Comments, comments
from sandbox.queries.applications.printed import dossier_record, version_document, working_document
from sandbox.queries.applications.rows import (
    Check,
    Dashboard,
    Destination,
    Head,
    Letter,
    Line,
    Live,
    OpenSection,
    Overview,
    Receipt,
    SavedSection,
    Submitted,
)
from sandbox.queries.applications.submitted import (
    dashboard,
    list_of_firm,
    programmes,
    receipt_record,
    submitted_version,
)
from sandbox.queries.applications.twins import live
from sandbox.queries.applications.versions import ComparedByDesk, ComparedByFirm, versions_of_case, versions_of_firm
from sandbox.queries.applications.window import may
from sandbox.queries.applications.working import check, for_a_page, overview, section
from sandbox.queries.questions import vocabulary_of, vocabulary_of_content, vocabulary_of_version

__all__ = [
    "Answering",
    "Carrying",
    "Check",
    "CommentRow",
    "Comments",
    "ComparedByDesk",
    "ComparedByFirm",
    "Dashboard",
    "Destination",
    "Earlier",
    "Head",
    "Letter",
    "Line",
    "Live",
    "OpenQuestion",
    "OpenSection",
    "Overview",
    "Receipt",
    "SavedSection",
    "Since",
    "Submitted",
    "answering",
    "carrying",
    "check",
    "comments",
    "dashboard",
    "dossier_record",
    "earlier",
    "for_a_page",
    "list_of_firm",
    "live",
    "may",
    "overview",
    "programmes",
    "receipt_record",
    "section",
    "since",
    "submitted_version",
    "version_document",
    "versions_of_case",
    "versions_of_firm",
    "vocabulary_of",
    "vocabulary_of_content",
    "vocabulary_of_version",
    "working_document",
]
