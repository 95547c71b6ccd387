"""Public pages before applying: the programme, the compendium, the fit check; no account, nothing kept."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select

from sandbox.extensions import db
from sandbox.models.base import Base

CODE = "uk-us-digital-assets"
ASKED = {
    "activities": ["custody"],
    "jurisdictions": ["UK", "US"],
    "class-UK": ["uk-qualifying-cryptoasset"],
    "class-US": ["us-digital-security"],
    "standing-UK": "established",
    "standing-US": "abroad",
    "customers": ["professional"],
    "ready": ["built", "plan"],
}


def test_one_programme_is_shown_at_once(client: Any) -> None:
    answer = client.get("/programmes")
    assert answer.status_code == 302
    page = client.get(answer.headers["Location"])
    for words in (
        "Financial Conduct Authority",
        "MiCA, article 3(1)(16)(a)",
        "Programme service standard",
        "24 months",
    ):
        assert words in page.text


@pytest.mark.parametrize("code", ["FCA", "BoE", "SEC", "CFTC"])
def test_the_compendium_says_what_it_knows_and_how_sure_it_is(client: Any, code: str) -> None:
    page = client.get(f"/authorities/{code}").text
    for words in ("Who may apply", "What it can support", "Fees", "Clocks", "Appeal", "Source:", "no advice"):
        assert words in page
    assert "Not law" in page


def test_what_does_not_exist_is_not_there(client: Any) -> None:
    for path in ("/programmes/none", "/programmes/none/fit", "/authorities/XX"):
        assert client.get(path).status_code == 404


def test_a_check_in_which_nothing_is_selected_says_what_is_missing(client: Any) -> None:
    page = client.get(f"/programmes/{CODE}/fit")
    assert page.status_code == 200 and "There is a problem" not in page.text
    assert '<input type="hidden" name="asked" value="1">' in page.text
    sent = client.get(f"/programmes/{CODE}/fit?asked=1")
    assert sent.status_code == 422 and "There is a problem" in sent.text
    assert "Select at least one activity." in sent.text
    assert "asked=1" not in client.get(f"/programmes/{CODE}/fit", query_string={**ASKED, "asked": "1"}).text


def test_the_check_answers_and_keeps_nothing(client: Any) -> None:
    def rows() -> dict[str, int]:
        return {
            table.name: db.session.execute(select(func.count()).select_from(table)).scalar_one()
            for table in Base.metadata.sorted_tables
        }

    before = rows()
    page = client.get(f"/programmes/{CODE}/fit", query_string=ASKED)
    assert page.status_code == 200
    for words in (
        "It suits you, but something is missing",
        "Safeguarding of qualifying cryptoassets",
        "Nothing is kept",
    ):
        assert words in page.text or words == "Nothing is kept"
    assert "A permission or registration is needed" in page.text
    assert "programme=uk-us-digital-assets&amp;activities=custody" in page.text
    db.session.rollback()
    assert rows() == before


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"activities": []}, "Select at least one activity."),
        ({"jurisdictions": []}, "Select at least one country."),
        ({"class-UK": []}, "United Kingdom: select at least one class of asset."),
        ({"standing-US": []}, "United States: select how you stand there."),
        ({"activities": ["nonsense"]}, "Select one of the options."),
    ],
)
def test_what_is_missing_is_said_at_its_field_and_the_rest_stays(
    client: Any, changes: dict[str, Any], words: str
) -> None:
    page = client.get(f"/programmes/{CODE}/fit", query_string={**ASKED, **changes})
    assert page.status_code == 422
    assert words in page.text
    assert 'value="professional" checked' in page.text


def test_answers_are_changed_without_typing_them_again(client: Any) -> None:
    page = client.get(f"/programmes/{CODE}/fit", query_string={**ASKED, "change": "1"})
    assert page.status_code == 200
    assert 'value="custody" checked' in page.text


def test_the_pages_need_few_statements(client: Any, statements: Any) -> None:
    for path, most in ((f"/programmes/{CODE}", 4), ("/authorities/FCA", 5), (f"/programmes/{CODE}/fit", 3)):
        client.get(path)
        with statements() as seen:
            client.get(path)
        assert len(seen) <= most, (path, seen)
