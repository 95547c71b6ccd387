"""A firm registers itself, keeps its profile, and hands its account over; its applications begin with the profile."""

from __future__ import annotations

import contextlib
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from sandbox.adapters import mail
from sandbox.domain.actors import Organisation, Role
from sandbox.domain.errors import BadInput, Conflict, NotAllowed, NotFound, NotNow, Refusal
from sandbox.extensions import db
from sandbox.models import people as tables
from sandbox.models.applications import Section
from sandbox.models.desks import Case, CaseParty
from sandbox.models.people import Firm, Person, PersonRole
from sandbox.queries import firms as queries
from sandbox.services import people, throttle
from sandbox.services.applications import working
from sandbox.services.desks import parties
from sandbox.services.people import profile, registration
from sandbox.services.people.registration import NewFirm
from tests.letters import letters_to, text_of, token_for, tokens_for

PASSWORD = "eight green umbrellas"
ANNA = "anna@newfirm.example"
LEI = "EXMP00DEMO0000000108"
FIRM = NewFirm("New Firm Ltd", "GB", address="1 Invented Street", company_number="90000001")


@pytest.fixture(autouse=True)
def _no_letters():
    mail.sent.clear()


@pytest.fixture
def owner(maker):
    return maker.person(maker.firm("Harbour Tokens Ltd"), Role.OWNER, name="Olive Owner")


def register(firm=FIRM, email=ANNA):
    registration.confirm_address(email, place="192.0.2.1")
    key = registration.register(token_for(email), firm, name="Anna Able", password=PASSWORD)
    return people.actor_of(key)


def owners(firm_id):
    db.session.rollback()
    return db.session.scalar(
        select(func.count())
        .select_from(Person)
        .join(PersonRole, PersonRole.person_id == Person.id)
        .where(Person.organisation_id == firm_id, Person.active.is_(True), PersonRole.role == "owner")
    )


# --- registering -----------------------------------------------------------------------------------------------------


def test_nothing_is_kept_before_the_address_is_confirmed(app):
    registration.confirm_address(ANNA, place="192.0.2.1")
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Firm)) == 0
    assert db.session.scalar(select(func.count()).select_from(Person)) == 0


def test_who_registers_a_firm_is_its_owner_and_nothing_else(app):
    anna = register()
    assert (anna.organisation, anna.organisation_name) == (Organisation.FIRM, "New Firm Ltd")
    assert anna.roles == {Role.OWNER}
    assert queries.page(anna).profile.company_number == "90000001"
    assert "New Firm Ltd is registered" in text_of(letters_to(ANNA)[-1])
    assert people.sign_in(ANNA, PASSWORD, address="", agent="", limits=people.Limits(5, timedelta(minutes=5)))


def test_an_address_with_an_account_gets_a_letter_without_a_link(owner):
    registration.confirm_address(owner.email, place="192.0.2.1")
    assert tokens_for(owner.email) == []
    assert "you have an account already" in text_of(letters_to(owner.email)[-1])


def test_a_link_registers_one_firm(app):
    registration.confirm_address(ANNA, place="192.0.2.1")
    token = token_for(ANNA)

    def attempt(name):
        with app.app_context():
            try:
                return bool(registration.register(token, NewFirm(name, "GB"), name="Anna", password=PASSWORD))
            except Refusal:
                return False

    db.session.rollback()
    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(attempt, ["One Ltd", "Two Ltd"])) == [False, True]
    assert db.session.scalar(select(func.count()).select_from(Firm)) == 1


def test_one_place_cannot_have_letters_sent_to_everybody(app):
    for number in range(registration.FROM_ONE_PLACE):
        registration.confirm_address(f"person{number}@x.example", place="192.0.2.1")
    with pytest.raises(throttle.TooMany):
        registration.confirm_address("one.more@x.example", place="192.0.2.1")
    registration.confirm_address("one.more@x.example", place="192.0.2.2")


def test_another_firm_may_give_the_same_lei_so_nobody_learns_who_registered(app):
    register(NewFirm("New Firm Ltd", "GB", lei=LEI))
    assert register(NewFirm("Other Firm Ltd", "GB", lei=LEI), email="otto@other.example")


