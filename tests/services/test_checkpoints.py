"""Checkpoints: they chain, they cover every head that changed, and their signature holds across a change of key."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from sandbox.adapters import seals
from sandbox.domain.actions import Action
from sandbox.domain.actors import SYSTEM
from sandbox.domain.chain import GENESIS, checkpoint_root
from sandbox.extensions import db
from sandbox.models.trail import TrailCheckpoint
from sandbox.queries import trail as queries
from sandbox.services import checkpoints, trail
from sandbox.services.unit import use_case


@use_case
def record(scope: str) -> None:
    trail.record(scope, Action.CASE_READ, SYSTEM, ())


def points() -> list[TrailCheckpoint]:
    db.session.rollback()
    return list(db.session.scalars(select(TrailCheckpoint).order_by(TrailCheckpoint.at)))


def whole() -> list[str]:
    db.session.rollback()
    return [str(problem) for problem in queries.verify()]


def test_each_covers_what_changed_and_the_one_before(app: Flask) -> None:
    record("a")
    record("b")
    checkpoints.make()
    record("b")
    checkpoints.make()
    checkpoints.make()
    first, second, third = points()
    assert [(head["scope"], head["size"]) for head in first.heads] == [("a", 1), ("b", 1)]
    assert [(head["scope"], head["size"]) for head in second.heads] == [("b", 2)]
    assert third.heads == []
    assert first.root == checkpoint_root(first.at, GENESIS, first.heads)
    assert second.root == checkpoint_root(second.at, first.root, second.heads)
    assert whole() == []


def test_many_at_once_still_chain(app: Flask) -> None:
    def work() -> None:
        with app.app_context():
            record("a")
            checkpoints.make()

    threads = [threading.Thread(target=work) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(points()) == 5 and whole() == []


def test_the_key_is_its_owners_alone_and_old_checkpoints_outlive_it(app: Flask) -> None:
    folder = Path(app.config["KEYS"])
    record("a")
    checkpoints.make()
    key = folder / seals.PRIVATE
    assert key.stat().st_mode & 0o777 == 0o600 and b"ENCRYPTED" in key.read_bytes()
    key.unlink()
    record("a")
    checkpoints.make()
    first, second = points()
    assert first.key != second.key
    assert whole() == []
    (folder / f"trail-{first.key}.pub").rename(folder / "elsewhere.pub")
    try:
        assert [problem for problem in whole() if first.key in problem or str(first.id) in problem]
    finally:
        (folder / "elsewhere.pub").rename(folder / f"trail-{first.key}.pub")


def test_a_wrong_passphrase_is_said(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    record("a")
    checkpoints.make()
    monkeypatch.setitem(app.config, "KEY_PASSPHRASE", "another")
    with pytest.raises(seals.SealUnavailable):
        checkpoints.make()
    assert len(points()) == 1


@pytest.mark.parametrize("change", ["signature", "root", "key", "heads", "gone"])
def test_a_changed_checkpoint_is_noticed(app: Flask, change: str) -> None:
    record("a")
    checkpoints.make()
    record("a")
    checkpoints.make()
    first, second = points()
    if change == "gone":
        db.session.delete(first)
    elif change == "heads":
        first.heads = [{**first.heads[0], "size": 2}]
    else:
        value = getattr(first, change)
        setattr(first, change, ("1" if value[0] == "0" else "0") + value[1:])
    named = str(second.id) if change == "gone" else str(first.id)
    db.session.commit()
    assert whole()[0].startswith(f"trail_checkpoint {named}")


def test_the_command_prints_what_to_keep_elsewhere(app: Flask) -> None:
    record("a")
    output = app.test_cli_runner().invoke(args=["trail", "checkpoint"]).output
    (point,) = points()
    assert output == f"{point.at.isoformat()} {point.root}\n"
