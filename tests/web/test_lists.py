"""Inbox, search, pipeline and their files as people use them; who gets in, and what a file gives away."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from sqlalchemy import func, select, update

from sandbox.cli.demo import story
from sandbox.cli.demo.firms import FIRMS
from sandbox.domain.actors import Actor
from sandbox.extensions import db
from sandbox.models.base import now
from sandbox.models.desks import Case, Desk, SavedView
from sandbox.models.messages import OutboxMessage
from sandbox.models.people import Firm
from sandbox.services import search as index
from sandbox.web.tables import cell
from tests.factories import Maker
from tests.journeys.staging import OTHER, SEALED, World, build

As = Callable[[Actor], Any]
OFFICE = "secretariat@programme_office.example"


@pytest.fixture
def world(maker: Maker) -> World:
    """A case in assessment and one just routed."""
    return build(maker)


def lines(response: Any) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    assert response.status_code == 200
    assert response.mimetype == "text/csv"
    return list(csv.DictReader(io.StringIO(response.text.removeprefix("\ufeff"))))


@pytest.mark.parametrize(
    ("path", "inside", "outside"),
    [
        ("/inbox", ("case", "intake", "issuing"), ("ethics", "admin")),
        ("/inbox.csv", ("case", "intake", "issuing"), ("ethics", "admin")),
        ("/search?q=custody", ("case", "intake", "issuing"), ("ethics", "admin")),
        ("/inbox/reminders", ("intake", "coordinator"), ("case", "decision", "ethics", "admin")),
    ],
)
def test_the_door(world: World, as_: As, path: str, inside: tuple[str, ...], outside: tuple[str, ...]) -> None:
    for duty in inside:
        assert as_(world.staff(duty)).get(path).status_code == 200, duty
    for duty in outside:
        assert as_(world.staff(duty)).get(path).status_code == 403, duty
    for email in ("signatory@harbourlight.example", OFFICE, "auditor@audit_body.example"):
        assert as_(world.outsiders[email]).get(path).status_code == 403, email


def test_the_pipeline_and_its_file_are_the_offices(world: World, as_: As) -> None:
    for path in ("/pipeline", "/pipeline.csv"):
        assert as_(world.outsiders[OFFICE]).get(path).status_code == 200
        assert as_(world.staff("coordinator")).get(path).status_code == 403
        assert as_(world.outsiders["signatory@harbourlight.example"]).get(path).status_code == 403


def test_a_file_has_what_the_page_shows_and_no_more(world: World, as_: As) -> None:
    rows = lines(as_(world.staff("case")).get("/inbox.csv"))
    assert {row["title"] for row in rows} == {FIRMS[0].product, ""}, "the other case is not declared"
    assert {row["state"] for row in rows} == {"Assessing", "Received"}
    narrowed = lines(as_(world.staff("case")).get("/inbox.csv?state=assessing&show=turn"))
    assert [row["firm"] for row in narrowed] == [FIRMS[0].name]
    assert narrowed[0]["my_turn"] == "yes"
    assert {row["title"] for row in lines(as_(world.staff("records")).get("/inbox.csv"))} == {""}


def test_a_file_says_nothing_of_what_is_sealed(world: World, as_: As) -> None:
    story.file(world.cast, world.case_id, SEALED, "refuse", "Sealed summary.")
    for person, path in ((world.other("case"), "/inbox.csv"), (world.outsiders[OFFICE], "/pipeline.csv")):
        text = as_(person).get(path).text
        assert "Position filed" not in text and "refuse" not in text and "Sealed" not in text
    rows = lines(as_(world.outsiders[OFFICE]).get("/pipeline.csv"))
    assert {row["state"] for row in rows} == {"Assessing"}
    assert FIRMS[0].product not in as_(world.outsiders[OFFICE]).get("/pipeline.csv").text


def test_a_recused_persons_file_has_no_line_of_the_case(world: World, as_: As) -> None:
    browser = as_(world.staff("case"))
    browser.send(
        f"/cases/{world.case_id}/declaration",
        {"outcome": "recused", "kinds": ["family"], "details": "My sister is a director."},
    )
    assert [row["firm"] for row in lines(browser.get("/inbox.csv"))] == [FIRMS[1].name]


def test_a_long_file_is_whole(maker: Maker, as_: As) -> None:
    world = build(maker)
    firm = world.outsiders["signatory@harbourlight.example"]
    made = {maker.case(firm).id for _ in range(7)}
    from sandbox.queries.desks import Asked, whole_inbox  # noqa: PLC0415 - the page size is not the file's

    found = [row.case_id for row in whole_inbox(world.staff("case"), Asked(), size=2)]
    assert len(found) == len(set(found)) == 9 and made < set(found)
    assert len(lines(as_(world.staff("case")).get("/inbox.csv"))) == 9


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+44 20", "-1", "@SUM(A1)", "\ttext", "\rtext", "  =1", "\xa0=1", "\u3000+1", "\u200b=1", "\ufeff@A1",
     '"=1+1', "\uff1d1+1"],
)  # fmt: skip
def test_no_cell_is_a_formula(world: World, as_: As, text: str) -> None:
    assert cell(text) == f"'{text}"
    db.session.execute(update(Firm).values(legal_name=text))
    db.session.commit()
    for person, path in ((world.staff("case"), "/inbox.csv"), (world.outsiders[OFFICE], "/pipeline.csv")):
        assert {row["firm"] for row in lines(as_(person).get(path))} == {f"'{text}"}


@pytest.mark.parametrize(
    ("text", "harmless"),
    [
        ("x;=HYPERLINK(A1)", "x;'=HYPERLINK(A1)"),
        ('x; "=1+1"', 'x;\' "=1+1"'),
        ("x|+1", "x|'+1"),
        ("x\n@SUM(A1)", "x\n'@SUM(A1)"),
        ("\t=1", "'\t'=1"),
        ("\r=1", "'\r'=1"),
        ("x;\xa0=1;\u200b-1", "x;'\xa0=1;'\u200b-1"),
    ],
)
def test_no_cell_becomes_a_formula_where_cells_are_separated_otherwise(text: str, harmless: str) -> None:
    assert cell(text) == harmless


@pytest.mark.parametrize("text", ["plain", "a, b; c", "1 - 2 = 3", "re: a=b", "x; y", ""])
def test_other_cells_stay_as_they_are(text: str) -> None:
    assert cell(text) == text


def test_cells_that_are_no_text() -> None:
    assert [cell(value) for value in (None, True, False, 12, now().date())] == [
        "",
        "yes",
        "no",
        "12",
        now().date().isoformat(),
    ]


def test_nonsense_in_an_address_shows_the_plain_list(world: World, as_: As) -> None:
    browser = as_(world.staff("case"))
    for query in ("show=nothing&sort=wrong&state=x&turn=y&part=z&lead=q&team=1&due_before=soon&after=x", "find=%00",
                  "find=%ED%A0%80", "show=all&show=turn", "due_before=99999-01-01"):  # fmt: skip
        assert browser.get(f"/inbox?{query}").status_code == 200, query
        assert browser.get(f"/inbox.csv?{query}").status_code == 200, query
        assert browser.get(f"/search?q={query}").status_code == 200, query
    office = as_(world.outsiders[OFFICE])
    assert office.get("/pipeline?stage=x&authority=%27&sort=y&due_before=z&find=%00").status_code == 200


def test_the_pipelines_filters_and_search(world: World, as_: As) -> None:
    browser = as_(world.outsiders[OFFICE])

    def firms(query: str) -> list[str]:
        return list(dict.fromkeys(row["firm"] for row in lines(browser.get(f"/pipeline.csv?{query}"))))

    both = [FIRMS[1].name, FIRMS[0].name]
    assert firms("") == both and firms("sort=oldest") == both[::-1]
    assert firms(f"find={FIRMS[0].name}") == [FIRMS[0].name]
    assert firms(f"find={FIRMS[0].product}") == [], "what a case is about is not the office's to know"
    assert firms("stage=assessing") == both and firms("stage=opened") == firms("stage=withdrawn") == []
    assert firms(f"authority={SEALED}") == both and firms("authority=NOBODY") == []
    assert firms("due_before=2000-01-01") == [] and firms("due_before=2099-01-01") == both
    db.session.execute(update(Case).where(Case.id == world.case_id).values(withdrawn_at=now()))
    db.session.commit()
    assert firms("stage=withdrawn") == [FIRMS[0].name]


def test_a_case_whose_desks_have_all_issued_is_concluded_and_has_no_date(world: World, as_: As) -> None:
    browser = as_(world.outsiders[OFFICE])
    db.session.execute(update(Case).where(Case.id == world.case_id).values(opened_at=now()))
    db.session.execute(update(Desk).where(Desk.case_id == world.case_id).values(state="deliberating", opened_at=now()))
    db.session.commit()

    def rows(query: str) -> list[tuple[str, str]]:
        found = lines(browser.get(f"/pipeline.csv?{query}"))
        return [(row["stage"], row["decide_by"]) for row in found if row["firm"] == FIRMS[0].name]

    assert {stage for stage, due in rows("stage=opened") if due} == {"Positions open"} and rows("stage=over") == []
    db.session.execute(update(Desk).where(Desk.case_id == world.case_id).values(state="issued"))
    db.session.commit()
    assert set(rows("stage=over")) == {("Concluded", "")} and rows("stage=opened") == []
    assert rows("due_before=2099-01-01") == []
    assert "Positions open" not in as_(world.staff("case")).get(f"/cases/{world.case_id}").text


def test_a_filter_of_the_office_cannot_tell_sealed_states_apart(world: World, as_: As) -> None:
    browser = as_(world.outsiders[OFFICE])
    queries = [
        f"/pipeline.csv?{query}" for query in ("stage=assessing", "stage=opened", f"authority={SEALED}", "sort=oldest")
    ]
    before = [browser.get(path).data for path in queries]
    story.file(world.cast, world.case_id, SEALED, "refuse", "Sealed summary.")
    assert [browser.get(path).data for path in queries] == before


def test_search_leads_to_what_it_found(world: World, as_: As) -> None:
    browser = as_(world.staff("case"))
    page = browser.get(f"/search?q={FIRMS[0].product}")
    assert f"/cases/{world.case_id}" in page.text and FIRMS[0].name in page.text
    assert f"/cases/{world.case_id}/dossier" in browser.get("/search?q=custody+outline").text
    assert "Nothing that you may open" in browser.get("/search?q=zebra").text
    assert "Write a reference" in browser.get("/search").text
    assert "&lt;b&gt;" in browser.get("/search?q=%3Cb%3E").text


class TestViews:
    def test_a_view_is_kept_opened_and_removed(self, world: World, as_: As) -> None:
        browser = as_(world.staff("case"))
        kept = browser.send("/inbox/views", {"name": "Mine", "query": "show=mine&sort=due&wrong=1", "opens": "y"})
        assert kept.status_code == 302
        assert kept.location.endswith("/inbox?show=mine&sort=due"), "only what the inbox knows is kept"
        assert browser.get("/inbox").location.endswith("/inbox?show=mine&sort=due")
        assert ">Mine</a>" in browser.get("/inbox?show=all").text
        view = db.session.execute(select(SavedView)).scalar_one()
        assert browser.send("/inbox/views/close").status_code == 302
        assert browser.get("/inbox").status_code == 200
        assert browser.send(f"/inbox/views/{view.id}/open").status_code == 302
        assert browser.get("/inbox").status_code == 302
        assert browser.send(f"/inbox/views/{view.id}/remove").status_code == 302
        assert browser.get("/inbox").status_code == 200

    def test_the_same_name_is_the_same_view_and_one_of_them_opens(self, world: World, as_: As) -> None:
        browser = as_(world.staff("case"))
        for name, query in (("One", "show=mine"), ("Two", "show=due"), ("One", "show=turn")):
            assert browser.send("/inbox/views", {"name": name, "query": query, "opens": "y"}).status_code == 302
        rows = db.session.scalars(select(SavedView).order_by(SavedView.name)).all()
        assert [(row.name, row.query, row.opens) for row in rows] == [
            ("One", "show=turn", True),
            ("Two", "show=due", False),
        ]

    def test_a_name_is_needed_and_another_persons_view_is_not_there(self, world: World, as_: As) -> None:
        browser = as_(world.staff("case"))
        refused = browser.send("/inbox/views", {"name": " ", "query": "show=mine"})
        assert refused.status_code == 422 and "Give the view a name" in refused.text
        browser.send("/inbox/views", {"name": "Mine", "query": "show=mine"})
        view = db.session.execute(select(SavedView)).scalar_one()
        for act in ("remove", "open"):
            assert as_(world.staff("intake")).send(f"/inbox/views/{view.id}/{act}").status_code == 404
            assert as_(world.other("case")).send(f"/inbox/views/{uuid4()}/{act}").status_code == 404
        assert ">Mine</a>" not in as_(world.staff("intake")).get("/inbox?show=all").text


def letters(world: World) -> list[str]:
    """Who was reminded, by email."""
    db.session.rollback()
    people = {world.staff(duty).me: duty for duty in ("intake", "case", "specialist", "coordinator", "decision")}
    rows = db.session.scalars(select(OutboxMessage.person_id).where(OutboxMessage.action == "turn.remind"))
    return sorted(people[row] for row in rows)


class TestReminders:
    def page(self, desk_id: UUID) -> str:
        return f"/inbox/reminders?desk={desk_id}"

    def test_those_whose_turn_it_is_are_named_first_and_written_to_once_a_day(self, world: World, as_: As) -> None:
        browser = as_(world.staff("coordinator"))
        shown = browser.get(self.page(world.desk_id)).text
        assert "Case Of Fca" in shown and "Specialist Of Fca" not in shown and "Decision Of Fca" not in shown
        assert letters(world) == []
        assert browser.send("/inbox/reminders", {"desk": str(world.desk_id)}).status_code == 302
        assert letters(world) == ["case"]
        assert "Reminded today already" in browser.get(self.page(world.desk_id)).text
        browser.send("/inbox/reminders", {"desk": str(world.desk_id)})
        assert letters(world) == ["case"]

    def test_the_next_day_it_goes_again(self, world: World, as_: As) -> None:
        as_(world.staff("coordinator")).send("/inbox/reminders", {"desk": str(world.desk_id)})
        with time_machine.travel(now() + timedelta(days=1), tick=True):
            story.desks.remind(world.staff("coordinator"), [world.desk_id])
        assert letters(world) == ["case", "case"]

    def test_nobody_is_reminded_of_what_waits_for_others(self, world: World, as_: As) -> None:
        story.file(world.cast, world.case_id, SEALED, "approve", "As found.")
        browser = as_(world.staff("coordinator"))
        assert "nobody to remind" in browser.get(self.page(world.desk_id)).text
        browser.send("/inbox/reminders", {"desk": str(world.desk_id)})
        assert letters(world) == []

    def test_another_desk_cannot_be_reminded_or_seen(self, world: World, as_: As) -> None:
        browser = as_(world.staff("coordinator"))
        theirs = story.desk_of(world.case_id, OTHER)
        made_up = uuid4()
        assert browser.get(self.page(theirs)).data.replace(str(theirs).encode(), b"") == browser.get(
            self.page(made_up)
        ).data.replace(str(made_up).encode(), b"")
        with pytest.raises(Exception, match=r"There is nothing here\."):
            story.desks.remind(world.staff("coordinator"), [theirs])
        assert as_(world.staff("case")).send("/inbox/reminders", {"desk": str(world.desk_id)}).status_code == 403
        assert browser.get("/inbox/reminders?desk=nonsense").status_code == 404
        assert letters(world) == []

    def test_who_has_not_declared_reminds_nobody(self, world: World, as_: As) -> None:
        routed = story.desk_of(world.routed_id, SEALED)
        assert "not yours to remind" in as_(world.staff("coordinator")).get(self.page(routed)).text


def test_statements_of_the_lists(world: World, as_: As, statements: Any) -> None:
    browser, office = as_(world.staff("coordinator")), as_(world.outsiders[OFFICE])
    for who, path, most in (
        (browser, "/inbox?show=all", 4),
        (browser, "/inbox?find=custody&sort=due", 4),
        (browser, f"/inbox/reminders?desk={world.desk_id}", 3),
        (browser, "/search?q=custody", 2),
        (office, "/pipeline?find=JS", 4),
    ):
        who.get(path)
        with statements() as seen:
            assert who.get(path).status_code == 200
        assert len(seen) <= most, path


def test_the_file_of_a_search_is_what_the_search_shows(world: World, as_: As) -> None:
    index.rebuild()
    assert db.session.scalar(select(func.count()).select_from(Case)) == 2
    rows = lines(as_(world.staff("case")).get(f"/inbox.csv?find={FIRMS[0].product}"))
    assert [row["title"] for row in rows] == [FIRMS[0].product]
