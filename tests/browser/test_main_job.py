"""The main job, played in the browser by everybody who has a part in it: from an application to a breach.

Nothing is done behind the pages; only the two things that the pages cannot show are read elsewhere: what the command
line says about the trail and the documents.
"""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import expect

from tests.browser import desk, firm
from tests.browser.chromium import Visitor, follow
from tests.browser.portal import Portal

pytestmark = [pytest.mark.once, pytest.mark.browser]

CODES = ("FCA", "SEC")
DUTIES = ("case", "decision", "issuing", "supervisor")


class Crowd(dict[str, Visitor]):
    """Everybody who has a part, each at their own browser: `signatory` of the firm, `FCA case` of an authority."""

    def __init__(self, somebody: Callable[..., Visitor]) -> None:
        super().__init__()
        self.somebody = somebody

    def __missing__(self, who: str) -> Visitor:
        """Sign in when first needed."""
        code, _, duty = who.rpartition(" ")
        self[who] = self.somebody(f"{duty}@{code.lower() or 'fernhollow'}.example")
        return self[who]


@pytest.fixture
def crowd(somebody: Callable[..., Visitor]) -> Crowd:
    """Nobody has signed in yet."""
    return Crowd(somebody)


def names(portal: Portal, code: str) -> dict[str, str]:
    """The names of an authority's people by duty."""
    with closing(sqlite3.connect(portal.database)) as connection:
        rows = connection.execute("SELECT email, name FROM person WHERE email LIKE ?", (f"%@{code.lower()}.example",))
        return {email.split("@")[0]: name for email, name in rows}


def apply(crowd: Crowd, folder: Path) -> firm.Receipt:
    """4a: fill, save, resume, check, submit, receipt."""
    paper = folder / "Custody outline.txt"
    paper.write_text("Keys are split between three sites.\n")
    firm.start(crowd["contributor"])
    firm.fill(crowd["contributor"])
    firm.upload(crowd["contributor"], paper)
    return firm.submit(crowd["signatory"])


def take_in(crowd: Crowd, portal: Portal, code: str, reference: str) -> None:
    """4b, 4c: the case is in the inbox with its reasons; people are assigned, declare; the desk screens."""
    head = crowd[f"{code} intake"]
    desk.declare(head, reference)
    why = desk.see_why(head)
    assert "trading" in why.lower(), why
    people = names(portal, code)
    desk.assign(head, [people[duty] for duty in DUTIES])
    desk.screen(head)
    for duty in DUTIES:
        desk.declare(crowd[f"{code} {duty}"], reference)


def assess(crowd: Crowd, code: str, reference: str, *, weak: str = "", stricter: str = "") -> None:
    """4c: findings, conditions, the sealed position."""
    officer = crowd[f"{code} case"]
    desk.assess(officer, reference, weak=weak)
    desk.propose(officer, stricter=stricter)
    desk.file(officer)


def sealed(crowd: Crowd, reference: str) -> None:
    """4c: one desk has filed; the other reads nothing but “Assessing”, on any page of the case."""
    page = firm.open_case(crowd["SEC case"], reference)
    row = page.get_by_role("row").filter(has_text="Financial Conduct Authority")
    expect(row).to_contain_text("Assessing")
    desk.tab(page, "Positions")
    expect(page.get_by_text("The positions are sealed")).to_be_visible()
    assert "Approve with conditions" not in page.get_by_role("main").inner_text()
    expect(page.get_by_role("navigation", name="Pages of this case")).not_to_contain_text("Divergences")


def compare(crowd: Crowd, reference: str) -> None:
    """4d: positions side by side; every difference gets its disposition."""
    page = firm.open_case(crowd["FCA case"], reference, "Positions")
    expect(page.get_by_text("Positions open").first).to_be_visible()
    for code in CODES:
        expect(page.get_by_role("columnheader", name=code)).to_be_visible()
    for code in CODES:
        desk.settle(crowd[f"{code} case"], reference)
    expect(crowd["SEC case"].page.get_by_text("All settled")).to_be_visible()


def decide(crowd: Crowd, code: str, reference: str) -> None:
    """4e, 4f: draft, send, sign what is shown, issue."""
    desk.draft(crowd[f"{code} case"], reference)
    desk.send(crowd[f"{code} issuing"], reference)
    firm.open_case(crowd[f"{code} decision"], reference, "Decision")
    if code == "FCA":
        desk.sign_other_bytes(crowd["FCA decision"])
        firm.open_case(crowd["FCA decision"], reference, "Decision")
    desk.sign_open(crowd[f"{code} decision"])
    firm.open_case(crowd[f"{code} issuing"], reference, "Decision")
    desk.issue_open(crowd[f"{code} issuing"])


def joint_notice(crowd: Crowd, reference: str) -> None:
    """4f: the lead prepares it, every authority signs as to its own part, the lead issues it."""
    page = firm.open_case(crowd["FCA issuing"], reference, "Decision")
    desk.part(page, "Joint notice")
    follow(page.get_by_role("button", name="Make the joint notice and send it to signature"))
    for code in CODES:
        page = firm.open_case(crowd[f"{code} decision"], reference, "Decision")
        desk.part(page, "Joint notice")
        desk.sign_open(crowd[f"{code} decision"])
    page = firm.open_case(crowd["FCA issuing"], reference, "Decision")
    desk.part(page, "Joint notice")
    desk.issue_open(crowd["FCA issuing"])


