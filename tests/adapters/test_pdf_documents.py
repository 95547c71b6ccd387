"""The documents: conforming, deterministic, in reading order, with values shown as text and nothing fetched."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sandbox.adapters import pdf
from sandbox.adapters.verifying import read_record
from sandbox.domain.canonical import canonical_json, record_hash
from tests.adapters import records
from tests.adapters.conftest import CREATED, Issued
from tests.pdf_tools import conformance
from tests.pdf_tools.programs import run, text_of

pytestmark = [pytest.mark.once, pytest.mark.pdf]
SCRIPTS = "Łódź ไทย عربي Ελληνικά Кириллица עברית Nguyễn Ümit Ærø"


def render(template: str, record: dict) -> bytes:
    return pdf.render_document(template, record, identifier=record["number"], created=CREATED)


def saved(folder: Path, name: str, data: bytes) -> Path:
    file = folder / name
    file.write_bytes(data)
    return file


@pytest.fixture(scope="module")
def hard_record() -> dict:
    """Other scripts, a very long word, marks without a glyph of their own, markup, and an end named by an event."""
    payload = "</title><script>alert(1)</script> ]]> <rdf:RDF> {{7*7}} ${7*7} %(x)s"
    return records.instrument(
        firm=records.FIRM | {"name": f"{SCRIPTS} & Söhne", "address": "x" * 400},
        case=records.CASE | {"title": payload},
        reasons=[
            f"عربي نص طويل\n\n{SCRIPTS}",
            "soft\u00adhyphen zero\u200bwidth join\u200der mark\u200f ne\u2060break",
        ],
        expires_on=None,
        expires_event="When the firm is authorised",
        conditions=[],
    )


def test_every_kind_of_document_is_pdf_a_3a_and_pdf_ua_1(
    tmp_path: Path, instrument: Issued, notice: Issued, hard_record: dict
) -> None:
    refusal = records.instrument(
        action="refuse", action_text="Refused", effective_on=None, expires_on=None, conditions=[], reserved_powers=[],
        information_sharing="",
    )  # fmt: skip
    files = [
        saved(tmp_path, "instrument.pdf", instrument.pdf),
        saved(tmp_path, "notice.pdf", notice.pdf),
        saved(tmp_path, "fields.pdf", notice.unsigned),
        saved(tmp_path, "receipt.pdf", render("receipt.html", records.receipt())),
        saved(tmp_path, "dossier.pdf", render("dossier.html", records.dossier(12))),
        saved(tmp_path, "draft.pdf", render("dossier.html", records.draft())),
        saved(tmp_path, "hard.pdf", render("instrument.html", hard_record)),
        saved(tmp_path, "refusal.pdf", render("instrument.html", refusal)),
    ]
    broken = [result for result in conformance.check(files) if not result.compliant]
    assert broken == []
    for file in files:
        assert "No syntax or stream encoding errors found" in run("qpdf", "--check", file)


def test_the_conformance_check_can_fail(tmp_path: Path, notice: Issued) -> None:
    spoilt = notice.unsigned.replace(b"/MarkInfo", b"/MarkXnfo")
    results = conformance.check([saved(tmp_path, "spoilt.pdf", spoilt)])
    assert [result.compliant for result in results] == [False, False]


def test_the_same_record_gives_the_same_bytes() -> None:
    record = records.receipt()
    shuffled = dict(reversed(list(record.items())))
    assert render("receipt.html", record) == render("receipt.html", shuffled)
    assert render("receipt.html", record) != render("receipt.html", records.receipt(submitted_by="Somebody Else"))


def test_the_record_is_attached_alone_and_its_hash_is_printed(tmp_path: Path, instrument: Issued) -> None:
    file = saved(tmp_path, "instrument.pdf", instrument.pdf)
    assert run("pdfdetach", "-list", file).splitlines() == ["1 embedded files", "1: record.json"]
    run("pdfdetach", "-save", "1", "-o", tmp_path / "record.json", file)
    assert (tmp_path / "record.json").read_bytes() == canonical_json(instrument.record)
    assert record_hash(instrument.record) in text_of(file).replace(" ", "").replace("\n", "")
    assert read_record(instrument.pdf) == json.loads(canonical_json(instrument.record))


def test_title_author_and_language_are_set(tmp_path: Path, instrument: Issued) -> None:
    facts = run("pdfinfo", saved(tmp_path, "instrument.pdf", instrument.pdf))
    assert "Sandbox approval notice JS-2026-0007/FCA/1: Łódź" in facts
    assert "Financial Conduct Authority" in facts
    assert b"/Lang (en)" in instrument.pdf


def test_the_text_of_a_joint_notice_reads_in_order(tmp_path: Path, notice: Issued) -> None:
    text = " ".join(text_of(saved(tmp_path, "notice.pdf", notice.pdf)).split())
    words = (
        "Joint notice", "Approved with differing conditions", "Summary of decisions", "A platform on which issuers",
        "They opened their positions", "The FCA finds that the firm is ready", "FCA-3 Monthly report",
        "The SEC finds that the firm is ready", "SEC-3 Monthly report", "First due dates", "Each is a file of its own",
        "Signed electronically for Financial Conduct Authority by Zoë Ångström-Nguyễn, as to its own part only.",
        "Signed electronically for Securities and Exchange Commission by Óscar Li, as to its own part only.",
        "The verification page says",
    )  # fmt: skip
    positions = [text.index(each) for each in words]
    assert positions == sorted(positions)
    assert "Page 1 of" in text


@pytest.mark.parametrize(
    "payload",
    [
        "<img src=file:///etc/passwd>",
        "<link rel=attachment href=file:///etc/passwd>",
        "<a rel=attachment href=file:///etc/hostname>x</a>",
        "<style>@import 'file:///etc/passwd';@font-face{src:url(http://127.0.0.1:9/f)}</style>",
        "<object data=file:///etc/passwd></object><embed src=file:///etc/passwd>",
        "<svg><image href='data:image/svg+xml,<svg><image href=http://127.0.0.1:9/></svg>'/></svg>",
        "<base href=http://127.0.0.1:9/><img src=x onerror=alert(1)>",
        "{{ self.__init__.__globals__ }} {% include '/etc/passwd' %} {0.__class__}",
        "'\"><p style=\"content:url(document:qr.svg)\"> javascript:alert(1) =cmd|' /C calc'!A0",
    ],
)
def test_markup_in_values_is_text(tmp_path: Path, payload: str) -> None:
    record = records.receipt(
        firm=records.FIRM | {"name": payload, "address": payload}, submitted_by=payload,
        case=records.CASE | {"title": payload},
    )  # fmt: skip
    file = saved(tmp_path, "receipt.pdf", render("receipt.html", record))
    text = "".join(text_of(file).split())
    assert text.count("".join(payload.split())) >= 4
    assert "root:" not in text
    assert run("pdfdetach", "-list", file).splitlines() == ["1 embedded files", "1: record.json"]


@pytest.mark.parametrize("character", ["\u6f22", "\ue000", "\x01", "\u202e", "\ufffe", "\U000e0041"])
def test_a_character_without_a_glyph_is_refused_by_name(character: str) -> None:
    record = records.receipt(submitted_by=f"Maja {character} Wójcik")
    with pytest.raises(pdf.UnsupportedCharacter, match=f"U\\+{ord(character):04X}") as refused:
        render("receipt.html", record)
    assert refused.value.character == character


def test_the_renderer_itself_refuses_what_the_check_let_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "unsupported_characters", lambda text: [])
    with pytest.raises(pdf.UnsupportedCharacter, match=r"U\+6F22") as refused:
        render("receipt.html", records.receipt(submitted_by="Maja 漢"))
    assert refused.value.character == "漢"


def test_unsupported_characters_names_each_once_and_leaves_the_rest() -> None:
    assert pdf.unsupported_characters(SCRIPTS + "\n Ω€–’“”") == []
    assert pdf.unsupported_characters("a\ud800b漢c漢\x00") == ["\ud800", "漢", "\x00"]


def test_a_record_without_a_field_makes_no_document() -> None:
    record = records.receipt()
    del record["firm"]
    with pytest.raises(Exception, match="firm"):
        render("receipt.html", record)


def test_only_templates_of_documents_can_be_named() -> None:
    for name in ("../base.html", "/etc/passwd", "_style.css"):
        with pytest.raises(ValueError, match="not the name"):
            render(name, records.receipt())


@pytest.mark.slow
def test_sixty_conditions_and_a_long_text_fit(tmp_path: Path) -> None:
    many = [
        records.condition(
            f"FCA-{number}", f"Condition {number}", "A sentence of some length. " * 12, due_on="2027-01-15"
        )
        for number in range(1, 61)
    ]
    record = records.instrument(conditions=many, reasons=["word " * 4000])
    text = text_of(saved(tmp_path, "long.pdf", render("instrument.html", record)))
    assert "FCA-60" in text
    assert "all 60 conditions" in text


def test_a_full_dossier_of_sixty_answers_reads_in_order(tmp_path: Path) -> None:
    text = text_of(saved(tmp_path, "full.pdf", render("dossier.html", records.dossier(60))))
    positions = [text.index(f"Question {number}:") for number in range(1, 61)]
    assert positions == sorted(positions)
    assert text.count("Not answered") == 15
    assert "Confidential Treatment Requested by the firm under 17 CFR 200.83" in " ".join(text.split())
    assert "Draft" not in text


def test_a_draft_says_so_on_every_page_and_a_hostile_answer_is_text(tmp_path: Path) -> None:
    payload = '</style><script>x</script><img src=file:///etc/passwd>{{ 7*7 }}"; } @page { margin: 0 } é\u05d0'
    lines = {"question": payload, "lines": [payload, payload]}
    sections = [{"title": payload, "entries": [lines, lines | {"lines": [payload * 40]}]}] * 3
    case = {"reference": "", "title": payload}
    record = records.draft() | {"sections": sections, "case": case, "firm": records.FIRM | {"name": payload}}
    file = saved(tmp_path, "draft.pdf", render("dossier.html", record))
    pages = text_of(file).split("\f")[:-1]
    assert len(pages) > 1
    assert all("Draft, not submitted" in page for page in pages)
    flat = "".join(text_of(file).split())
    assert flat.count("".join(["<img", "src=file:///etc/passwd>{{", "7*7", "}}"])) > 100
    assert "root:" not in flat
    assert [result for result in conformance.check([file]) if not result.compliant] == []
