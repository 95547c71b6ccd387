"""The decision pages of one case, from the draft to the issued joint notice, through the browser's requests."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from sandbox.domain.actors import Actor, Role
from sandbox.extensions import setting
from tests.conftest import Client
from tests.factories import Maker
from tests.journeys import drive

As = Callable[[Actor], Client]
LIMITS = {
    "FCA": [drive.limit("total-value", "5000000", currency="GBP", jurisdictions=["UK"])],
    "SEC": [
        drive.limit("total-value", "8000000", currency="USD", jurisdictions=["US"], origin="firm"),
        drive.duty("Signed custody agreement", precedent_to_start=True, jurisdictions=["US"]),
    ],
}


@pytest.fixture
def cast(app: Flask) -> drive.Cast:
    """A firm and the desks of FCA and SEC, with keys."""
    drive.demo_keys()
    return drive.cast(["FCA", "SEC"])


def text_of(answer: Any) -> str:
    """The words of a page."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


def shown_hash(page: str) -> str:
    """The hash that a page posts with the signature."""
    found = re.search(r'name="shown"[^>]*value="([0-9a-f]{64})"', page)
    assert found is not None
    return found[1]


def version(page: str) -> str:
    """The version that a form posts."""
    found = re.search(r'name="version"[^>]*value="(\d+)"', page)
    assert found is not None
    return found[1]


def test_from_draft_to_joint_notice(as_: As, cast: drive.Cast, client: Client) -> None:
    case = drive.to_opening(cast, ["UK", "US"], conditions=LIMITS)
    drive.settle(case, cast)
    home = f"/cases/{case}/decision"
    for code, desk in cast.desks.items():
        officer, issuer, maker = as_(desk.officer), as_(desk.issuer), as_(desk.signatories[0])
        assert "has not drafted its decision" in text_of(officer.get(home))
        assert officer.send(f"{home}/draft").status_code == 302
        page = officer.get(f"{home}/edit")
        assert page.status_code == 200, text_of(page)
        data = {
            "version": version(page.text),
            "action": "approve_with_conditions",
            "instrument_id": re.search(r'<option value="([0-9a-f-]{36})" selected', page.text)[1],  # type: ignore[index]
            "reasons": "The firm is ready.\n\nHarm is contained.",
            "effective_on": "2026-11-01",
            "expires_on": "2027-11-30",
        }
        assert officer.send(f"{home}/edit", data).status_code == 302
        assert officer.get(f"{home}/conditions/new").status_code == 200
        page = officer.get(home)
        if code == "FCA":
            assert "There is a condition that the firm did not ask for" in text_of(page)
            assert officer.send(f"{home}/procedure").status_code == 302
            for item in re.findall(r"/decision/procedure/([0-9a-f-]{36})", officer.get(home).text):
                assert officer.get(f"{home}/procedure/{item}").status_code == 200
                ended = {"outcome": "agreed_by_firm", "note": "Letter of the firm on file."}
                assert officer.send(f"{home}/procedure/{item}", ended).status_code == 302
        assert officer.get(f"{home}/preview").status_code == 200
        page = issuer.get(f"{home}/send")
        assert page.status_code == 200, text_of(page)
        sent = issuer.send(f"{home}/send", {"version": version(page.text)})
        assert sent.status_code == 302, text_of(sent)
        decision = re.search(r"/decisions/([0-9a-f-]{36})/sign", maker.get(home).text)[1]  # type: ignore[index]
        page = maker.get(f"/decisions/{decision}/sign")
        assert page.status_code == 200 and f"for the {code}, as to its own part only" in text_of(page)
        shown = shown_hash(page.text)
        view = maker.get(re.search(r"/editions/[0-9a-f-]{36}/view", page.text)[0])  # type: ignore[index]
        assert view.mimetype == "application/pdf" and view.data.startswith(b"%PDF")
        signed = maker.send(f"/decisions/{decision}/sign", {"shown": shown, "sure": "y"})
        assert signed.status_code == 302, text_of(signed)
        assert maker.send(f"/decisions/{decision}/sign", {"shown": shown, "sure": "y"}).status_code == 302  # twice
        page = issuer.get(f"{home}/issue")
        assert "passes every check" in text_of(page)
        assert issuer.send(f"{home}/issue", {"sure": "y"}).status_code == 302
    firm = as_(cast.company.signatory)
    page = firm.get(home)
    assert "Instrument of FCA" in page.text and "Instrument of SEC" in page.text
    lead = drive.lead(case, cast)
    issuer = as_(lead.issuer)
    page = issuer.get(f"/cases/{case}/notice")
    assert "Approved with differing conditions" in text_of(page)
    assert issuer.send(f"/cases/{case}/notice/prepare").status_code == 302
    notice = re.search(r"/notices/([0-9a-f-]{36})/sign", as_(lead.signatories[0]).get(f"/cases/{case}/notice").text)[1]  # type: ignore[index]
    assert "The joint notice has not been issued" in text_of(firm.get(home))
    order = [lead, *(desk for desk in cast.desks.values() if desk is not lead)]
    late = as_(order[1].signatories[0])
    page = late.get(f"/notices/{notice}/sign")
    assert "It is not your turn yet" in text_of(page)
    for desk in order:
        maker = as_(desk.signatories[0])
        shown = shown_hash(maker.get(f"/notices/{notice}/sign").text)
        for unseen in ({}, {"shown": ""}, {"shown": [shown, shown]}):
            assert maker.send(f"/notices/{notice}/sign", {**unseen, "sure": "y"}).status_code == 422
        assert maker.send(f"/notices/{notice}/sign", {"shown": shown, "sure": "y"}).status_code == 302
    assert "passes every check" in text_of(issuer.get(f"/cases/{case}/notice/issue"))
    assert issuer.send(f"/cases/{case}/notice/issue", {"sure": "y"}).status_code == 302
    assert "The joint notice has been issued" in text_of(firm.get(home))
    assert issuer.get(f"/cases/{case}/notice").status_code == 200
    files = re.findall(r"/editions/([0-9a-f-]{36})/file", firm.get(home).text)
    assert len(files) == 3
    found = firm.get(f"/editions/{files[0]}/file")
    assert found.headers["Content-Disposition"].startswith("attachment")
    code = re.search(r'href="/verify/([0-9A-Z-]{23})"', firm.get(home).text)[1]  # type: ignore[index]
    assert "Issued" in text_of(client.get(f"/verify/{code}"))
    assert client.get(f"/verify/{code.lower().replace('-', '')}").status_code == 200


