"""Files in the browser: chosen or dropped, each with its own result; a lost connection loses nothing but time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import firm
from tests.browser.chromium import PHONE, Visitor, follow

pytestmark = [pytest.mark.once, pytest.mark.browser]

DROP = """([area, name, text]) => {
  const carried = new DataTransfer()
  carried.items.add(new File([text], name, { type: 'text/plain' }))
  area.dispatchEvent(new DragEvent('drop', { dataTransfer: carried, bubbles: true, cancelable: true }))
}"""


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    """One that is fine and three that are not."""
    contents = {
        "Report.txt": b"All is well.\n", "tool.exe": b"MZ", "broken.pdf": b"%PDF-1.7\n<html>",
        "large.txt": b"x" * (20 * 2**20 + 1),
    }  # fmt: skip
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    return {name: tmp_path / name for name in contents}


def documents_of(contributor: Visitor) -> Page:
    """The documents of the draft, which whoever comes first starts: a product has one application."""
    known = contributor.go("/applications").get_by_role("link", name=firm.PRODUCT)
    if known.count():
        follow(known.first)
    else:
        firm.start(contributor)
    follow(contributor.page.get_by_role("link", name="Documents").first)
    return contributor.page


def sent(page: Page, name: str) -> Locator:
    return page.locator(".portal-uploads__file", has_text=name)


def test_each_file_has_its_own_result(somebody: Callable[..., Visitor], files: dict[str, Path]) -> None:
    contributor = somebody("contributor@fernhollow.example", viewport=PHONE)
    page = documents_of(contributor)
    page.get_by_label("Commercially sensitive").check()
    page.locator("input[type=file]").set_input_files(list(files.values()))
    for name, words in (
        ("Report.txt", "The file has been added."),
        ("tool.exe", "Files of this type are not accepted."),
        ("broken.pdf", "The PDF is damaged."),
        ("large.txt", "The file is larger than 20 MB."),
    ):
        expect(sent(page, name)).to_contain_text(words)
    expect(page.get_by_role("status").get_by_text("1 of 4 files added")).to_be_visible()
    listed = page.locator("#documents-list")
    expect(listed.get_by_role("link", name="Report.txt", exact=True)).to_be_visible()
    expect(listed).to_contain_text("Commercially sensitive")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_dropped_files_are_sent_and_a_lost_connection_can_be_tried_again(somebody: Callable[..., Visitor]) -> None:
    contributor = somebody("contributor@fernhollow.example")
    page = documents_of(contributor)
    area = page.get_by_role("button", name="Choose files").element_handle()  # the whole box is the library's button
    page.evaluate(DROP, [area, "First.txt", "one"])
    expect(sent(page, "First.txt")).to_contain_text("The file has been added.")
    contributor.context.set_offline(True)
    page.evaluate(DROP, [area, "Second.txt", "two"])
    expect(sent(page, "Second.txt")).to_contain_text("The connection was lost. Nothing was kept.")
    contributor.context.set_offline(False)
    contributor.complaints.clear()  # that the connection was lost
    sent(page, "Second.txt").get_by_role("button", name="Try again").click()
    expect(sent(page, "Second.txt")).to_contain_text("The file has been added.")
    expect(page.locator("#documents-list").get_by_role("link", name="Second.txt", exact=True)).to_be_visible()
