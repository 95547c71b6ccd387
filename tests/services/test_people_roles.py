"""Roles that one person may not hold together, and one's own roles."""

from __future__ import annotations

import pytest

from sandbox.domain.actors import Role, clashing
from sandbox.domain.errors import BadInput, NotAllowed
from sandbox.services import people
from tests.factories import Maker


@pytest.mark.parametrize(
    "roles",
    [
        {Role.AUTHORITY_ADMINISTRATOR, Role.COORDINATOR},
        {Role.DECISION_MAKER, Role.ISSUING_ADMINISTRATOR},
        {Role.DECISION_MAKER, Role.SPECIALIST},
        {Role.ISSUING_ADMINISTRATOR, Role.CASE_OFFICER},
    ],
)
def test_roles_that_do_not_go_together(maker: Maker, roles: set[Role]) -> None:
    assert clashing(frozenset(roles)) == roles
    administrator, colleague = maker.staff("FCA", Role.AUTHORITY_ADMINISTRATOR), maker.staff("FCA", Role.SPECIALIST)
    with pytest.raises(BadInput):
        people.set_roles(administrator, colleague.me, roles=sorted(roles))


def test_roles_that_do(maker: Maker) -> None:
    assert not clashing(frozenset({Role.CASE_OFFICER, Role.SPECIALIST, Role.SUPERVISOR}))
    assert not clashing(frozenset({Role.OWNER, Role.SIGNATORY, Role.CERTIFIER}))


def test_an_administrator_does_not_change_their_own_roles(maker: Maker) -> None:
    administrator = maker.staff("FCA", Role.AUTHORITY_ADMINISTRATOR)
    maker.staff("FCA", Role.AUTHORITY_ADMINISTRATOR)
    with pytest.raises(NotAllowed):
        people.set_roles(administrator, administrator.me, roles=["coordinator"])
