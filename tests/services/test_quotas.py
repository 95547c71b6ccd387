"""The limits of an application and of a firm hold, also under 50 uploads at once (SECURITY UP-09)."""

from __future__ import annotations

import io
import threading
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from sandbox.adapters.inspection import Inspected, Unacceptable
from sandbox.domain.actors import Actor, Role
from sandbox.extensions import db
from sandbox.models.applications import Application, DossierDocument
from sandbox.models.trail import TrailEvent
from sandbox.queries.trail import verify
from sandbox.services import applications, documents
from tests.factories import Maker

AT_ONCE = 50


@pytest.fixture
def signatory(maker: Maker) -> Actor:
    return maker.person(maker.firm(), Role.SIGNATORY)


@pytest.fixture
def draft(maker: Maker, signatory: Actor) -> UUID:
    return applications.start(signatory, maker.programme(), title="Tokenised fund units")


def add(actor: Actor, application_id: UUID, content: bytes, replaces: UUID | None = None) -> UUID:
    stream = io.BytesIO(content)
    return documents.upload(actor, application_id, name="plan.txt", stream=stream, replaces=replaces)


def set_to(app: Flask, monkeypatch: pytest.MonkeyPatch, **limits: int) -> None:
    for name, value in limits.items():
        monkeypatch.setitem(app.config, name, value)


def test_number_and_size_of_files_are_limited(
    app: Flask, signatory: Actor, draft: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_to(app, monkeypatch, MAX_FILES=2)
    one = add(signatory, draft, b"one")
    two = add(signatory, draft, b"two")
    with pytest.raises(Unacceptable, match="2 documents"):
        add(signatory, draft, b"three")
    add(signatory, draft, b"one again", replaces=one)  # a new version takes the place of the old one
    documents.remove(signatory, two)
    set_to(app, monkeypatch, MAX_APPLICATION=14)
    add(signatory, draft, b"12345")
    set_to(app, monkeypatch, MAX_FILES=9)
    with pytest.raises(Unacceptable, match="together"):
        add(signatory, draft, b"6")


def test_a_firm_counts_each_content_once_whatever_became_of_it(
    app: Flask, maker: Maker, signatory: Actor, draft: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_to(app, monkeypatch, MAX_FIRM=10)
    documents.remove(signatory, add(signatory, draft, b"12345"))
    other = applications.start(signatory, maker.programme(), title="Another product")
    add(signatory, other, b"12345")  # the same content is kept once
    new = add(signatory, other, b"67890")
    with pytest.raises(Unacceptable, match="earlier versions and removed ones included"):
        add(signatory, draft, b"x")
    with pytest.raises(Unacceptable, match="A firm can keep"):
        add(signatory, other, b"x", replaces=new)
    stranger = maker.person(maker.firm(), Role.SIGNATORY)
    add(stranger, applications.start(stranger, maker.programme(), title="Theirs"), b"x")


@pytest.mark.slow
@pytest.mark.parametrize("limit", [{"MAX_FILES": 7}, {"MAX_APPLICATION": 7 * 11}, {"MAX_FIRM": 7 * 11}])
def test_fifty_uploads_at_once_do_not_pass_a_limit(
    app: Flask, maker: Maker, signatory: Actor, draft: UUID, monkeypatch: pytest.MonkeyPatch, limit: dict[str, int]
) -> None:
    """To two applications of one firm where the limit is the firm's; every accepted file has its row and its event."""
    drafts = [draft, applications.start(signatory, maker.programme(), title="Another product")]
    set_to(app, monkeypatch, **limit)
    monkeypatch.setattr("sandbox.services.documents.inspect", quick)  # the checks are not what is tried here
    refused, faults, start = [], [], threading.Barrier(AT_ONCE)

    def one(number: int) -> None:
        with app.app_context():
            start.wait()
            try:
                add(signatory, drafts[number % 2] if "MAX_FIRM" in limit else draft, f"file {number:06}".encode())
            except Unacceptable as refusal:
                refused.append(refusal)
            except Exception as fault:  # whatever it is, it must be none
                faults.append(fault)

    threads = [threading.Thread(target=one, args=(number,)) for number in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    kept = db.session.scalar(
        select(func.count())
        .select_from(DossierDocument)
        .join(Application, Application.id == DossierDocument.application_id)
        .where(Application.firm_id == signatory.organisation_id),
    )
    told = db.session.scalar(select(func.count()).where(TrailEvent.kind == "document.upload"))
    db.session.rollback()
    assert (faults, kept, told, len(refused)) == ([], 7, 7, AT_ONCE - 7)
    assert list(verify()) == []


def quick(_path: object, name: str, **_more: object) -> Inspected:
    """Stands in for the four checks."""
    return Inspected(name, "text/plain", "not_scanned")