def test_who_may_open_what_is_signed(as_: As, cast: drive.Cast, maker: Maker) -> None:
    case = drive.to_opening(cast, ["UK", "US"])
    sec, fca = cast.desks["SEC"], cast.desks["FCA"]
    decision_id = drive.draft(case, sec)
    edition_id = drive.send(decision_id, sec)
    page, home = f"/decisions/{decision_id}/sign", f"/cases/{case}/decision"
    unassigned = maker.staff("SEC", Role.DECISION_MAKER)
    assert as_(sec.signatories[0]).get(page).status_code == 200
    assert as_(sec.officer).get(page).status_code == 403
    for actor, statuses in (
        (unassigned, {403}),  # knows of the case, as reference and state
        (fca.signatories[0], {404}),
        (cast.company.signatory, {403}),  # the door: no role of a firm signs
        (maker.person(maker.firm(), Role.OWNER), {403}),
    ):
        assert as_(actor).get(page).status_code in statuses
        assert as_(actor).send(page, {"shown": "0" * 64, "sure": "y"}).status_code in {403, 404}
        for path in (f"/editions/{edition_id}/file", f"/editions/{edition_id}/view"):
            assert as_(actor).get(path).status_code in {403, 404}
    assert as_(maker.staff("CFTC", Role.DECISION_MAKER)).get(home).status_code == 404
    assert as_(unassigned).get(home).status_code == 404
    for actor in (sec.officer, sec.issuer, sec.signatories[0]):
        assert as_(actor).get(f"/editions/{edition_id}/view").status_code == 200

    # Other than the bytes shown; without the box; a stored file that was changed behind the page.
    signatory = as_(sec.signatories[0])
    shown = shown_hash(signatory.get(page).text)
    refused = signatory.send(page, {"shown": "0" * 64, "sure": "y"})
    assert refused.status_code == 409 and "has changed since this page was shown" in text_of(refused)
    assert signatory.send(page, {"shown": shown}).status_code == 422
    for unseen in ({}, {"shown": ""}, {"shown": [shown, shown]}):  # without the hash of what was shown
        refused = signatory.send(page, {**unseen, "sure": "y"})
        assert refused.status_code == 422 and "Reload the page" in refused.text
    stored = [
        one for one in Path(setting("BLOBS")).rglob("*") if one.is_file() and shown in one.as_posix().replace("/", "")
    ]
    before = stored[0].read_bytes()
    stored[0].chmod(0o644)
    stored[0].write_bytes(before + b" ")
    refused = signatory.send(page, {"shown": shown, "sure": "y"})
    assert refused.status_code == 409 and "damaged" in text_of(refused)
    damaged = signatory.get(f"/editions/{edition_id}/view")
    assert damaged.status_code == 409 and "not as it was" in text_of(damaged)
    stored[0].write_bytes(before)
    assert signatory.send(f"/decisions/{decision_id}/reject", {"reason": ""}).status_code == 422
    assert signatory.send(f"/decisions/{decision_id}/reject", {"reason": "The date."}).status_code == 302
    assert "The date." in as_(sec.officer).get(home).text
    assert signatory.get(f"/editions/{edition_id}/view").status_code == 200  # void ones are kept


