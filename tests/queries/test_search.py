"""Who finds what: an item is a hit only for those who may open it, whatever is asked and however it is asked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from sandbox.cli.demo import story
from sandbox.cli.demo.firms import FIRMS
from sandbox.domain.actors import Actor, Organisation
from sandbox.domain.errors import NotAllowed
from sandbox.extensions import db
from sandbox.models.assessments import Finding, Position
from sandbox.models.catalogue import Criterion
from sandbox.queries import cursor
from sandbox.queries import desks as queries
from sandbox.queries.desks import Asked
from sandbox.services import assessments, desks
from tests.factories import Maker
from tests.journeys.staging import OTHER, SEALED, World, build

SECRET = "Quetzalcoatlus"  # a word that nothing else has, in a finding of the sealed desk
HOSTILE = (
    '"', "'", '""', "a\0b", "*", "(", ")", "AND", "OR OR", "NOT", "NEAR(a b)", "body:custody", "^custody", "a AND",
    "- -", "{}", "custody*", '"custody', "custody OR " + SECRET, f'"{SECRET}" OR "the"', "rowid:1", "' OR 1=1 --",
    "%", "_", "x" * 10_000, " ".join(["word"] * 5_000), "\ud800", "\u202e", "é" * 300, ":*", "a:*b", "!custody",
    "custody & !the", "<-> <2>", "\\", "\\'", "ﬀ", "ǅ", "²", "a²b", "١٢٣",
)  # fmt: skip


@pytest.fixture
def world(maker: Maker) -> World:
    """A case in assessment and one just routed; the sealed desk has a finding with a word of its own."""
    made = build(maker)
    officer, desk_id = made.staff("case"), made.desk_id
    found = db.session.execute(select(Finding).join(Criterion).where(Finding.desk_id == desk_id).limit(1)).scalar_one()
    assessments.record_finding(
        officer,
        desk_id,
        found.criterion_id,
        value=found.value,
        reasons=f"The custodian keeps a {SECRET} in the vault.",
        indicators=(),
        version=found.version,
    )
    return made


def kinds(viewer: Actor, text: str) -> list[str]:
    """The kinds of what the viewer finds."""
    return [hit.kind for hit in queries.search(viewer, text).rows]


def everybody(world: World) -> Iterator[Actor]:
    """All who could look: of the sealed desk, of the other, firms, office, audit."""
    yield from (world.staff(duty) for duty in ("intake", "case", "specialist", "coordinator", "decision", "issuing",
                                               "supervisor", "records", "ethics", "admin"))  # fmt: skip
    yield from world.outsiders.values()


def test_a_desks_finding_is_found_by_those_who_read_its_assessment_and_nobody_else(world: World) -> None:
    reads = {world.staff(duty).person_id for duty in ("case", "specialist", "decision", "coordinator", "intake")}
    found = set()
    for person in everybody(world):
        try:
            hits = queries.search(person, SECRET).rows
        except NotAllowed:
            continue
        if hits:
            assert [hit.kind for hit in hits] == ["finding"]
            found.add(person.person_id)
        listed = queries.inbox(person, Asked(find=SECRET)).rows
        assert bool(listed) == bool(hits), "the list says the same as the search"
    assert found and found <= reads
    assert world.staff("case").person_id in found
    assert world.staff("issuing").person_id not in found, "who issues does not read the assessment"


def test_only_staff_of_authorities_search(world: World) -> None:
    for person in world.outsiders.values():
        if person.organisation is not Organisation.AUTHORITY:
            with pytest.raises(NotAllowed):
                queries.search(person, "custody")


def test_before_declaring_a_search_finds_reference_and_firm_only(world: World) -> None:
    person = world.staff("records")
    assert kinds(person, FIRMS[0].name) == ["case"]
    assert kinds(person, FIRMS[0].product) == []
    assert kinds(person, "custody outline") == []
    desks.declare(person, world.case_id, outcome="none")
    assert kinds(person, FIRMS[0].product) == [], "declared but not assigned"


def test_a_recused_person_finds_nothing_of_the_case(world: World) -> None:
    person = world.staff("case")
    assert kinds(person, SECRET) == ["finding"]
    desks.declare(person, world.case_id, outcome="recused", details="My brother works there.")
    for text in (SECRET, FIRMS[0].name, FIRMS[0].product, "custody"):
        assert all(hit.case_id != world.case_id for hit in queries.search(person, text).rows), text
        assert all(row.case_id != world.case_id for row in queries.inbox(person, Asked(find=text)).rows), text


def test_a_sealed_position_is_found_by_its_desk_alone_until_all_open(world: World) -> None:
    word = "Archaeopteryx"
    story.file(world.cast, world.case_id, SEALED, "approve", f"An {word} flies.")
    assert kinds(world.staff("case"), word) == ["position"]
    assert kinds(world.other("case"), word) == []
    assert queries.inbox(world.other("case"), Asked(find=word)).rows == []
    story.file(world.cast, world.case_id, OTHER, "approve", "As found.")
    assert db.session.scalar(select(Position.id).where(Position.superseded_at.is_(None)).limit(1)) is not None
    assert kinds(world.other("case"), word) == ["position"]


def test_hidden_hits_change_neither_places_nor_counts(world: World) -> None:
    """What one desk writes leaves the other's hits as they were, to the last place."""
    person = world.other("case")
    before = [(hit.kind, hit.item_id) for hit in queries.search(person, "the").rows]
    rows = [row.case_id for row in queries.inbox(person, Asked(find="the")).rows]
    officer = world.staff("case")
    for found in db.session.scalars(select(Finding).where(Finding.desk_id == world.desk_id)).all():
        assessments.record_finding(
            officer, world.desk_id, found.criterion_id, value=found.value, reasons="The the the.", indicators=(),
            version=found.version,
        )  # fmt: skip
    assert [(hit.kind, hit.item_id) for hit in queries.search(person, "the").rows] == before
    assert [row.case_id for row in queries.inbox(person, Asked(find="the")).rows] == rows


