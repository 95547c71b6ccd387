"""How many SQL statements each page sends: exactly known, and the same for a case ten times as big.

A page that asks once a row fails here, whatever its speed. The targets stand beside the numbers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from html import unescape
from uuid import UUID

import pytest
from flask import Flask

from sandbox.adapters import passwords
from sandbox.cli.demo import _people as people_of_the_demonstration
from sandbox.cli.demo.bulk import load_cases
from sandbox.cli.demo.story import Cast
from sandbox.domain.actors import Actor
from sandbox.extensions import db
from sandbox.services.decisions import editions
from tests.benchmarks import full
from tests.benchmarks.full import Size
from tests.conftest import Client

pytestmark = [pytest.mark.slow, pytest.mark.pdf]

SMALL = Size(conditions=2, events=4, reports=2, documents=1)
Counting = Callable[[], AbstractContextManager[list[str]]]
OFFICER, FIRM = "case@fca.example", "contributor@harbourlight.example"

# Page → who looks, and the statements it sends. One of them is that of the viewer.
PAGES: dict[str, tuple[str, int]] = {
    "/inbox": (OFFICER, 4),
    "/inbox?show=turn": (OFFICER, 4),
    "/inbox?show=all&find=custody&sort=due": (OFFICER, 4),
    "/inbox/views": (OFFICER, 2),
    "/search?q=custody": (OFFICER, 2),
    "/home": (OFFICER, 5),
    "/home#decision": ("decision@fca.example", 7),
    "/home#firm": (FIRM, 9),  # three are reference data: where drafts would go, what is required, what falls away
    "/home#office": ("secretariat@office.example", 3),
    "/pipeline": ("secretariat@office.example", 4),
    "/pipeline?find=harbourlight": ("secretariat@office.example", 4),
    "/applications": (FIRM, 7),
    "/applications/{draft}": (FIRM, 7),
    "/applications/{draft}/sections/product": (FIRM, 6),
    "/applications/{draft}/documents": (FIRM, 3),
    "/applications/{draft}/check": (FIRM, 8),
    "/cases/{assessing}": (OFFICER, 6),
    "/cases/{assessing}#firm": (FIRM, 6),
    "/cases/{assessing}/dossier": (OFFICER, 5),
    "/cases/{assessing}/routing": (OFFICER, 9),
    "/cases/{assessing}/desk": (OFFICER, 6),
    "/cases/{assessing}/clocks": (OFFICER, 4),
    "/cases/{assessing}/clocks#firm": (FIRM, 4),
    "/cases/{assessing}/correspondence": (OFFICER, 4),
    "/cases/{assessing}/correspondence#firm": (FIRM, 4),
    "/cases/{assessing}/sharing": (OFFICER, 5),
    "/cases/{assessing}/shared-about-us": (FIRM, 3),
    "/enquiries": (FIRM, 2),
    "/calendar": (OFFICER, 6),
    "/cases/{assessing}/assessment": (OFFICER, 13),
    "/cases/{assessing}/assessment/conditions": (OFFICER, 8),
    "/cases/{assessing}/position": (OFFICER, 8),
    "/cases/{drafted}/positions": (OFFICER, 4),
    "/cases/{drafted}/divergences": (OFFICER, 6),
    "/cases/{drafted}/decision": (OFFICER, 11),
    "/cases/{whole}": (OFFICER, 6),
    "/cases/{whole}#firm": (FIRM, 6),
    "/cases/{whole}/decision": (OFFICER, 12),
    "/cases/{whole}/trial": (OFFICER, 9),
    "/cases/{whole}/trial#firm": (FIRM, 9),
    "/cases/{whole}/trial/reports": (OFFICER, 4),
    "/cases/{whole}/trail": (OFFICER, 6),
}
# PERFORMANCE of the design: case 8, inbox 6, task list 8, trial 10; a save 12.
TARGETS = {
    "/inbox": 6,
    "/inbox?show=turn": 6,
    "/inbox?show=all&find=custody&sort=due": 6,
    "/search?q=custody": 6,
    "/pipeline": 6,
    "/applications/{draft}": 8,
    "/cases/{assessing}": 8,
    "/cases/{whole}": 8,
    "/cases/{whole}/trial": 10,
}
SAVE = 12


@dataclass(frozen=True, slots=True)
class World:
    """One case in each of three stages, and a draft."""

    draft: UUID
    assessing: UUID
    drafted: UUID
    whole: UUID

    def place(self, page: str) -> str:
        """The page's path in this world."""
        return page.split("#")[0].format(
            draft=self.draft, assessing=self.assessing, drafted=self.drafted, whole=self.whole
        )


def build(size: Size) -> World:
    """Make the cases of that size by the ordinary use cases."""
    cast, firm = Cast(), full.HARBOURLIGHT
    return World(
        full.draft(cast, firm, size.documents),
        full.assessing(cast, firm, size),
        full.drafted(cast, firm, size),
        full.whole(cast, firm, size).case_id,
    )


@pytest.fixture
def cast(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cast]:
    """The people of the demonstration, none of whom has to remember a password, and their authorities' keys."""
    monkeypatch.setattr(passwords, "hash_password", lambda _password: "-")
    people_of_the_demonstration()
    editions.make_demo_keys()
    yield Cast()


def counted(world: World, client_of: Callable[[str], Client], statements: Counting) -> dict[str, int]:
    """The number of statements of every page. A page that was not shown counts as its status, below nought."""
    found = {}
    for page, (email, _) in PAGES.items():
        client, path = client_of(email), world.place(page)
        client.get(path)  # what is read once a process is read now
        with statements() as seen:
            answer = client.get(path)
        found[page] = len(seen) if answer.status_code == 200 else -answer.status_code
    return found


def saving(client: Client, world: World, statements: Counting) -> int:
    """The number of statements of saving a section unchanged."""
    path = f"/applications/{world.draft}/sections/declarations"
    text = client.get(path).text
    hidden = {name: re.search(rf'name="{name}"[^>]*value="([^"]+)"', text) for name in ("version", "opened")}
    assert all(hidden.values())
    form = {"csrf_token": client.token(path), **{name: unescape(found[1]) for name, found in hidden.items() if found}}
    form |= dict.fromkeys(("accurate", "authorised", "consent_sharing", "not_in_default"), "y")
    with statements() as seen:
        answer = client.post(path, data=form)
    assert answer.status_code == 303, answer.text
    return len(seen)


def test_pages_send_as_many_statements_as_known_and_no_more_for_a_case_ten_times_as_big(
    cast: Cast, as_: Callable[[Actor], Client], statements: Counting
) -> None:
    clients: dict[str, Client] = {}

    def client_of(email: str) -> Client:
        if email not in clients:
            clients[email] = as_(cast[email])
        return clients[email]

    small = build(SMALL)
    few = counted(small, client_of, statements)
    big = build(SMALL.times(10))
    load_cases(60, 1, lambda _line: None)
    db.session.remove()
    many = counted(big, client_of, statements)
    assert many == few, "the big case sends other statements than the small one"
    known = {page: count for page, (_, count) in PAGES.items()}
    assert few == known, {page: f"{few[page]}, known {count}" for page, count in known.items() if few[page] != count}
    over = {page: (few[page], most) for page, most in TARGETS.items() if few[page] > most}
    assert not over, "statements, and how many there may be"
    saved = [saving(client_of(FIRM), world, statements) for world in (small, big)]
    assert saved == [SAVE, SAVE]