def test_both_texts_are_kept_when_a_colleague_was_faster(as_: As, cast: drive.Cast) -> None:
    case = drive.to_opening(cast, ["UK", "US"])
    sec = cast.desks["SEC"]
    drive.draft(case, sec)
    path = f"/cases/{case}/decision/edit"
    officer, issuer = as_(sec.officer), as_(sec.issuer)
    page = officer.get(path)
    data = {
        "version": version(page.text),
        "action": "approve",
        "instrument_id": re.search(r'<option value="([0-9a-f-]{36})" selected', page.text)[1],  # type: ignore[index]
        "reasons": "Theirs.",
        "effective_on": "2026-12-01",
        "expires_on": "",
    }
    assert issuer.send(path, data).status_code == 302
    answer = officer.send(path, data | {"reasons": "Mine."})
    assert answer.status_code == 409 and "Theirs." in answer.text and "Mine." in answer.text
    again = officer.send(path, data | {"reasons": "Mine.", "version": version(answer.text)})
    assert again.status_code == 302
    assert "Mine." in officer.get(f"/cases/{case}/decision").text
    for values in ({"effective_on": ["31", "2", "2026"]}, {"effective_on": "1999-01-01"}, {"action": "sell"}):
        wrong = {**data, "version": version(officer.get(path).text), **values}
        assert officer.send(path, wrong).status_code == 422
    condition = {"title": "Limit", "kind": "limit", "text": "Keep it.", "origin": "imposed", "jurisdictions": "US"}
    measured = {"metric": "total-value", "comparator": "at_most", "threshold": "NaN", "currency": "USD"}
    new = f"/cases/{case}/decision/conditions/new"
    assert officer.send(new, {**condition, **measured, "window": "at_any_time", "version": "0"}).status_code == 422
    right = {**condition, **measured, "threshold": "1000.50", "window": "at_any_time", "version": "0"}
    assert officer.send(new, right).status_code == 302
    page = officer.get(f"/cases/{case}/decision")
    assert "USD\u00a01,000.50" in page.text or "USD 1,000.50" in page.text
    condition_path = re.search(r"/decision/conditions/[0-9a-f-]{36}", page.text)[0]  # type: ignore[index]
    assert officer.get(f"/cases/{case}{condition_path}").status_code == 200
    assert officer.send(f"/cases/{case}{condition_path}/drop").status_code == 302
    assert condition_path not in officer.get(f"/cases/{case}/decision").text


def test_what_one_desk_does_shows_nowhere_before_it_issues(as_: As, cast: drive.Cast) -> None:
    case = drive.to_opening(cast, ["UK", "US"])
    sec, fca = cast.desks["SEC"], cast.desks["FCA"]
    watchers = [as_(one) for one in (fca.officer, fca.issuer, cast.company.signatory)]

    def seen() -> list[str]:
        pages = [watcher.get(f"/cases/{case}/decision").text for watcher in watchers]
        return [re.sub(r'name="csrf_token" value="[^"]*"', "", page) for page in pages]

    before = seen()
    decision_id = drive.draft(case, sec)
    drive.send(decision_id, sec)
    assert seen() == before
    drive.sign(decision_id, sec)
    drive.issue(decision_id, sec)
    after = seen()
    assert all("Instrument of SEC" in page for page in after)
