"""What the firm reads of its applications, and that nobody else reads anything."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from sandbox.cli.demo import story
from sandbox.cli.demo.answering import newest
from sandbox.domain.actors import Organisation, Role
from sandbox.domain.canonical import record_hash
from sandbox.domain.errors import NotAllowed, NotFound
from sandbox.domain.screening import Missing
from sandbox.extensions import db
from sandbox.models.applications import Application
from sandbox.models.desks import Case, CompletenessLetter
from sandbox.models.trail import Audience
from sandbox.queries import applications as queries
from sandbox.services import applications as services
from sandbox.services import desks

ANSWERS = story.full_answers(
    firm={
        "legal_name": "Harbour Tokens Ltd",
        "lei": "",
        "country": "GB",
        "address": "1 Example Street\nExample Town",
        "contact_name": "Robin Person",
        "contact_email": "robin@harbour.example",
    },
    product={
        "name": "Tokenised fund units",
        "summary": "Units of a fund as tokens.",
        "innovation": "Settlement on the day of the trade.",
        "activities": ["custody"],
        "asset_classes": ["uk-specified-investment", "us-digital-security"],
        "customers": "Forty professional customers.",
    },
    jurisdictions=("UK", "US"),
    limits=story.usual_limits(("UK", "US")),
)


@pytest.fixture
def signatory(maker):
    return maker.person(maker.firm(), Role.SIGNATORY)


@pytest.fixture
def draft(maker, signatory):
    key = services.start(signatory, maker.programme(), title="Tokenised fund units")
    story.fill(signatory, key, ANSWERS)
    return key


def submit(actor, application_id):
    return services.submit(actor, application_id, content=queries.check(actor, application_id).content)


def ask_for_more(maker, application_id):
    officer = maker.staff("FCA", Role.INTAKE_OFFICER)
    case = db.session.scalar(select(Case.id).where(Case.application_id == application_id))
    desk = story.desk_of(case, "FCA")
    desks.declare(officer, case, outcome="none")
    desks.start_screening(officer, desk)
    desks.find_incomplete(officer, desk, missing=["The accounts of the last two years"], message="Please hurry.")


def test_the_task_list_says_what_each_section_lacks(maker, signatory):
    key = services.start(signatory, maker.programme(), title="Half an idea")
    found = queries.overview(signatory, key)
    states = {section.code: section.state for section in found.sections}
    begun = {"firm": "in_progress", "product": "in_progress"}
    asked = [code for code in newest().titles if code != "stablecoin"]  # only who issues one is asked about reserves
    assert states == {code: begun.get(code, "not_started") for code in asked}
    assert "the registered address" in found.sections[0].lacking
    assert found.head.editable
    assert found.unsent
    assert found.complete == 0


def test_the_hash_that_is_shown_is_the_hash_that_is_submitted(signatory, draft):
    shown = queries.check(signatory, draft)
    assert shown.problems == ()
    assert shown.content == record_hash(services.working_record(draft)) == record_hash(shown.record)


def test_the_check_says_where_the_application_goes_and_why(signatory, draft):
    found = queries.check(signatory, draft).destinations
    assert [one.code for one in found] == ["FCA", "SEC"]
    assert found[0].why == ("Safeguarding of tokenised securities in the United Kingdom is within the FCA's remit.",)
    assert found[0].required


def test_all_problems_come_at_once_each_with_its_section(maker, signatory):
    key = services.start(signatory, maker.programme(), title="Half an idea")
    found = queries.check(signatory, key).problems
    assert {problem.section for problem in found} == set(newest().titles) - {"stablecoin"}
    assert len(found) > 15


def test_who_cannot_submit_reads_who_can(maker, signatory, draft):
    contributor = maker.person(signatory.organisation_id, Role.CONTRIBUTOR)
    maker.person(maker.firm(), Role.SIGNATORY, name="Somebody Else")
    assert queries.check(contributor, draft).signatories == (signatory.name,)
    assert queries.check(signatory, draft).signatories == ()


@pytest.mark.parametrize("read", [queries.overview, queries.check, lambda who, key: queries.section(who, key, "firm")])
def test_nobody_outside_the_firm_reads_a_draft(maker, signatory, draft, read):
    office = maker.organisation(Organisation.PROGRAMME_OFFICE)
    for stranger in (
        maker.person(maker.firm(), Role.OWNER, Role.SIGNATORY),
        maker.staff("FCA", Role.COORDINATOR),
        maker.person(office, Role.SECRETARIAT),
    ):
        with pytest.raises(NotFound):
            read(stranger, draft)
    assert read(maker.person(signatory.organisation_id, Role.READ_ONLY), draft)


def test_a_list_holds_the_own_firm_only(maker, signatory, draft):
    other = maker.person(maker.firm(), Role.OWNER)
    assert [line.id for line in queries.list_of_firm(signatory).rows] == [draft]
    assert list(queries.list_of_firm(other).rows) == []
    with pytest.raises(NotAllowed):
        queries.list_of_firm(maker.staff("FCA", Role.CASE_OFFICER))


def test_a_long_list_comes_in_pages_that_meet_exactly(maker, signatory):
    made = [services.start(signatory, maker.programme(), title=f"Idea {n}") for n in range(5)]
    moment = db.session.scalar(select(Application.created_at).where(Application.id == made[0]))
    for number, key in enumerate(made):  # two at the same moment, so that the id decides
        at = moment + timedelta(seconds=number // 2)
        db.session.execute(update(Application).where(Application.id == key).values(created_at=at))
    db.session.commit()
    seen, after = [], None
    while True:
        page = queries.list_of_firm(signatory, after=after, size=2)
        seen += [line.id for line in page.rows]
        after = page.after
        if after is None:
            break
    assert sorted(seen) == sorted(made)
    assert len(seen) == len(made)


def test_what_a_desk_asks_for_reaches_the_firm_by_its_letter_only(maker, signatory, draft):
    submit(signatory, draft)
    assert not queries.overview(signatory, draft).head.editable
    ask_for_more(maker, draft)
    found = queries.overview(signatory, draft)
    assert found.head.editable
    assert not found.unsent
    assert [(letter.authority, letter.missing) for letter in found.waiting] == [
        ("FCA", (Missing("The accounts of the last two years"),)),
    ]
    assert queries.dashboard(signatory).waiting[0].waiting == ("FCA",)
    letters = select(CompletenessLetter.id)
    db.session.execute(delete(Audience).where(Audience.item_id.in_(letters), Audience.party == "firm"))
    db.session.commit()
    assert queries.overview(signatory, draft).letters == ()
    assert queries.dashboard(signatory).waiting == ()


def test_saved_changes_after_submitting_are_said_to_be_unsent(maker, signatory, draft):
    submit(signatory, draft)
    ask_for_more(maker, draft)
    assert not queries.check(signatory, draft).unsent
    opened = queries.section(signatory, draft, "product").section
    services.save_section(
        signatory, draft, "product", answers={**opened.answers, "summary": "More."}, version=opened.version
    )
    assert queries.overview(signatory, draft).unsent
    assert queries.check(signatory, draft).unsent


def test_the_dashboard_sorts_the_work(maker, signatory, draft):
    submit(signatory, draft)
    idea = services.start(signatory, maker.programme(), title="Half an idea")
    found = queries.dashboard(signatory)
    assert [line.id for line in found.drafts] == [idea]
    assert [line.id for line in found.submitted] == [draft]
    assert found.waiting == ()
    assert queries.dashboard(maker.person(maker.firm(), Role.OWNER)).empty
    assert queries.dashboard(maker.staff("FCA", Role.CASE_OFFICER)).empty


def test_a_receipt_names_what_was_frozen(maker, signatory, draft):
    version = submit(signatory, draft)
    found = queries.submitted_version(signatory, draft, version)
    assert found.reference.startswith("JS-")
    assert found.sha256 == record_hash(found.record)
    record = queries.receipt_record(found, demo=True)
    assert record["number"] == f"{found.reference}/R/1"
    assert record["firm"]["country"] == "United Kingdom"
    assert record["firm"]["address"] == "1 Example Street, Example Town"
    assert [one["code"] for one in record["authorities"]] == ["FCA", "SEC"]
    other = maker.person(maker.firm(), Role.OWNER)
    with pytest.raises(NotFound):
        queries.submitted_version(other, draft, version)
    idea = services.start(signatory, maker.programme(), title="Half an idea")
    with pytest.raises(NotFound):
        queries.submitted_version(signatory, idea, version)
