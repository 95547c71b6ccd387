"""A firm with a draft, and files that it sends."""

from __future__ import annotations

import io
from collections.abc import Callable
from uuid import UUID

import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from sandbox.domain.actors import Actor, Role
from sandbox.extensions import db
from sandbox.models.applications import DossierDocument
from sandbox.services import applications
from tests.conftest import Client
from tests.factories import Maker


@pytest.fixture
def signatory(maker: Maker) -> Actor:
    return maker.person(maker.firm(), Role.SIGNATORY)


@pytest.fixture
def draft(maker: Maker, signatory: Actor) -> UUID:
    return applications.start(signatory, maker.programme(), title="Tokenised fund units")


@pytest.fixture
def browser(as_: Callable[[Actor], Client], signatory: Actor) -> Client:
    return as_(signatory)


def rows(draft: UUID) -> int:
    found = db.session.scalar(select(func.count()).where(DossierDocument.application_id == draft))
    db.session.rollback()
    return found or 0


def send(browser: Client, draft: UUID, *files: tuple[bytes, str], json: bool = False, **fields: str) -> TestResponse:
    parts = [(io.BytesIO(content), name) for content, name in files]
    headers = {"Accept": "application/json"} if json else {}
    return browser.send(
        f"/applications/{draft}/documents",
        {"file": parts, **fields},
        content_type="multipart/form-data",
        headers=headers,
    )