@pytest.mark.parametrize(
    ("firm", "field"),
    [
        (NewFirm(" ", "GB"), "legal_name"),
        (NewFirm("A", ""), "country"),
        (NewFirm("A", "GB", legal_form="club"), "legal_form"),
        (NewFirm("A", "GB", lei="EXMP00DEMO0000000109"), "lei"),
        (NewFirm("A", "GB", company_number="123"), "company_number"),
        (NewFirm("Securities and Exchange Commission", "US"), "legal_name"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(app, firm, field):
    with pytest.raises(BadInput) as bad:
        register(firm)
    assert field in bad.value.problems


# --- the profile -----------------------------------------------------------------------------------------------------

CONTROLLER = {"name": "Holding plc", "kind": "parent", "share": Decimal("75.5"), "country": "GB"}


def test_rows_are_added_changed_and_removed(owner):
    firm_id = owner.organisation_id
    key = profile.save(owner, firm_id, "controller", CONTROLLER)
    profile.save(owner, firm_id, "licence", {"authority": "FCA", "scope": "Payments", "since": date(2020, 1, 2)})
    profile.save(owner, firm_id, "identifier", {"scheme": "gb-frn", "number": " 123 456 "})
    profile.save(owner, firm_id, "entity", {"name": "Harbour Inc", "country": "US"})
    row = queries.row(owner, "controller", key)
    profile.save(owner, firm_id, "controller", {**CONTROLLER, "share": None}, row_id=key, version=row.version)
    with pytest.raises(Conflict):
        profile.remove(owner, firm_id, "controller", key, version=row.version)
    page = queries.page(owner)
    assert page.rows["identifier"][0].values["number"] == "123456"
    assert [one.title for kind in page.rows for one in page.rows[kind]] == [
        "123456", "Harbour Inc", "Holding plc", "FCA",
    ]  # fmt: skip
    profile.remove(owner, firm_id, "controller", key, version=row.version + 1)
    assert queries.page(owner).rows["controller"] == ()


@pytest.mark.parametrize(
    ("scheme", "right", "wrong"),
    [
        ("lei", LEI, "EXMP00DEMO0000000109"),
        ("gb-company", "01234567", "1234567"),
        ("gb-company", "SC123456", "S1"),
        ("gb-frn", "123456", "12345"),
        ("us-cik", "0001234567", "00012345678"),
        ("us-nfa", "0123456", "123456"),
        ("us-sec-file", "8-12345", "812345"),
    ],
)
def test_numbers_must_look_as_their_register_writes_them(owner, scheme, right, wrong):
    firm_id = owner.organisation_id
    profile.save(owner, firm_id, "identifier", {"scheme": scheme, "number": right})
    for number in (wrong, "", f"{right}\n", f"{right}; DROP"):
        with pytest.raises(BadInput):
            profile.save(owner, firm_id, "identifier", {"scheme": scheme, "number": number})


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("controller", {"name": "", "kind": "parent"}),
        ("controller", {"name": "A", "kind": "friend"}),
        ("controller", {"name": "A", "kind": "parent", "share": Decimal("100.01")}),
        ("controller", {"name": "A", "kind": "parent", "share": "5"}),
        ("entity", {"name": "A", "country": "Britain"}),
        ("entity", {"name": "A", "country": "GB", "lei": "X"}),
        ("entity", {"name": "A", "country": "GB", "number": "123"}),
        ("licence", {"authority": "FCA", "scope": ""}),
        ("identifier", {"scheme": "none", "number": "1"}),
    ],
)
def test_rows_that_say_nonsense_are_refused(owner, kind, values):
    with pytest.raises(BadInput):
        profile.save(owner, owner.organisation_id, kind, values)


def test_nobody_touches_the_profile_of_another_firm(maker, owner):
    stranger = maker.person(maker.firm(), Role.OWNER)
    key = profile.save(owner, owner.organisation_id, "controller", CONTROLLER)
    with pytest.raises(NotFound):
        profile.save(stranger, owner.organisation_id, "controller", CONTROLLER)
    with pytest.raises(NotFound):  # the row of one firm under the name of another
        profile.save(stranger, stranger.organisation_id, "controller", CONTROLLER, row_id=key)
    with pytest.raises(NotFound):
        profile.remove(stranger, stranger.organisation_id, "controller", key)
    with pytest.raises(NotFound):
        profile.save(owner, owner.organisation_id, "person", {"name": "x"})
    for role in (Role.CERTIFIER, Role.READ_ONLY):
        with pytest.raises(NotAllowed):
            profile.remove(maker.person(owner.organisation_id, role), owner.organisation_id, "controller", key)
    with pytest.raises(NotFound):
        queries.page(maker.staff("FCA", Role.COORDINATOR), owner.organisation_id)


def test_an_application_begins_with_the_profile_and_the_page_says_what_differs(maker, owner):
    firm_id = owner.organisation_id
    profile.describe(owner, firm_id, NewFirm("Harbour Tokens Ltd", "GB", address="Pier 1", group="Harbour Group"))
    profile.save(owner, firm_id, "controller", CONTROLLER)
    draft = working.start(owner, maker.programme(), title="Bonds")
    answers = db.session.scalar(select(Section.answers).where(Section.code == "firm"))
    assert (answers["group"], answers["controllers"], answers["address"]) == ("Harbour Group", "Holding plc", "Pier 1")
    assert queries.page(owner).drifts == ()
    profile.save(owner, firm_id, "controller", {**CONTROLLER, "name": "Second plc"})
    profile.describe(owner, firm_id, NewFirm("Harbour Tokens plc", "GB", address="PIER  1", group="Harbour Group"))
    found = {one.name: (one.profile, one.application) for one in queries.differences_of(owner, draft)}
    assert found == {
        "legal_name": ("Harbour Tokens plc", "Harbour Tokens Ltd"),
        "controllers": ("Holding plc, Second plc", "Holding plc"),
    }
    assert [drift.application_id for drift in queries.page(owner).drifts] == [draft]
    with pytest.raises(NotFound):
        queries.differences_of(maker.person(maker.firm(), Role.OWNER), draft)


def test_group_and_controllers_of_the_profile_become_parties_of_a_case(maker, owner):
    firm_id = owner.organisation_id
    profile.save(owner, firm_id, "controller", CONTROLLER)
    made = maker.case(owner)
    case = db.session.get_one(Case, made.id)
    record = {"sections": {"firm": {"legal_name": "Harbour Tokens Ltd", "controllers": "Written plc\nHolding plc"}}}
    parties.take_from(case, record)
    db.session.commit()
    live = select(CaseParty.kind, CaseParty.name).where(CaseParty.ended_at.is_(None)).order_by(CaseParty.name)
    assert [tuple(row) for row in db.session.execute(live)] == [
        ("firm", "Harbour Tokens Ltd"),
        ("controller", "Holding plc"),
        ("controller", "Written plc"),
    ]


# --- leaving and handing over ----------------------------------------------------------------------------------------


def test_the_ownership_goes_over_in_one_step(maker, owner):
    carl = maker.person(owner.organisation_id, Role.CONTRIBUTOR, name="Carl")
    people.hand_over(owner, carl.me, keeps=["signatory"])
    assert people.actor_of(carl.me).roles == {Role.OWNER, Role.CONTRIBUTOR}
    assert people.actor_of(owner.me).roles == {Role.SIGNATORY}
    assert "You are the owner now" in letters_to(carl.email)[-1]["Subject"]
    with pytest.raises(NotAllowed):  # an old page of the former owner
        people.hand_over(owner, carl.me, keeps=["signatory"])


def test_ownership_goes_to_nobody_else(maker, owner):
    closed = maker.person(owner.organisation_id, Role.CONTRIBUTOR)
    people.deactivate(owner, closed.me)
    for target in (owner.me, closed.me):
        with pytest.raises(BadInput):
            people.hand_over(owner, target, keeps=["signatory"])
    with pytest.raises(NotFound):
        people.hand_over(owner, maker.person(maker.firm(), Role.OWNER).me, keeps=["signatory"])
    carl = maker.person(owner.organisation_id, Role.CONTRIBUTOR)
    for keeps in ([], ["owner"], ["counsel"]):
        with pytest.raises(BadInput):
            people.hand_over(owner, carl.me, keeps=keeps)
    assert owners(owner.organisation_id) == 1


def test_who_leaves_loses_the_account_at_once_and_the_last_owner_stays(maker, owner):
    carl = maker.person(owner.organisation_id, Role.CONTRIBUTOR, name="Carl")
    people.leave(carl)
    with pytest.raises(NotFound):
        people.actor_of(carl.me)
    assert "Carl has left" in text_of(letters_to(owner.email)[-1])
    with pytest.raises(NotNow):
        people.leave(owner)
    with pytest.raises(NotAllowed):
        people.leave(maker.staff("FCA", Role.CASE_OFFICER))


@pytest.mark.parametrize("second", ["leave", "hand_over", "roles"])
def test_there_is_always_an_owner_however_two_go_at_once(app, maker, owner, second):
    other = maker.person(owner.organisation_id, Role.OWNER)
    carl = maker.person(owner.organisation_id, Role.CONTRIBUTOR)
    acts = {
        "leave": lambda: people.leave(other),
        "hand_over": lambda: people.hand_over(other, carl.me, keeps=["read_only"]),
        "roles": lambda: people.set_roles(other, other.me, roles=["read_only"]),
    }

    def run(act):
        with app.app_context(), contextlib.suppress(Refusal):
            act()

    db.session.rollback()
    for _ in range(3):
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(run, [lambda: people.leave(owner), acts[second]]))
        assert owners(owner.organisation_id) >= 1
    assert db.session.scalar(select(func.count()).select_from(tables.Firm)) == 1
