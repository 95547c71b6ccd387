"""The applications column: the firm's working copy, submitting, what was submitted, applying again."""

from sandbox.web.applications import again, pages
from sandbox.web.applications.pages import blueprint

__all__ = ["again", "blueprint", "pages"]
