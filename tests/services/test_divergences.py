"""Dispositions: the same choice of every deciding desk settles, agreeing to differ is each desk's alone."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import func, select

from sandbox.domain.errors import BadInput, NotAllowed, NotFound, NotNow
from sandbox.extensions import db
from sandbox.models.assessments import Disposition, Divergence
from sandbox.services import divergences
from sandbox.services.divergences import in_words
from tests.factories import Maker
from tests.journeys.staging import World, build, open_positions


@pytest.fixture
def world(maker: Maker) -> World:
    """A case whose positions are open and differ."""
    found = build(maker)
    open_positions(found)
    return found


def divergence() -> UUID:
    """The difference on the total value."""
    return db.session.execute(select(Divergence.id).where(Divergence.key == "total-value")).scalar_one()


def state(key: UUID) -> tuple[str, str | None]:
    """Where it stands."""
    row = db.session.execute(select(Divergence.state, Divergence.disposition).where(Divergence.id == key)).one()
    return row.state, row.disposition


def test_a_limit_in_words_names_its_currency_and_groups_its_digits() -> None:
    limit = {"metric": "total-value", "comparator": "at_most", "threshold": "2000000.5000", "currency": "GBP"}
    assert in_words({**limit, "window": "at_any_time"}) == "at most GBP 2,000,000.5 at any time"
    assert in_words({"metric": None, "text": "Report each month."}) == "Report each month."


def test_who_may_not_settle_leaves_no_disposition(world: World) -> None:
    key = divergence()
    with pytest.raises(NotAllowed):
        divergences.settle(world.staff("decision"), key, choice="both")
    with pytest.raises(NotFound):
        divergences.settle(world.outsiders["signatory@tessellate.example"], key, choice="both")
    with pytest.raises(NotFound):
        divergences.settle(world.outsiders["signatory@tessellate.example"], key, choice="nonsense")
    for choice, text in (("nonsense", ""), ("new_text", " "), ("agree_to_differ", "")):
        with pytest.raises(BadInput):
            divergences.settle(world.staff("case"), key, choice=choice, text=text)
    assert db.session.scalar(select(func.count()).select_from(Disposition)) == 0


def test_it_is_settled_when_every_desk_chose_the_same(world: World) -> None:
    key = divergence()
    assert not divergences.settle(world.staff("case"), key, choice="new_text", text="GBP 1,000,000 in both.")
    assert not divergences.settle(world.other("coordinator"), key, choice="new_text", text="Other words.")
    assert state(key) == ("open", None)
    assert divergences.settle(world.other("case"), key, choice="new_text", text="GBP 1,000,000 in both.")
    assert state(key) == ("settled", "new_text")
    with pytest.raises(NotNow):
        divergences.settle(world.staff("case"), key, choice="both")


def test_agreeing_to_differ_is_each_desks_own(world: World) -> None:
    key = divergence()
    assert divergences.settle(world.staff("coordinator"), key, choice="agree_to_differ", text="Our law asks for it.")
    assert state(key) == ("settled", "agree_to_differ")
