"""The question sets that are shipped, for tests that need no database."""

from __future__ import annotations

from sandbox.adapters.catalogue_files import CATALOGUE, load_question_sets
from sandbox.domain.questions import QuestionSet, read
from sandbox.services.catalogue import plain

SHIPPED: dict[int, QuestionSet] = {
    row.version: read(plain(row)) for row in load_question_sets(CATALOGUE, "uk-us-digital-assets")
}
FIRST, NEWEST = SHIPPED[1], SHIPPED[max(SHIPPED)]
