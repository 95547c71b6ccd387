"""Sharing from end to end: one finding under the memorandum, read once acknowledged, recalled; the firm; the extract.

Three desks: FCA shares with SEC, SEC shares with CFTC. Each ledger shows its own desk's rows only. And the seal: a
share that is acknowledged changes nothing that anybody else can get.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from sandbox.domain.actors import Actor
from sandbox.domain.sharing import Terms
from sandbox.extensions import db
from sandbox.models.assessments import Finding
from sandbox.models.catalogue import Criterion
from sandbox.models.desks import Share, ShareItem
from sandbox.models.messages import OutboxMessage
from sandbox.models.trail import Audience, TrailEvent
from sandbox.queries.desks.extract import extract
from sandbox.services.desks import shared, sharing
from tests.journeys import drive
from tests.journeys.test_seal import Stage, chance, differences, frozen, stage  # noqa: F401 - fixtures
from tests.pdf_tools.programs import text_of
from tests.services import test_sharing as acts

As = Callable[[Actor], Any]
CODES = ("FCA", "SEC", "CFTC")
CLASSES = ["uk-specified-investment", "us-digital-security", "us-digital-commodity"]


@pytest.fixture
def people(app: Any) -> drive.Cast:
    """A firm and three desks."""
    return drive.cast(CODES)


@pytest.fixture
def case_id(people: drive.Cast) -> UUID:
    """A case that three desks assess, each with findings of its own."""
    key = drive.submit_application(people.company, ["UK", "US"], product={**PRODUCT, "asset_classes": CLASSES})
    for desk in people.desks.values():
        drive.staff(key, desk)
        drive.screen(key, desk)
        drive.assess(key, desk)
    return key


PRODUCT = {k: v for k, v in drive.answers(["UK", "US"])["product"].items() if k != "classification"}


def finding(case_id: UUID, code: str, place: int = 0) -> tuple[UUID, str]:
    """A finding of a desk, and the title of its criterion."""
    rows = db.session.execute(
        select(Finding.id, Criterion.title)
        .join(Criterion, Criterion.id == Finding.criterion_id)
        .where(Finding.desk_id == drive.desk_of(case_id, code))
        .order_by(Criterion.position),
    ).all()
    return rows[place].id, rows[place].title


def give(people: drive.Cast, case_id: UUID, one: str, other: str, terms: Terms) -> UUID:
    """One desk shares its first finding with another."""
    desk = people.desks[one]
    key, _title = finding(case_id, one)
    (share,) = sharing.release(
        desk.coordinator, drive.desk_of(case_id, one), to=[other], items=[("finding", key)], terms=terms
    )
    return share


US = Terms("gateway", "To line up our questions.", "Only for the assessment of this case.",
           instrument="sec-cftc-mou-2026", tell_reason="No reason to yet.")  # fmt: skip


def test_one_finding_is_shared_and_that_one_only(people: drive.Cast, case_id: UUID, as_: As) -> None:
    base = f"/cases/{case_id}/sharing"
    key, title = finding(case_id, "FCA")
    unshared = [finding(case_id, "FCA", place)[1] for place in (1, 2)]
    sender, reader = as_(people.desks["FCA"].coordinator), as_(people.desks["SEC"].officer)
    form = {
        "to": ["SEC"], "items": [f"finding:{key}"], "basis": "gateway", "instrument": "sec-fca-mou",
        "purpose": "To compare how we read custody.", "restriction": "Only for this case.", "onward": "none",
        "tell": "no", "tell_reason": "It would tell of our view.",
    }  # fmt: skip
    assert "sealed assessment" in sender.send(f"{base}/new", form).text
    assert sender.send(f"{base}/new", {**form, "step": "share"}).status_code == 302
    db.session.rollback()
    share = db.session.scalars(select(Share)).one()
    item = db.session.scalars(select(ShareItem.id)).one()
    page = f"{base}/{share.id}"
    waiting = reader.get(page)
    assert "To compare how we read custody." in waiting.text and title not in waiting.text
    assert reader.get(f"{page}/items/{item}").status_code == 404
    assert reader.send(f"{page}/acknowledge").status_code == 302
    shown = reader.get(f"{page}/items/{item}").text
    assert title in shown and f"The file shows it for “{title}”." in shown
    pages = ("", "/positions", "/sharing", "/trail", "/desk")
    everything = [reader.get(f"/cases/{case_id}{path}").text for path in pages]
    everything += [reader.get("/inbox?find=file+shows").text, reader.get("/search?find=shows").text, shown]
    for other in unshared:
        assert not any(f"The file shows it for “{other}”." in text for text in everything)
    assert as_(people.desks["CFTC"].officer).get(page).status_code == 404
    assert "we have shared nothing" in as_(people.desks["CFTC"].officer).get(base).text
    assert as_(people.desks["CFTC"].officer).get(f"{base}/extract").status_code == 404
    firm = as_(people.company.signatory)
    assert "You have not been told" in firm.get(f"/cases/{case_id}/shared-about-us").text
    assert title not in firm.get(f"/cases/{case_id}/trail").text
    assert sender.send(f"{page}/recall", {"reason": "We look at it again."}).status_code == 302
    assert reader.get(f"{page}/items/{item}").status_code == 404
    assert "We look at it again." in reader.get(page).text


def test_the_firm_reads_what_it_was_told_and_no_more(people: drive.Cast, case_id: UUID, as_: As) -> None:
    secret = give(people, case_id, "FCA", "SEC", acts.MOU)
    open_ = give(people, case_id, "FCA", "SEC", acts.changed(purpose="A purpose to tell.", tell_firm=True))
    assert secret != open_
    told = as_(people.company.contributor).get(f"/cases/{case_id}/shared-about-us").text
    assert "A purpose to tell." in told and acts.MOU.purpose not in told
    assert told.count("Securities and Exchange Commission") >= 1


@pytest.mark.pdf
@pytest.mark.slow
def test_the_extract_holds_the_own_desks_rows_only(people: drive.Cast, case_id: UUID, as_: As, tmp_path: Path) -> None:
    mine = give(people, case_id, "FCA", "SEC", acts.MOU)
    give(people, case_id, "SEC", "CFTC", US)
    shared.acknowledge(people.desks["SEC"].officer, mine)
    texts = {}
    for code in CODES:
        answer = as_(people.desks[code].coordinator).get(f"/cases/{case_id}/sharing/extract")
        assert answer.status_code == 200
        file = tmp_path / f"{code}.pdf"
        file.write_bytes(answer.data)
        texts[code] = " ".join(text_of(file).split())
    assert acts.MOU.purpose in texts["FCA"] and US.purpose not in texts["FCA"]
    assert acts.MOU.purpose in texts["SEC"] and US.purpose in texts["SEC"]
    assert US.purpose in texts["CFTC"] and acts.MOU.purpose not in texts["CFTC"]
    _key, title = finding(case_id, "SEC")
    assert title in texts["SEC"], "one's own item is named"
    assert title not in texts["CFTC"], "a received item is not, before it is acknowledged"
    assert "Article 4" in texts["FCA"] and "SEC-FCA supervisory memorandum" in texts["FCA"]


def test_what_is_shared_on_ends_with_the_share_it_came_from(people: drive.Cast, case_id: UUID, as_: As) -> None:
    first = give(people, case_id, "FCA", "SEC", acts.changed(onward="allowed", notify_before_use=True))
    shared.acknowledge(people.desks["SEC"].coordinator, first)
    item = db.session.scalars(select(ShareItem.id).where(ShareItem.share_id == first)).one()
    (second,) = sharing.share_on(people.desks["SEC"].coordinator, first, to=["CFTC"], items=[item], terms=US)
    row = db.session.get_one(Share, second)
    assert row.restriction.startswith(acts.MOU.restriction) and row.notify_before_use, "the provider's terms go with it"
    shared.acknowledge(people.desks["CFTC"].coordinator, second)
    copy = db.session.scalars(select(ShareItem.id).where(ShareItem.share_id == second)).one()
    reader, provider = as_(people.desks["CFTC"].officer), as_(people.desks["FCA"].coordinator)
    page = f"/cases/{case_id}/sharing/{second}"
    assert reader.get(f"{page}/items/{copy}").status_code == 200
    assert provider.get(page).status_code == 200, "the provider learns of it"
    assert as_(people.desks["CFTC"].officer).get(f"/cases/{case_id}/sharing/{first}").status_code == 404
    shared.recall(people.desks["FCA"].coordinator, first, reason="All of it.")
    assert reader.get(f"{page}/items/{copy}").status_code == 404


def pass_on(people: drive.Cast, case_id: UUID, **terms: Any) -> tuple[UUID, UUID, UUID]:
    """FCA shares with SEC, SEC shares on with CFTC, both read it: the two shares, and the copy that was shared on."""
    first = give(people, case_id, "FCA", "SEC", acts.changed(onward="allowed", retention="30 days, then destroy"))
    shared.acknowledge(people.desks["SEC"].coordinator, first)
    item = db.session.scalars(select(ShareItem.id).where(ShareItem.share_id == first)).one()
    (second,) = sharing.share_on(
        people.desks["SEC"].coordinator, first, to=["CFTC"], items=[item], terms=replace(US, **terms)
    )
    shared.acknowledge(people.desks["CFTC"].coordinator, second)
    return first, second, db.session.scalars(select(ShareItem.id).where(ShareItem.share_id == second)).one()


@pytest.mark.parametrize("middle_first", [False, True], ids=["provider", "middle, then provider"])
def test_a_recall_reaches_the_desk_in_the_middle(
    people: drive.Cast, case_id: UUID, as_: As, *, middle_first: bool
) -> None:
    first, second, copy = pass_on(people, case_id)
    _key, title = finding(case_id, "FCA")
    base = f"/cases/{case_id}/sharing"
    middle, reader = as_(people.desks["SEC"].officer), as_(people.desks["CFTC"].officer)
    assert middle.get(f"{base}/{second}/items/{copy}").status_code == 200
    if middle_first:
        shared.recall(people.desks["SEC"].coordinator, second, reason="Ours first.")
        assert reader.get(f"{base}/{second}/items/{copy}").status_code == 404
        assert middle.get(f"{base}/{second}/items/{copy}").status_code == 200, "what it received still stands"
    shared.recall(people.desks["FCA"].coordinator, first, reason="All of it.")
    for browser, person in ((middle, people.desks["SEC"].officer), (reader, people.desks["CFTC"].officer)):
        assert browser.get(f"{base}/{second}/items/{copy}").status_code == 404
        page = browser.get(f"{base}/{second}")
        assert page.status_code == 200 and "Recalled" in page.text, "the entry stays"
        record = extract(person, case_id, demo=False)
        assert record["shared"] or record["received"]
        for text in (page.text, browser.get(base).text, str(record)):
            assert title not in text
    held = select(Audience.party).join(ShareItem, ShareItem.id == Audience.item_id)
    assert set(db.session.scalars(held)) == {"desk:FCA"}, "its own copy only"


def test_what_is_shared_on_shows_its_terms_and_all_who_read_it(people: drive.Cast, case_id: UUID, as_: As) -> None:
    _first, second, _copy = pass_on(
        people, case_id, restriction=f"{acts.MOU.restriction} Or any other, for enforcement.", retention="For ever"
    )
    page = f"/cases/{case_id}/sharing/{second}"
    row = db.session.get_one(Share, second)
    assert row.restriction.split("\n\n")[0] == acts.MOU.restriction, "alone, as the provider wrote it"
    assert "Added by SEC: " in row.restriction
    assert row.retention.split("\n\n") == ["30 days, then destroy", "Added by SEC: For ever"]
    readers = {one: as_(people.desks[one].coordinator) for one in CODES}
    for browser in readers.values():
        chip = browser.get(page).text.split("portal-audience__parties")[1].split("</span>")[0]
        assert [code for code in CODES if code in chip] == list(CODES)
    assert "SEC, " not in chip.replace("CFTC, FCA, SEC", "")
    form = readers["SEC"].get(f"/cases/{case_id}/sharing/{_first}/on").text
    assert "30 days, then destroy" in form and "Those that it came from (FCA) read" in form
    asked = readers["CFTC"].get(f"{page}/use").text
    assert "FCA, SEC" in asked
    done = readers["CFTC"].send(f"{page}/use", {"use": "A hearing of ours."}, follow_redirects=True)
    assert "Told: FCA, SEC." in done.text
    assert "A hearing of ours." in readers["FCA"].get(page).text
    kinds = select(TrailEvent.audience).where(
        TrailEvent.kind.in_(["share.use", "share.acknowledge", "share.release_sealed"])
    )
    wide = [set(found) for found in db.session.scalars(kinds) if "desk:CFTC" in found]
    assert wide == [{"desk:FCA", "desk:SEC", "desk:CFTC"}] * 3
    told = select(OutboxMessage.person_id).where(OutboxMessage.action == "share.use")
    assert people.desks["FCA"].coordinator.person_id in set(db.session.scalars(told))


@pytest.mark.slow
def test_a_share_breaks_the_seal_for_what_was_shared_and_nothing_else(stage: Stage) -> None:  # noqa: F811
    """Two worlds, one with a share that SEC acknowledged: they differ for people of SEC, on the pages of the share."""

    def share(world: Any) -> None:
        shared.acknowledge(world.other("coordinator"), acts.give(world))

    who = ["case@sec.example", "records@sec.example", "signatory@harbourlight.example",
           "signatory@tessellate.example", "secretariat@programme_office.example"]  # fmt: skip
    without, with_share = stage.show(None, who), stage.show(share, who)
    found = differences(without, with_share)
    rest = [
        name
        for name in found
        if not (
            name.startswith("case@sec.example /cases/") and name.endswith(("/sharing", "/sharing/extract", "/trail"))
        )
        and name not in {"audiences", "letters"}
    ]
    assert rest == []
    assert any(name.endswith("/sharing") for name in found), "the ledger itself does show it"
    added = set(with_share["audiences"]) - set(without["audiences"])
    assert {kind for kind, *_ in added} <= {"share", "share_item", "trail"}
    told = {name for _id, name, *_ in set(with_share["letters"]) - set(without["letters"])}
    assert told <= {f"{duty}@sec.example" for duty in ("intake", "coordinator", "case", "specialist", "decision")}