def test_whatever_is_asked_is_words_or_nothing(world: World) -> None:
    person, office = world.other("case"), world.outsiders["secretariat@programme_office.example"]
    for text in HOSTILE:
        assert all(SECRET not in hit.excerpt for hit in queries.search(person, text).rows), text
        queries.inbox(person, Asked(find=text))
        queries.pipeline(office, queries.OfficeAsked(find=text))


def test_words_are_found_whatever_their_case_or_accents_and_the_last_may_go_on(world: World) -> None:
    person = world.staff("case")
    for text in (
        SECRET,
        SECRET.lower(),
        SECRET.upper(),
        f"vault {SECRET[:6]}",
        "Quétzalcoatlus",
        f"custodian {SECRET}",
    ):
        assert kinds(person, text) == ["finding"], text
    for text in (f"{SECRET} nothing", "etzalcoatlus", f"{SECRET[:6]} vault"):
        assert kinds(person, text) == [], text


def test_the_reference_as_it_is_written_finds_its_case(world: World) -> None:
    reference = queries.case(world.staff("case"), world.case_id).sight.reference
    hits = queries.search(world.staff("case"), reference).rows
    assert ("case", world.case_id) in {(hit.kind, hit.case_id) for hit in hits}
    assert [row.case_id for row in queries.inbox(world.staff("case"), Asked(find=reference)).rows] == [world.case_id]


def test_pages_follow_each_other_and_nonsense_is_the_beginning(world: World) -> None:
    person = world.staff("case")
    whole = [hit.entry for hit in queries.search(person, "the", size=100).rows]
    after, seen = None, []
    while True:
        page = queries.search(person, "the", after=after, size=2)
        seen += [hit.entry for hit in page.rows]
        after = page.after
        if after is None:
            break
    assert len(whole) > 2 and seen == whole == sorted(whole, reverse=True)
    for place in ("x", cursor("x"), cursor(-1), cursor(2**40), cursor("9" * 50), "a" * 5000):
        assert [hit.entry for hit in queries.search(person, "the", after=place, size=100).rows] == whole


def test_it_takes_one_statement(world: World, statements: Any) -> None:
    person = world.staff("case")
    with statements() as seen:
        queries.search(person, "the")
        queries.inbox(person, Asked(find="the"))
    assert len(seen) == 2
