"""Pages of colleagues together: comments, the dossier as a file, versions compared, one application per product, the
fit check that is carried into a draft."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

import pytest
from sqlalchemy import event, select

from sandbox.adapters.verifying import read_record
from sandbox.cli.demo import scenes, story
from sandbox.cli.demo.firms import FIRMS
from sandbox.cli.demo.story import Cast
from sandbox.domain import audiences
from sandbox.domain.actors import Actor, Role
from sandbox.extensions import db
from sandbox.models.applications import ApplicationVersion, Section
from sandbox.models.desks import Case
from sandbox.services import applications as services
from sandbox.services import desks, trail
from sandbox.web.applications import printing
from tests.factories import Maker
from tests.journeys.staging import people
from tests.pdf_tools.programs import run, text_of

CODE = "uk-us-digital-assets"
FIT = [
    ("activities", "custody"), ("jurisdictions", "UK"), ("jurisdictions", "US"),
    ("class-UK", "uk-qualifying-cryptoasset"), ("class-US", "us-digital-security"),
    ("standing-UK", "established"), ("standing-US", "abroad"), ("customers", "professional"), ("ready", "built"),
]  # fmt: skip


@pytest.fixture
def owner(maker: Maker) -> Actor:
    """Somebody of a firm who does everything."""
    return maker.person(maker.firm(), Role.OWNER, Role.SIGNATORY, name="Maja Wójcik")


@pytest.fixture
def draft(maker: Maker, owner: Actor) -> UUID:
    """A draft."""
    return services.start(owner, maker.programme(), title="Tokenised fund units")


@pytest.fixture
def case(maker: Maker) -> dict[str, Any]:
    """A submitted case with staff at its desks, and its signatory."""
    people(maker)
    cast = Cast()
    case_id = scenes.submitted(cast, FIRMS[0])
    for code in story.codes_of(case_id):
        story.staff_desk(cast, case_id, code, team=("case", "coordinator"))
    row = db.session.get_one(Case, case_id)
    found = {"id": case_id, "application": row.application_id, "version": row.current_version_id}
    firm_id = row.firm_id
    db.session.rollback()
    return {
        **found,
        "desk": cast.staff("FCA", "coordinator"),
        "firm": maker.person(firm_id, Role.OWNER, Role.SIGNATORY),
    }


# --- comments --------------------------------------------------------------------------------------------------------


def test_a_comment_is_written_found_and_settled(as_: Callable[..., Any], owner: Actor, draft: UUID) -> None:
    browser, page = as_(owner), f"/applications/{draft}/comments"
    assert "Nobody has written a comment yet" in browser.get(page).text
    chosen = re.search(r'<option value="product"[^>]* selected', browser.get(f"{page}?section=product").text)
    assert chosen is not None
    answer = browser.send(page, {"section": "product", "text": "<b>Really?</b>"})
    assert answer.status_code == 303
    text = browser.get(page).text
    assert "&lt;b&gt;Really?&lt;/b&gt;" in text and "<b>Really?" not in text
    assert "1 open comment of colleagues" in browser.get(f"/applications/{draft}").text
    assert "1 open comment of colleagues" in browser.get(f"/applications/{draft}/sections/product").text
    assert "1 open comment of colleagues" not in browser.get(f"/applications/{draft}/sections/firm").text
    assert "Nobody has commented on this section" in browser.get(f"{page}?section=firm").text
    (settle,) = re.findall(r'action="([^"]+/settle)"', text)
    assert browser.send(settle).status_code == 303
    text = browser.get(page).text
    assert "Settled" in text and "/settle" not in text and "settled by" in text
    assert "open comment" not in browser.get(f"/applications/{draft}").text


def test_an_empty_comment_is_refused_with_what_was_typed(as_: Callable[..., Any], owner: Actor, draft: UUID) -> None:
    answer = as_(owner).send(f"/applications/{draft}/comments", {"section": "product", "text": " "})
    assert answer.status_code == 422
    assert "Write the comment." in answer.text
    answer = as_(owner).send(f"/applications/{draft}/comments", {"section": "none", "text": "Typed text"})
    assert answer.status_code == 422 and "Typed text" in answer.text


def test_who_may_only_read_finds_nothing_to_write_or_settle(
    as_: Callable[..., Any], maker: Maker, owner: Actor, draft: UUID
) -> None:
    key = services.comment(owner, draft, section="", text="Open")
    assert owner.organisation_id is not None
    reader = as_(maker.person(owner.organisation_id, Role.READ_ONLY))
    page = f"/applications/{draft}/comments"
    text = reader.get(page).text
    assert "/settle" not in text and "Write a comment" not in text and "Your role reads comments" in text
    assert reader.send(page, {"section": "", "text": "I have read it."}).status_code in (403, 404)
    assert reader.send(f"{page}/{key}/settle").status_code in (403, 404)


# --- the dossier as a file -------------------------------------------------------------------------------------------


@pytest.mark.pdf
def test_the_working_copy_says_on_every_page_that_it_was_not_submitted(
    as_: Callable[..., Any], owner: Actor, draft: UUID, tmp_path: Any
) -> None:
    services.comment(owner, draft, section="product", text="kanarienvogel")
    answer = as_(owner).get(f"/applications/{draft}/file")
    assert answer.mimetype == "application/pdf"
    assert "Draft-not-submitted-Tokenised-fund-units.pdf" in answer.headers["Content-Disposition"]
    file = tmp_path / "draft.pdf"
    file.write_bytes(answer.data)
    pages = text_of(file).split("\f")[:-1]
    assert len(pages) > 1
    assert all("Draft, not submitted" in page for page in pages)
    assert "kanarienvogel" not in text_of(file)
    assert "Not answered" in text_of(file)
    assert "Draft, not submitted" in run("pdfinfo", file)
    record = read_record(answer.data)
    assert record["draft"] is True and record["sha256"] == ""


@pytest.mark.pdf
def test_a_submitted_version_is_the_same_file_for_the_firm_and_the_desks(
    as_: Callable[..., Any], case: dict[str, Any], tmp_path: Any
) -> None:
    firm, desk = as_(case["firm"]), as_(case["desk"])
    mine = firm.get(f"/applications/{case['application']}/versions/{case['version']}/file")
    theirs = desk.get(f"/cases/{case['id']}/dossier/file")
    assert mine.mimetype == theirs.mimetype == "application/pdf"
    assert mine.data == theirs.data
    version = db.session.get_one(ApplicationVersion, case["version"])
    assert read_record(mine.data)["sha256"] == version.sha256
    file = tmp_path / "version.pdf"
    file.write_bytes(mine.data)
    text = text_of(file)
    assert version.sha256 in re.sub(r"\s", "", text)
    assert "Draft" not in text
    db.session.rollback()
    # Nothing stands in the working copy that was not submitted: there is no draft to download.
    again = firm.get(f"/applications/{case['application']}/file")
    assert again.headers["Location"].endswith(f"/versions/{case['version']}/file")
    assert desk.get(f"/cases/{case['id']}/dossier/file?version=7").status_code == 404


def test_nobody_else_gets_a_file(
    as_: Callable[..., Any], maker: Maker, owner: Actor, draft: UUID, case: dict[str, Any]
) -> None:
    stranger = as_(maker.person(maker.firm(), Role.OWNER))
    desk = as_(case["desk"])
    assert stranger.get(f"/applications/{draft}/file").status_code == 404
    assert stranger.get(f"/cases/{case['id']}/dossier/file").status_code == 404
    assert desk.get(f"/applications/{draft}/file").status_code in (403, 404)
    address = f"/applications/{case['application']}/versions/{case['version']}/file"
    assert desk.get(address).status_code in (403, 404)
    assert as_(owner).get(address).status_code == 404


def test_no_transaction_is_open_while_a_file_is_made(
    as_: Callable[..., Any], owner: Actor, draft: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bool] = []

    def render(*_args: Any, **_more: Any) -> bytes:
        seen.append(db.session().in_transaction())
        return b"%PDF-"

    monkeypatch.setattr(printing, "render_document", render)
    assert as_(owner).get(f"/applications/{draft}/file").status_code == 200
    assert seen == [False]


def test_a_character_that_documents_cannot_show_is_named(as_: Callable[..., Any], owner: Actor, draft: UUID) -> None:
    row = db.session.scalars(select(Section).where(Section.application_id == draft, Section.code == "product")).one()
    row.answers = {**row.answers, "summary": "漢"}
    db.session.commit()
    answer = as_(owner).get(f"/applications/{draft}/file")
    assert answer.status_code == 422
    assert "U+6F22" in answer.text


# --- versions --------------------------------------------------------------------------------------------------------


def changed(case: dict[str, Any], **answers: Any) -> None:
    """The firm's working copy says something else, as after an authority asked."""
    row = db.session.scalars(
        select(Section).where(Section.application_id == case["application"], Section.code == "product")
    ).one()
    row.answers = {**row.answers, **answers}
    db.session.commit()


