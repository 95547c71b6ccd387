"""The applications column: the firm's working copy, submitting, what was submitted, applying again."""

from sandbox.web.applications import (
    again,
    carrying,
    checking,
    comments,
    leaving,
    lists,
    printing,
    sections,
    submitted,
    versions,
)
from sandbox.web.applications.blueprint import blueprint

__all__ = [
    "again", "blueprint", "carrying", "checking", "comments", "leaving", "lists", "printing", "sections", "submitted",
    "versions",
]  # fmt: skip
