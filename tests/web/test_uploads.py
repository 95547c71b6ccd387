"""Uploads over HTTP, as people send them: several at once, with class, claims and questions; versions; inventory."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from uuid import UUID

from sandbox.domain import audiences
from sandbox.domain.actors import Actor, Role
from sandbox.domain.documents import Said
from sandbox.extensions import db
from sandbox.models.applications import ApplicationVersion, DossierDocument
from sandbox.models.desks import Case
from sandbox.services import documents, trail
from tests.conftest import Client
from tests.factories import Maker
from tests.web.uploading import browser, draft, rows, send, signatory

__all__ = ["browser", "draft", "signatory"]  # fixtures

# --- what becomes of files ---


def test_several_files_have_a_result_each(browser: Client, draft: UUID) -> None:
    page = send(browser, draft, (b"One.", "one.txt"), (b"MZ", "two.exe"), (b"One.", "again.txt"), (b"3", "three.txt"))
    assert page.status_code == 422 and rows(draft) == 2
    for words in ("The file has been added.", "“.exe” files are not accepted", "already among the documents"):
        assert words in page.text
    assert "two.exe: “.exe” files are not accepted" in page.text  # at the head of the page
    done = send(browser, draft, (b"4", "four.txt"), (b"5", "five.txt"))
    assert done.status_code == 302
    assert "2 of 2 files have been added" in browser.get(f"/applications/{draft}/documents").text


def test_the_script_gets_the_same_as_json(browser: Client, draft: UUID) -> None:
    added = send(browser, draft, (b"One.", "one.txt"), json=True)
    assert added.status_code == 200
    assert added.json == {
        "problems": [], "results": [{"name": "one.txt", "outcome": "added", "text": "The file has been added."}]
    }  # fmt: skip
    assert send(browser, draft, (b"One.", "b.txt"), json=True).get_json()["results"][0]["outcome"] == "known"
    refused = send(browser, draft, (b"", "empty.txt"), json=True)
    assert refused.status_code == 422
    assert refused.get_json()["results"] == [{"name": "empty.txt", "outcome": "refused", "text": "The file is empty."}]
    assert send(browser, draft, json=True).get_json() == {"problems": ["Choose a file."], "results": []}


def test_class_claims_and_question_are_said_with_the_file(browser: Client, draft: UUID) -> None:
    form = {"kind": "commercial", "sec-rule-83": "business", "note": "All of it.", "question": "product.summary"}
    assert send(browser, draft, (b"One.", "one.txt"), **form).status_code == 302
    page = browser.get(f"/applications/{draft}/documents").text
    for words in (
        "Commercially sensitive",
        "Confidential Treatment Requested by Harbour Tokens Ltd (SEC, 17 CFR 200.83)",
        "Supports: Product and activities: What the product does",
    ):
        assert words in page
    assert send(browser, draft, (b"2", "two.txt"), kind="secret").status_code == 422
    assert send(browser, draft, (b"2", "two.txt"), **{"sec-rule-83": "because"}).status_code == 422
    assert send(browser, draft, (b"2", "two.txt"), question="no.question").status_code == 422
    assert rows(draft) == 1


def test_the_page_says_beforehand_what_is_taken(browser: Client, draft: UUID) -> None:
    page = browser.get(f"/applications/{draft}/documents?for=product.summary").text
    for words in ("20 MB a file", "50 files", "100 MB in an application", "1 GB", ".pdf", ".jpg, .jpeg", "a million"):
        assert words in page
    assert 'accept=".pdf,.docx,.xlsx,.csv,.txt,.png,.jpg,.jpeg"' in page
    assert '<option value="product.summary" selected' in page


def test_versions_are_kept_and_shown(browser: Client, signatory: Actor, draft: UUID) -> None:
    old = documents.upload(signatory, draft, name="plan.txt", stream=io.BytesIO(b"A plan."))
    place = f"/documents/{old}/replace"
    assert "New version of a document" in browser.get(place).text
    file = {"file": (io.BytesIO(b"A plan."), "plan.txt")}
    assert "there already" in browser.send(place, file, content_type="multipart/form-data").text
    two = {"file": [(io.BytesIO(b"a"), "a.txt"), (io.BytesIO(b"b"), "b.txt")]}
    assert browser.send(place, two, content_type="multipart/form-data").status_code == 422
    newer = {"file": (io.BytesIO(b"A newer plan."), "plan.txt")}
    page = browser.send(place, newer, content_type="multipart/form-data", follow_redirects=True).text
    assert "Version 2" in page and "Version 1" in page and page.count('class="portal-hash"') == 2
    assert browser.get(f"/documents/{old}").data == b"A plan."
    assert browser.get(place).status_code == 404  # it was replaced


def test_a_colleagues_words_are_not_overwritten_unseen(browser: Client, signatory: Actor, draft: UUID) -> None:
    key = documents.upload(signatory, draft, name="plan.txt", stream=io.BytesIO(b"A plan."))
    form = {"kind": "personal", "cftc-145-9": "privacy", "questions": ["product.summary"], "version": "1"}
    place = f"/documents/{key}/describe"
    assert "17 CFR 145.9" in browser.get(place).text
    assert browser.send(place, form).status_code == 302
    page = browser.send(place, {"kind": "public", "version": "1"})
    assert page.status_code == 409 and "A colleague has changed this meanwhile: Personal data" in page.text
    assert browser.send(place, {"kind": "public", "cftc-145-9": "", "version": "2"}).status_code == 302
    row = db.session.get_one(DossierDocument, key)
    assert (row.handling["code"], row.handling["claims"], row.supports) == ("public", [], [])
    db.session.rollback()


# --- the inventory ---


def test_the_inventory_as_page_and_as_file(browser: Client, signatory: Actor, draft: UUID) -> None:
    claimed = Said("commercial", {"sec-rule-83": "business"}, "=All()", ("product.summary",))
    key = documents.upload(signatory, draft, name="=cmd.txt", stream=io.BytesIO(b"A plan."), said=claimed)
    row = db.session.get_one(DossierDocument, key)
    sha256 = row.sha256
    db.session.rollback()
    page = browser.get(f"/applications/{draft}/documents/inventory").text
    assert sha256[:8] in page and "17 CFR 200.83: business confidentiality" in page
    answer = browser.get(f"/applications/{draft}/documents/inventory.csv")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="documents-draft.csv"'
    (line,) = csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")))
    assert (line["File"], line["Note"], line["Bytes"], line["SHA-256"]) == ("'=cmd.txt", "'=All()", "7", sha256)
    assert line["Confidential treatment"].startswith("Confidential Treatment Requested by Harbour Tokens Ltd (SEC,")
    assert (line["Supports"], line["Virus scan"]) == ("Product and activities: What the product does", "not_scanned")


def test_a_desk_reads_class_and_legend_of_what_was_submitted(
    as_: Callable[[Actor], Client], maker: Maker, signatory: Actor
) -> None:
    case = maker.case(signatory)
    version = db.session.get_one(ApplicationVersion, db.session.get_one(Case, case.id).current_version_id)
    row = DossierDocument(
        application_id=case.application_id, name="plan.txt", media_type="text/plain", size=7, sha256="0" * 64,
        uploaded_by=signatory.person_id,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    legend = {"code": "c", "authority": "SEC", "rule": "17 CFR 200.83", "legend": "Requested by X", "because": "b"}
    said = {"code": "commercial", "title": "Commercially sensitive", "claims": [legend], "note": "Page 3."}
    entry = {"id": str(row.id), "name": row.name, "sha256": row.sha256, "size": 7, "media_type": "text/plain"}
    version.record = {"sections": {}, **version.record, "documents": [{**entry, "handling": said}]}
    row.handling = {}  # what the firm says later is not what it submitted
    trail.show_to(version, "version", (audiences.FIRM, audiences.desk("FCA")), case_id=case.id)
    db.session.commit()
    officer = maker.staff("FCA", Role.CASE_OFFICER)
    maker.assign(case, "FCA", officer)
    maker.declare(case, officer)
    desk = as_(officer)
    for place in ("documents", "documents/inventory", "documents/inventory.csv"):
        text = desk.get(f"/applications/{case.application_id}/{place}").text
        assert "Commercially sensitive" in text and "Requested by X (SEC, 17 CFR 200.83" in text, place
        assert "Add documents" not in text
    dossier = desk.get(f"/cases/{case.id}/dossier").text
    assert "Commercially sensitive" in dossier and "Requested by X (SEC, 17 CFR 200.83)" in dossier
    stranger = as_(maker.staff("SEC", Role.CASE_OFFICER))
    for place in ("documents/inventory", "documents/inventory.csv"):
        assert stranger.get(f"/applications/{case.application_id}/{place}").status_code == 404
