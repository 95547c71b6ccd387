"""Requirements and their map: coverage of an application, the map for anybody, and what a change of it touches."""

from sandbox.queries.coverage.applications import CoveragePage, DeskCoverage, application, desk
from sandbox.queries.coverage.map import MapPage, MapRow, Pick, equivalences
from sandbox.queries.coverage.touches import MapChange, Touched, TouchedQuestion, dry_run, row_named, touched

__all__ = [
    "CoveragePage", "DeskCoverage", "MapChange", "MapPage", "MapRow", "Pick", "Touched", "TouchedQuestion",
    "application", "desk", "dry_run", "equivalences", "row_named", "touched",
]  # fmt: skip