def second_version(case: dict[str, Any], **answers: Any) -> None:
    """A second version, frozen as it would be."""
    changed(case, **answers)
    old = db.session.get_one(ApplicationVersion, case["version"])
    record = {**old.record, "version": 2}
    record["sections"] = {**record["sections"], "product": {**record["sections"]["product"], **answers}}
    fresh = ApplicationVersion(
        application_id=old.application_id, question_set_id=old.question_set_id, number=2, record=record,
        sha256="ab" * 32, submission_key=uuid4().hex, submitted_by=old.submitted_by, submitted_at=old.submitted_at,
    )  # fmt: skip
    db.session.add(fresh)
    db.session.flush()
    parties = (audiences.FIRM, *audiences.desks(desks.codes(case["id"])))
    trail.show_to(fresh, "version", parties, case_id=case["id"])
    db.session.get_one(Case, case["id"]).current_version_id = fresh.id
    db.session.commit()


def test_two_versions_are_compared_by_question_for_firm_and_desks(
    as_: Callable[..., Any], case: dict[str, Any]
) -> None:
    mine, theirs = f"/applications/{case['application']}/changes", f"/cases/{case['id']}/changes"
    firm, desk = as_(case["firm"]), as_(case["desk"])
    assert "nothing to compare yet" in firm.get(mine).text
    assert "one version only" in desk.get(theirs).text
    second_version(case, innovation="Wholly <i>other</i> words.")
    for page in (firm.get(mine).text, desk.get(theirs).text, desk.get(f"{theirs}?from=2&to=1").text):
        assert "Wholly &lt;i&gt;other&lt;/i&gt; words." in page
        assert page.count("portal-compare__row--differs") == 1
        assert page.index('data-label="Version 1"') < page.index('data-label="Version 2"')
    assert "Nothing has changed." in desk.get(f"{theirs}?from=2&to=2").text
    for wrong in ("?from=9", "?to=x", "?to=0", "?from=-1", "?from=999999"):
        assert desk.get(theirs + wrong).status_code == 404, wrong
    assert "Compare versions" in desk.get(f"/cases/{case['id']}/dossier").text
    assert "Compare versions" in firm.get(f"/applications/{case['application']}").text


