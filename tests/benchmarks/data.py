"""The instances that are measured: one base with the catalogue, people, keys and full cases; copies with more cases."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from flask import Flask
from flask_migrate import upgrade

from sandbox import create_app
from sandbox.cli.demo import _people as people_of_the_demonstration
from sandbox.cli.demo.bulk import load_cases
from sandbox.cli.demo.story import Cast
from sandbox.extensions import db
from sandbox.services import catalogue
from sandbox.services.decisions import editions
from tests.benchmarks import full

DRAFTS = 4  # as many as there are connections that save


@dataclass(frozen=True, slots=True)
class Base:
    """An instance folder, and what is measured in it."""

    folder: Path
    case: full.Whole
    drafts: tuple[UUID, ...]


@contextmanager
def application(folder: Path, **settings: str) -> Iterator[Flask]:
    """The application on this instance, its context open."""
    before = os.environ.get("SANDBOX_INSTANCE")
    os.environ["SANDBOX_INSTANCE"] = str(folder)
    try:
        app = create_app({"MAIL": "memory", **settings})
    finally:
        os.environ.pop("SANDBOX_INSTANCE") if before is None else os.environ.update(SANDBOX_INSTANCE=before)
    with app.app_context():
        try:
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()


def found() -> None:
    """Tables, reference data, people and keys in an empty database."""
    upgrade()
    catalogue.load()
    people_of_the_demonstration()
    editions.make_demo_keys()


def make_base(folder: Path) -> Base:
    """The base instance."""
    folder.mkdir(parents=True)
    with application(folder):
        found()
        cast = Cast()
        case = full.whole(cast, full.HARBOURLIGHT, full.FULL)
        drafts = tuple(full.draft(cast, full.TESSELLATE, full.FULL.documents) for _ in range(DRAFTS))
    return Base(folder, case, drafts)


def more_cases(base: Base, folder: Path, cases: int, seed: int = 1) -> Base:
    """A copy of the base with so many bulk cases."""
    shutil.copytree(base.folder, folder)
    with application(folder):
        load_cases(cases, seed, lambda _line: None)
    return Base(folder, base.case, base.drafts)
