"""The firm's side: its applications, what each still lacks, what was submitted and who asked for more."""

from __future__ import annotations

from sandbox.queries.applications.again import Earlier, Since, earlier, since
from sandbox.queries.applications.answering import Answering, OpenQuestion, answering
from sandbox.queries.applications.rows import (
    Check,
    Dashboard,
    Destination,
    Head,
    Letter,
    Line,
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
from sandbox.queries.applications.window import may
from sandbox.queries.applications.working import check, overview, section, vocabulary_of, vocabulary_of_content

__all__ = [
    "Answering",
    "Check",
    "Dashboard",
    "Destination",
    "Earlier",
    "Head",
    "Letter",
    "Line",
    "OpenQuestion",
    "OpenSection",
    "Overview",
    "Receipt",
    "SavedSection",
    "Since",
    "Submitted",
    "answering",
    "check",
    "dashboard",
    "earlier",
    "list_of_firm",
    "may",
    "overview",
    "programmes",
    "receipt_record",
    "section",
    "since",
    "submitted_version",
    "vocabulary_of",
    "vocabulary_of_content",
]