def verify(crowd: Crowd, portal: Portal, anybody: Visitor, reference: str, folder: Path) -> None:
    """4f: the firm downloads three documents; anybody checks each by code and by file; a changed file is refused."""
    page = firm.open_case(crowd["signatory"], reference, "Decision")
    cards = page.locator(".portal-card").all()
    assert len(cards) == 3
    for place, card in enumerate(cards):
        code = card.get_by_role("link", name=desk.CODE).inner_text()
        with page.expect_download() as download:
            card.get_by_role("link", name="Download").click()
        paper = folder / f"{place}.pdf"
        download.value.save_as(paper)
        assert hashlib.sha256(paper.read_bytes()).hexdigest() in card.inner_text().replace("\n", "")
        verify_one(anybody, code, paper)
        answer = portal.flask("decisions", "verify", str(paper))
        assert answer.returncode == 0, answer.stdout + answer.stderr
    changed = folder / "changed.pdf"
    changed.write_bytes(paper.read_bytes() + b"\n")
    by_file(anybody, changed, "This is not the issued document")


def verify_one(anybody: Visitor, code: str, paper: Path) -> None:
    """By its code, then by the file."""
    page = anybody.go("/verify")
    page.get_by_label("Verification code").fill(code.lower())
    follow(page.get_by_role("button", name="Look it up"))
    expect(page.get_by_text("A document with this code was issued", exact=False)).to_be_visible()
    by_file(anybody, paper, "This is the issued document")


def by_file(anybody: Visitor, paper: Path, answer: str) -> None:
    """Check a file on the public page."""
    page = anybody.go("/verify")
    page.get_by_label("PDF file").set_input_files(paper)
    follow(page.get_by_role("button", name="Check the file"))
    expect(page.get_by_text(answer, exact=False).first).to_be_visible()


def live_test(crowd: Crowd, reference: str) -> None:
    """4g: accept; conditions, limits, milestones; a reported value over its limit opens a breach to its owner."""
    page = firm.open_case(crowd["signatory"], reference, "Trial")
    firm.accept_and_start(crowd["signatory"])
    for name in ("Limits", "Reports", "Milestones"):
        expect(page.get_by_role("heading", name=name, exact=True)).to_be_visible()
    page.get_by_text("Why this date?").first.click()
    firm.open_case(crowd["contributor"], reference, "Trial")
    firm.prepare_report(crowd["contributor"], {"Total value outstanding, United Kingdom": "2000000.01"})
    firm.open_case(crowd["certifier"], reference, "Trial")
    firm.certify(crowd["certifier"])
    owner = crowd["FCA supervisor"].go("/home")
    expect(owner.get_by_role("link", name="Total value outstanding", exact=False).first).to_be_visible()
    other = crowd["SEC supervisor"].go("/home")
    expect(other.get_by_role("link", name="Total value outstanding", exact=False)).to_have_count(0)


# 4h: the last row of each of these is changed behind the portal's back, and the verification has to name it.
CHANGES = {
    "trail_event": "kind = kind || '.'",
    "application_version": "record = replace(record, 'a', 'e')",
    "position": "recommendation = 'defer'",
    "decision": "action = 'defer'",
}


def trail(portal: Portal, folder: Path) -> None:
    """4h: the trail verifies, and names each row that somebody changed with sqlite3."""
    answer = portal.flask("trail", "verify")
    assert answer.returncode == 0, answer.stdout + answer.stderr
    for table, change in CHANGES.items():
        copy = folder / table
        shutil.copytree(portal.instance, copy)
        name = change_last(copy / "sandbox.db", table, change)
        answer = portal.flask("trail", "verify", instance=copy)
        said = answer.stdout + answer.stderr
        assert answer.returncode == 1, f"{table}: {said}"
        assert name in said.lower(), (name, said)
        shutil.rmtree(copy)


def change_last(database: Path, table: str, change: str) -> str:
    """Change the row that was written last. Returns what it is called: its id, or its number in the trail."""
    column = "sequence" if table == "trail_event" else "id"
    with closing(sqlite3.connect(database)) as connection, connection:
        (name,) = connection.execute(f"SELECT {column} FROM {table} ORDER BY rowid DESC LIMIT 1").fetchone()
        connection.execute(f"UPDATE {table} SET {change} WHERE rowid = (SELECT MAX(rowid) FROM {table})")
    return f"number {name}" if table == "trail_event" else str(UUID(name))


def test_from_an_application_to_a_breach(
    crowd: Crowd, portal: Portal, somebody: Callable[..., Visitor], tmp_path: Path
) -> None:
    """Issue 2, 4a to 4h."""
    receipt = apply(crowd, tmp_path)
    reference = receipt.reference
    for code in CODES:
        take_in(crowd, portal, code, reference)
    assess(crowd, "FCA", reference, weak="Consumer benefit")
    sealed(crowd, reference)
    assess(crowd, "SEC", reference, stricter="1500000")
    compare(crowd, reference)
    for code in CODES:
        decide(crowd, code, reference)
    joint_notice(crowd, reference)
    verify(crowd, portal, somebody(), reference, tmp_path)
    live_test(crowd, reference)
    trail(portal, tmp_path)