def test_only_the_firm_compares_its_working_copy(as_: Callable[..., Any], maker: Maker, case: dict[str, Any]) -> None:
    changed(case, innovation="kanarienvogel")
    mine = f"/applications/{case['application']}/changes"
    page = as_(case["firm"]).get(mine).text
    assert "kanarienvogel" in page and "Working copy, not submitted" in page
    desk = as_(case["desk"])
    assert "kanarienvogel" not in desk.get(f"/cases/{case['id']}/changes").text
    assert desk.get(mine).status_code in (403, 404)
    assert as_(maker.person(maker.firm(), Role.OWNER)).get(mine).status_code == 404


# --- one application per product -------------------------------------------------------------------------------------


def test_a_second_start_is_refused_with_the_way_to_the_first(
    as_: Callable[..., Any], maker: Maker, owner: Actor, draft: UUID
) -> None:
    browser = as_(owner)
    page = browser.get("/applications/new").text
    assert "One application is taken per product" in page and f"/applications/{draft}" in page
    answer = browser.send("/applications", {"programme_id": str(maker.programme()), "title": "tokenised  FUND units"})
    assert answer.status_code == 422
    assert "has an application for this product already" in answer.text
    assert f'href="/applications/{draft}"' in answer.text
    assert 'value="tokenised  FUND units"' in answer.text or "tokenised FUND units" in answer.text


# --- the fit check ---------------------------------------------------------------------------------------------------


