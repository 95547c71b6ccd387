"""The firm's side: what is saved, what is refused, and what submitting freezes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from sandbox.adapters import mail
from sandbox.cli.demo import story
from sandbox.cli.demo.answering import completed, newest
from sandbox.domain.actors import Role
from sandbox.domain.canonical import record_hash
from sandbox.domain.errors import Conflict, Incomplete, NotAllowed, NotFound, NotNow
from sandbox.extensions import db
from sandbox.models.applications import Application, ApplicationVersion, Section
from sandbox.models.desks import Case, Desk
from sandbox.models.messages import OutboxMessage
from sandbox.models.trail import TrailEvent
from sandbox.services import applications as services
from sandbox.services import desks
from tests.letters import letters_to, text_of

FIRM = {
    "legal_name": "Harbour Tokens Ltd",
    "lei": "5493001KJTIIGC8Y1R12",
    "company_number": "01234567",
    "country": "GB",
    "address": "1 Example Street",
    "contact_name": "Robin Person",
    "contact_email": "robin@harbour.example",
}
PRODUCT = {
    "name": "Tokenised fund units",
    "summary": "Units of a fund as tokens.",
    "innovation": "Settlement on the day of the trade.",
    "activities": ["custody", "trading-platform"],
    "asset_classes": ["uk-specified-investment", "us-digital-security"],
    "customers": "Forty professional customers.",
}
ANSWERS = story.full_answers(
    firm=FIRM, product=PRODUCT, jurisdictions=("UK", "US"), limits=story.usual_limits(("UK", "US"))
)


@pytest.fixture
def signatory(maker):
    return maker.person(maker.firm(), Role.OWNER, Role.SIGNATORY)


@pytest.fixture
def draft(maker, signatory):
    """A draft that lacks nothing."""
    key = services.start(signatory, maker.programme(), title="Tokenised fund units")
    story.fill(signatory, key, ANSWERS)
    return key


def content(application_id):
    found = record_hash(services.working_record(application_id))
    db.session.rollback()
    return found


def count(model):
    return db.session.scalar(select(func.count()).select_from(model))


def version_of(application_id, code):
    return db.session.scalar(
        select(Section.version).where(Section.application_id == application_id, Section.code == code)
    )


def change(actor, application_id, code, **values):
    answers = deepcopy(ANSWERS[code]) | values
    services.save_section(actor, application_id, code, answers=answers, version=version_of(application_id, code))


def ask_for_more(maker, application_id):
    """The desk of the FCA finds the application incomplete."""
    officer = maker.staff("FCA", Role.INTAKE_OFFICER)
    case = db.session.scalar(select(Case.id).where(Case.application_id == application_id))
    desk = story.desk_of(case, "FCA")
    desks.declare(officer, case, outcome="none")
    if db.session.get(Desk, desk).state == "routed":
        desks.start_screening(officer, desk)
    desks.find_incomplete(officer, desk, missing=["The accounts of the last two years"])


def test_a_new_application_knows_the_firm_already(maker, signatory):
    key = services.start(signatory, maker.programme(), title="Tokenised fund units")
    rows = {row.code: row.answers for row in db.session.scalars(select(Section).where(Section.application_id == key))}
    assert list(sorted(rows)) == sorted(ANSWERS)
    assert rows["firm"]["contact_name"] == signatory.name
    assert rows["product"] == {"name": "Tokenised fund units"}


def test_saving_changes_nothing_for_anybody_else(maker, signatory, draft):
    change(signatory, draft, "product", name="Another name")
    assert db.session.get(Application, draft).title == "Another name"
    assert count(Case) == count(ApplicationVersion) == count(OutboxMessage) == 0


def test_submitting_gives_one_version_one_case_and_a_desk_at_each_authority_with_a_remit(signatory, draft):
    version = services.submit(signatory, draft, content=content(draft))
    row = db.session.get(ApplicationVersion, version)
    case = db.session.scalar(select(Case.id).where(Case.application_id == draft))
    assert row.number == 1
    assert row.sha256 == record_hash(row.record)
    assert row.record["sections"]["product"] == ANSWERS["product"]
    assert desks.codes(case) == ["FCA", "SEC"]
    assert db.session.get(Application, draft).state == "submitted"


def test_who_submits_gets_a_letter_that_leads_to_the_receipt(maker, signatory, draft):
    mail.sent.clear()
    ways = []
    for number in (1, 2):
        version = services.submit(signatory, draft, content=content(draft))
        ways.append(f"/applications/{draft}/receipt/{version}")
        own = [one for one in letters_to(signatory.email) if ways[-1] in text_of(one)]
        assert len(own) == 1, "one receipt a submission"
        assert "You have submitted" in text_of(own[0]) and ANSWERS["product"]["summary"] not in text_of(own[0])
        if number == 1:
            ask_for_more(maker, draft)
            change(signatory, draft, "product", name="Fund units, again")
    others = select(OutboxMessage).where(OutboxMessage.person_id != signatory.me)
    assert all("receipt" not in one.content for one in db.session.scalars(others))


def test_the_same_content_submitted_again_is_the_same_version(signatory, draft):
    shown = content(draft)
    first = services.submit(signatory, draft, content=shown)
    assert services.submit(signatory, draft, content=shown) == first
    assert count(ApplicationVersion) == count(Case) == 1


def test_two_clicks_at_the_same_moment_give_one_version(app, signatory, draft):
    shown = content(draft)

    def click(_number):
        with app.app_context():
            try:
                return services.submit(signatory, draft, content=shown)
            finally:
                db.session.remove()

    with ThreadPoolExecutor(2) as clicks:
        found = set(clicks.map(click, range(2)))
    assert len(found) == 1
    assert count(ApplicationVersion) == count(Case) == 1


def test_an_incomplete_application_is_refused_with_everything_that_is_missing(maker, signatory):
    key = services.start(signatory, maker.programme(), title="Half an idea")
    shown, events = content(key), count(TrailEvent)
    with pytest.raises(Incomplete) as refused:
        services.submit(signatory, key, content=shown)
    missing = refused.value.missing
    for words in (
        "Missing in “About the firm”: the registered address.",
        "Missing in “Product and activities”: at least one activity.",
        "Missing in “Jurisdictions”: at least one jurisdiction.",
        "Missing in “Test plan”: at least one limit.",
        "Missing in “Declarations”: consent to share the application between the authorities.",
    ):
        assert words in missing
    assert db.session.get(Application, key).state == "draft"
    assert count(TrailEvent) == events
    assert count(ApplicationVersion) == count(Case) == 0


def test_answers_that_changed_since_the_page_was_shown_are_not_submitted(signatory, draft):
    shown = content(draft)
    change(signatory, draft, "product", summary="Something else.")
    with pytest.raises(Conflict):
        services.submit(signatory, draft, content=shown)
    assert count(ApplicationVersion) == 0


def test_only_a_signatory_submits(maker, signatory, draft):
    for role in (Role.OWNER, Role.CONTRIBUTOR, Role.CERTIFIER, Role.READ_ONLY):
        colleague = maker.person(signatory.organisation_id, role)
        with pytest.raises(NotAllowed):
            services.submit(colleague, draft, content=content(draft))
    assert count(ApplicationVersion) == 0


def test_for_everybody_else_the_draft_does_not_exist(maker, draft):
    strangers = [
        maker.person(maker.firm(), Role.OWNER, Role.SIGNATORY),
        maker.staff("FCA", Role.COORDINATOR, Role.CASE_OFFICER),
    ]
    for stranger in strangers:
        for act in (
            lambda who: services.save_section(who, draft, "firm", answers={}, version=1),
            lambda who: services.submit(who, draft, content="0" * 64),
            lambda who: services.withdraw(who, draft, reason="No"),
            lambda who: services.discard(who, draft),
        ):
            with pytest.raises(NotFound):
                act(stranger)
    with pytest.raises(NotFound):
        services.discard(strangers[0], uuid4())


def test_the_second_of_two_who_save_keeps_what_stands_now(maker, signatory, draft):
    opened = version_of(draft, "product")
    colleague = maker.person(signatory.organisation_id, Role.CONTRIBUTOR)
    change(colleague, draft, "product", summary="The colleague’s text.")
    with pytest.raises(Conflict) as conflict:
        services.save_section(signatory, draft, "product", answers={"summary": "Mine."}, version=opened)
    assert conflict.value.current["summary"] == "The colleague’s text."
    stands = select(Section.answers).where(Section.application_id == draft, Section.code == "product")
    assert db.session.scalar(stands)["summary"] == "The colleague’s text."


def limit(**values):
    first, *others = deepcopy(ANSWERS["test_plan"]["limits"])
    return {"limits": [first | values, *others]}


@pytest.mark.parametrize(
    ("code", "values", "words"),
    [
        ("firm", {"lei": "5493001KJTIIGC8Y1R13"}, "an LEI whose check digits are right"),
        ("firm", {"legal_name": "\u200b\u2060 \u3164"}, "the legal name"),
        ("firm", {"legal_name": "Ha\u202erbour"}, "U+202E"),
        ("firm", {"legal_name": "Harbour \U000f0000"}, "U+F0000"),
        ("product", {"summary": " \u00a0 "}, "what the product does"),
        ("test_plan", {"starts_on": "1999-12-31"}, "a real date for “Start of the test”"),
        ("test_plan", {"starts_on": "2101-01-01"}, "a real date for “Start of the test”"),
        ("test_plan", {"starts_on": "2027-02-30"}, "a real date for “Start of the test”"),
        ("test_plan", limit(threshold="NaN"), "a limit of 0 or more"),
        ("test_plan", limit(threshold="Infinity"), "a limit of 0 or more"),
        ("test_plan", limit(threshold="-1"), "a limit of 0 or more"),
        ("test_plan", limit(threshold="1e400"), "a limit of 0 or more"),
        ("test_plan", limit(threshold=""), "a limit of 0 or more"),
        ("test_plan", {"limits": story.usual_limits(("UK",))}, "at least one limit for US"),
        ("test_plan", {"limits": story.usual_limits(("UK", "US", "VD"))}, "no limits for VD"),
    ],
)
def test_what_must_not_be_submitted_is_refused_at_the_last_moment_too(signatory, draft, code, values, words):
    change(signatory, draft, code, **values)
    with pytest.raises(Incomplete) as refused:
        services.submit(signatory, draft, content=content(draft))
    assert any(words in line for line in refused.value.missing), refused.value.missing
    assert count(ApplicationVersion) == 0


def test_a_jurisdiction_in_which_nobody_has_a_remit_is_refused_at_the_last_moment(signatory, draft):
    classes = ["uk-qualifying-stablecoin", "us-stablecoin"]
    product = {**PRODUCT, "activities": ["stablecoin-issuance"], "asset_classes": classes}
    story.fill(signatory, draft, completed(newest(), {**ANSWERS, "product": product, "custody": {}}))
    with pytest.raises(Incomplete) as refused:
        services.submit(signatory, draft, content=content(draft))
    assert any("No authority in US has a remit" in line for line in refused.value.missing), refused.value.missing


def test_a_submitted_application_cannot_be_changed_or_discarded(signatory, draft):
    services.submit(signatory, draft, content=content(draft))
    with pytest.raises(NotNow):
        change(signatory, draft, "product", summary="Too late.")
    with pytest.raises(NotNow):
        services.discard(signatory, draft)


def test_what_an_authority_asks_for_is_submitted_as_the_next_version(maker, signatory, draft):
    first = services.submit(signatory, draft, content=content(draft))
    ask_for_more(maker, draft)
    assert services.editable(draft)
    assert services.submit(signatory, draft, content=content(draft)) == first  # nothing was changed yet
    change(signatory, draft, "product", summary="With the accounts.")
    second = services.submit(signatory, draft, content=content(draft))
    case = db.session.scalar(select(Case).where(Case.application_id == draft))
    assert case.current_version_id == second != first
    assert db.session.get(Desk, story.desk_of(case.id, "FCA")).state == "screening"
    assert not services.editable(draft)


def test_going_back_to_an_earlier_text_is_a_version_of_its_own(maker, signatory, draft):
    first = services.submit(signatory, draft, content=content(draft))
    ask_for_more(maker, draft)
    change(signatory, draft, "product", summary="With the accounts.")
    services.submit(signatory, draft, content=content(draft))
    ask_for_more(maker, draft)
    change(signatory, draft, "product")
    third = services.submit(signatory, draft, content=content(draft))
    assert third != first
    assert db.session.get(ApplicationVersion, third).number == 3


def test_withdrawing_closes_every_desk(signatory, draft):
    with pytest.raises(NotNow):
        services.withdraw(signatory, draft, reason="Too early to withdraw.")
    services.submit(signatory, draft, content=content(draft))
    services.withdraw(signatory, draft, reason="The product is delayed.")
    case = db.session.scalar(select(Case).where(Case.application_id == draft))
    states = set(db.session.scalars(select(Desk.state).where(Desk.case_id == case.id)))
    assert case.withdrawn_at is not None
    assert states == {"closed"}
    with pytest.raises(NotNow):
        change(signatory, draft, "product", summary="Too late.")


def test_a_discarded_draft_is_gone(signatory, draft):
    services.discard(signatory, draft)
    assert db.session.get(Application, draft) is None
    assert count(Section) == 0
