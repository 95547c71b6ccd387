"""Comments between colleagues: of the firm and its counsel alone, in nothing that anybody else reads."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select

from sandbox.cli.demo import scenes, story
from sandbox.cli.demo.firms import FIRMS
from sandbox.cli.demo.story import Cast
from sandbox.domain.actors import Actor, Role
from sandbox.domain.canonical import record_hash
from sandbox.domain.errors import BadInput, NotAllowed, NotFound, NotNow
from sandbox.extensions import db
from sandbox.models.applications import ApplicationComment, ApplicationVersion
from sandbox.models.desks import Case
from sandbox.models.messages import OutboxMessage
from sandbox.queries import applications as queries
from sandbox.services import applications as services
from tests.factories import Maker
from tests.journeys.staging import people

CANARY = "kanarienvogel"


@pytest.fixture
def firm(maker: Maker) -> UUID:
    """A firm."""
    return maker.firm()


@pytest.fixture
def owner(maker: Maker, firm: UUID) -> Actor:
    """Somebody of the firm who writes and submits."""
    return maker.person(firm, Role.OWNER, Role.SIGNATORY, name="Maja Wójcik")


@pytest.fixture
def draft(maker: Maker, owner: Actor) -> UUID:
    """A draft of the firm."""
    return services.start(owner, maker.programme(), title="Tokenised fund units")


def test_everybody_of_the_firm_reads_and_the_open_ones_are_counted(
    maker: Maker, firm: UUID, owner: Actor, draft: UUID
) -> None:
    reader, colleague = maker.person(firm, Role.READ_ONLY), maker.person(firm, Role.CONTRIBUTOR, name="Kim Writer")
    first = services.comment(colleague, draft, section="product", text="  Is this still so?  ")
    services.comment(owner, draft, section="", text="Let us submit in May.")
    found = queries.comments(reader, draft)
    assert [(row.text, row.by, row.section) for row in found.rows] == [
        ("Let us submit in May.", "Maja Wójcik", None),
        ("Is this still so?", "Kim Writer", found.sections["product"]),
    ]
    assert found.head.comments == 2
    sections = {one.code: one.comments for one in queries.overview(owner, draft).sections}
    assert sections["product"] == 1 and sum(sections.values()) == 1
    assert queries.section(owner, draft, "product").section.comments == 1
    assert [row.id for row in queries.comments(owner, draft, section="product").rows] == [first]


def test_a_settled_comment_stays_readable_and_counts_no_more(owner: Actor, draft: UUID) -> None:
    older = services.comment(owner, draft, section="product", text="Older")
    services.comment(owner, draft, section="product", text="Newer")
    services.settle(owner, draft, older)
    found = queries.comments(owner, draft)
    assert [(row.text, row.settled_by) for row in found.rows] == [("Newer", None), ("Older", "Maja Wójcik")]
    assert found.head.comments == 1
    with pytest.raises(NotNow):
        services.settle(owner, draft, older)


def test_who_may_only_read_neither_writes_nor_settles(maker: Maker, firm: UUID, owner: Actor, draft: UUID) -> None:
    key = services.comment(owner, draft, section="", text="Open")
    for role in (Role.READ_ONLY, Role.CERTIFIER):
        reader = maker.person(firm, role)
        with pytest.raises(NotAllowed):
            services.settle(reader, draft, key)
        with pytest.raises(NotAllowed):
            services.comment(reader, draft, section="", text="x")
    services.settle(maker.person(firm, Role.CONTRIBUTOR), draft, key)


def test_what_is_no_comment_is_refused(owner: Actor, draft: UUID) -> None:
    for section, text, field in (("product", "  ", "text"), ("no-such", "x", "section"), ("", "x" * 4001, "text")):
        with pytest.raises(BadInput) as refused:
            services.comment(owner, draft, section=section, text=text)
        assert list(refused.value.problems) == [field]
    assert queries.comments(owner, draft).rows == ()


def test_nobody_else_knows_of_them(maker: Maker, owner: Actor, draft: UUID) -> None:
    key = services.comment(owner, draft, section="", text=CANARY)
    stranger = maker.person(maker.firm(), Role.OWNER, Role.SIGNATORY)
    other = services.start(stranger, maker.programme(), title="Another")
    for outsider in (stranger, maker.staff("FCA", Role.COORDINATOR)):
        with pytest.raises(NotFound):
            queries.comments(outsider, draft)
        with pytest.raises((NotFound, NotAllowed)):
            services.comment(outsider, draft, section="", text="x")
        with pytest.raises((NotFound, NotAllowed)):
            services.settle(outsider, draft, key)
    with pytest.raises(NotFound):  # nor through an application of one's own
        services.settle(stranger, other, key)
    with pytest.raises(NotFound):
        services.settle(owner, draft, uuid4())


def test_a_discarded_draft_takes_its_comments_along(owner: Actor, draft: UUID) -> None:
    services.comment(owner, draft, section="product", text="To be forgotten")
    services.discard(owner, draft)
    assert db.session.scalar(select(func.count()).select_from(ApplicationComment)) == 0


def test_a_comment_changes_nothing_that_is_submitted(owner: Actor, draft: UUID) -> None:
    before = record_hash(services.working_record(draft))
    db.session.rollback()
    services.comment(owner, draft, section="product", text=CANARY)
    assert record_hash(services.working_record(draft)) == before


def test_comments_reach_no_desk_by_any_way(app: Flask, maker: Maker, as_) -> None:
    """Written before and after submitting: in no version, no letter, no search, no page and no trail of a desk."""
    people(maker)
    cast = Cast()
    case_id = scenes.submitted(cast, FIRMS[0])
    for code in story.codes_of(case_id):
        story.staff_desk(cast, case_id, code, team=("case", "coordinator"))
    case = db.session.get_one(Case, case_id)
    application_id, title, firm_id = case.application_id, case.title, case.firm_id
    db.session.rollback()
    writer = maker.person(firm_id, Role.OWNER, Role.SIGNATORY)
    services.comment(writer, application_id, section="product", text=CANARY)
    record = db.session.scalars(select(ApplicationVersion.record)).all()
    assert CANARY not in str(record)
    assert not [row for row in db.session.scalars(select(OutboxMessage)) if CANARY in str(row.content)]
    db.session.rollback()
    mine = as_(writer)
    assert CANARY in mine.get(f"/applications/{application_id}/comments").text
    desk = as_(cast.staff("FCA", "coordinator"))
    case_page = f"/cases/{case_id}"
    assert title in desk.get(case_page).text
    for address in (
        case_page, f"{case_page}/dossier", f"{case_page}/desk", f"{case_page}/trail", f"/search?q={CANARY}", "/home",
    ):  # fmt: skip
        answer = desk.get(address)
        assert CANARY not in answer.text.replace(f'value="{CANARY}"', "").replace(f"“{CANARY}”", ""), address
        assert "comment to colleagues" not in answer.text, address
    assert desk.get(f"/applications/{application_id}/comments").status_code in (403, 404)