def test_the_fit_check_is_carried_through_signing_in_into_a_filled_draft(
    client: Any, maker: Maker, owner: Actor
) -> None:
    page = client.get(f"/programmes/{CODE}/fit?{urlencode(FIT)}").text
    (link,) = re.findall(r'href="(/applications/new\?[^"]+)"', page)
    link = html.unescape(link)
    answer = client.get(link)
    assert answer.status_code == 302
    sign_in = answer.headers["Location"]
    form = client.get(sign_in).text
    (target,) = re.findall(r'name="next"[^>]*value="([^"]*)"', form)
    answer = client.send("/sign-in", {"email": owner.email, "password": Maker.password, "next": html.unescape(target)})
    assert answer.status_code == 302
    page = client.get(answer.headers["Location"]).text
    assert "Your answers from the fit check go along" in page
    (carried,) = re.findall(r'name="fit"[^>]*value="([^"]*)"', page)
    sent = {"programme_id": str(maker.programme()), "title": "Custody for funds", "fit": html.unescape(carried)}
    answer = client.send("/applications", sent)
    assert answer.status_code == 303
    key = UUID(answer.headers["Location"].rsplit("/", 1)[1])
    rows = {
        row.code: row.answers
        for row in db.session.execute(select(Section.code, Section.answers).where(Section.application_id == key))
    }
    assert rows["product"] == {
        "name": "Custody for funds",
        "activities": ["custody"],
        "asset_classes": ["uk-qualifying-cryptoasset", "us-digital-security"],
        "customer_kinds": ["professional"],
    }
    assert rows["jurisdictions"] == {"jurisdictions": ["UK", "US"]}
    assert rows["firm"]["country"] == "GB" and rows["firm"]["contact_name"] == "Maja Wójcik"
    assert client.get(f"/applications/{key}/sections/product").status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        "programme=no-such&activities=custody",
        f"programme={CODE}&activities=invented&jurisdictions=UK",
        f"programme={CODE}&{urlencode(FIT)}&customers=martians",
        f"programme={CODE}",
        "x=1&" * 300,
        "%00%ff",
    ],
)
def test_answers_that_the_check_would_refuse_are_not_carried(
    as_: Callable[..., Any], maker: Maker, owner: Actor, query: str
) -> None:
    browser = as_(owner)
    page = browser.get(f"/applications/new?{query}")
    assert page.status_code == 200
    assert "go along" not in page.text
    answer = browser.send("/applications", {"programme_id": str(maker.programme()), "title": "Custody", "fit": query})
    assert answer.status_code == 303
    key = UUID(answer.headers["Location"].rsplit("/", 1)[1])
    product = select(Section.answers).where(Section.application_id == key, Section.code == "product")
    assert db.session.scalars(product).one() == {"name": "Custody"}


def test_every_answer_of_the_check_at_once_survives_signing_in(client: Any) -> None:
    """The longest address that the check makes is one that the sign-in page leads on to."""
    page = client.get(f"/programmes/{CODE}/fit").text
    names = re.findall(r'name="([a-zA-Z-]+)"[^>]*type="checkbox"[^>]*value="([^"]+)"', page)
    assert len(names) > 20
    query = urlencode([*names, ("standing-UK", "established"), ("standing-US", "abroad")])
    found = client.get(f"/programmes/{CODE}/fit?{query}").text
    (link,) = re.findall(r'href="(/applications/new\?[^"]+)"', found)
    form = client.get(client.get(html.unescape(link)).headers["Location"]).text
    (target,) = re.findall(r'name="next"[^>]*value="([^"]*)"', form)
    assert html.unescape(target) == html.unescape(link)


# --- constant SQL ----------------------------------------------------------------------------------------------------


def test_the_task_list_asks_no_more_of_a_full_dossier_than_of_an_empty_one(
    as_: Callable[..., Any], app: Any, maker: Maker, owner: Actor, draft: UUID
) -> None:
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    browser = as_(owner)

    def statements(address: str) -> int:
        browser.get(address)
        asked.clear()
        assert browser.get(address).status_code == 200
        return len(asked)

    pages = [f"/applications/{draft}{more}" for more in ("", "/comments", "/sections/product", "/check")]
    before = [statements(page) for page in pages]
    for number in range(30):
        services.comment(owner, draft, section="product" if number % 2 else "", text=f"Comment {number}")
    rows = db.session.scalars(select(Section).where(Section.application_id == draft)).all()
    for row in rows:
        row.answers = {**row.answers, **{f"answer_{number}": "Text. " * 20 for number in range(10)}}
    db.session.commit()
    after = [statements(page) for page in pages]
    event.remove(db.engine, "before_cursor_execute", note)
    assert after == before
