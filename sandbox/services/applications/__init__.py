"""Use cases of the applications column: the working copy, submitting, replies to requests, applying again."""

from sandbox.services.applications.again import start_again
from sandbox.services.applications.answers import answer, prepare
from sandbox.services.applications.carrying import carry
from sandbox.services.applications.comments import comment, settle
from sandbox.services.applications.submitting import submit, withdraw
from sandbox.services.applications.working import (
    discard,
    editable,
    save_section,
    start,
    unlocked,
    working_record,
)

__all__ = [
    "answer",
    "carry",
    "comment",
    "discard",
    "editable",
    "prepare",
    "save_section",
    "settle",
    "start",
    "start_again",
    "submit",
    "unlocked",
    "withdraw",
    "working_record",
]
