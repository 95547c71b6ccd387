"""Letters: no header can be added, every letter has its template, and the three ways out work."""

from __future__ import annotations

import ast
import email
import socketserver
import threading
from collections.abc import Iterator
from email.policy import default
from pathlib import Path
from uuid import UUID

import pytest

from sandbox.adapters import mail
from sandbox.domain.actions import Action
from sandbox.domain.lifecycles import LIFECYCLES

pytestmark = pytest.mark.once

KEY = UUID("00000000-0000-4000-8000-000000000001")
SERVICES = Path(mail.__file__).parents[1] / "services"
SNAPSHOTS = Path(__file__).parents[1] / "snapshots" / "emails"


def _actions_in(node: ast.AST) -> list[ast.Attribute]:
    return [one for one in ast.walk(node) if isinstance(one, ast.Attribute) and one.attr in Action.__members__]


def _told_by_use_cases() -> dict[str, set[str]]:
    """The letters that use cases write without a step of a lifecycle: their calls of `tell` and `act(…, tells=…)`."""
    found: dict[str, set[str]] = {}
    for path in sorted(SERVICES.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            named = [keyword.value for keyword in node.keywords if keyword.arg == "tells"]
            told = node.args[3:] if node.func.id == "tell" else named if node.func.id == "act" else []
            if node.func.id == "letter_to":  # a letter about an account: the same for everybody
                found.update({Action[name.attr].value: {"firm"} for name in _actions_in(node.args[0])})
            for name in _actions_in(node.args[1]) if told else ():  # one, or one of two
                found.setdefault(Action[name.attr].value, set()).update(ast.literal_eval(told[0]))
    return found


TELLS = {step.action.value: set(step.tells) for lifecycle in LIFECYCLES for step in lifecycle.steps if step.tells}
TELLS |= _told_by_use_cases()
TOLD = sorted(TELLS)
READERS = [
    (action, reader)
    for action in TOLD
    for reader in ("firm", "authority")
    if (TELLS[action] - {"firm"} if reader == "authority" else "firm" in TELLS[action])
]
CONTEXT = {
    "name": "Ada Example",
    "for_firm": True,
    "reference": "JS-2026-0007",
    "title": "Tokenised fund units",
    "link": "https://portal.example/cases/00000000-0000-4000-8000-000000000007",
    "content": {"authority": "Financial Conduct Authority", "reference": "JS-2026-0007", "reason": "CANARY"},
}


def letter(name: str = "Ada Example", address: str = "ada@firm.example", subject: str = "Hello") -> mail.Letter:
    return mail.Letter(KEY, name, address, subject, "Text.\n")


@pytest.fixture(autouse=True)
def _empty() -> Iterator[None]:
    mail.sent.clear()
    yield
    mail.sent.clear()


def test_every_action_that_tells_has_a_letter_and_no_letter_is_unused() -> None:
    assert sorted(path.stem for path in mail.TEMPLATES.glob("[a-z]*.txt")) == TOLD


@pytest.mark.parametrize(("action", "reader"), READERS)
def test_letters_read_as_recorded(action: str, reader: str) -> None:
    """Compared with tests/snapshots/emails; remove a file there and run again to record it anew."""
    firm = reader == "firm"
    subject, text = mail.write(action, {**CONTEXT, "for_firm": firm, "title": CONTEXT["title"] if firm else ""})
    found = f"{subject}\n\n{text}"
    path = SNAPSHOTS / f"{action}.{reader}.txt"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(found, encoding="utf-8")
        pytest.fail(f"{path.name} was recorded; read it and run again")
    assert found == path.read_text(encoding="utf-8")


# Letters about an account differ by what stands behind them.
SAID = {"organisation": "Harbour Tokens Ltd", "who": "Olive Owner", "until": "28 November 2026 at 15:17 UTC"}
VARIANTS = [
    ("people.change", "deactivated", {"what": "deactivated"}),
    ("people.change", "reactivated", {"what": "reactivated"}),
    ("people.change", "password", {"what": "password changed"}),
    ("people.invite", "new", SAID),
    ("people.invite", "elsewhere", {**SAID, "known": "elsewhere"}),
    ("counsel.engage", "new", SAID),
    ("counsel.engage", "counsel", {**SAID, "known": "counsel"}),
    ("counsel.engage", "elsewhere", {**SAID, "known": "elsewhere"}),
    ("address.confirm", "new", SAID),
    ("address.confirm", "elsewhere", {**SAID, "known": "elsewhere"}),
    ("password.send", "asked", {**SAID, "who": ""}),
]


@pytest.mark.parametrize(("action", "variant", "content"), VARIANTS, ids=str)
def test_letters_about_an_account_read_as_recorded(action: str, variant: str, content: dict[str, str]) -> None:
    context = {**CONTEXT, "reference": "", "title": "", "content": content}
    found = "\n\n".join(mail.write(action, context))
    path = SNAPSHOTS / f"{action}.{variant}.txt"
    if not path.exists():
        path.write_text(found, encoding="utf-8")
        pytest.fail(f"{path.name} was recorded; read it and run again")
    assert found == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("action", ["application.submit", "application.amend"])
def test_the_letter_to_who_submits_is_a_receipt_as_recorded(action: str) -> None:
    place = "/applications/00000000-0000-4000-8000-000000000008/receipt/00000000-0000-4000-8000-000000000009"
    link = f"https://portal.example{place}"
    content = {"reference": "JS-2026-0007", "sha256": "CANARY", "receipt": place}
    found = "\n\n".join(mail.write(action, {**CONTEXT, "link": link, "content": content}))
    assert link in found and "Open the receipt" in found and "CANARY" not in found
    path = SNAPSHOTS / f"{action}.receipt.txt"
    if not path.exists():
        path.write_text(found, encoding="utf-8")
        pytest.fail(f"{path.name} was recorded; read it and run again")
    assert found == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("action", TOLD)
def test_letters_say_where_to_go_and_keep_the_substance_inside(action: str) -> None:
    subject, text = mail.write(action, CONTEXT)
    assert subject.startswith("JS-2026-0007: ") and len(subject) < 80
    assert str(CONTEXT["link"]) in text and "What to do next" in text
    assert "CANARY" not in text and "{" not in text


@pytest.mark.parametrize("value", ["{{ 7*7 }}", "{0.__class__}", "%(x)s", "{authority.__class__}", "{% raw %}"])
def test_values_are_never_read_as_templates(value: str) -> None:
    _, text = mail.write("decision.issue", {**CONTEXT, "name": value, "content": {"authority": value}, "title": value})
    assert text.count(value) == 3


def test_an_action_without_a_letter_is_said() -> None:
    with pytest.raises(mail.BadLetter):
        mail.write("no.such", CONTEXT)


EVIL = "Ada\r\nBcc: all@firm.example\u202e\0"


def test_no_header_can_be_added() -> None:
    message = mail.compose(letter(name=EVIL, subject=EVIL), "portal@sandbox.example")
    read = email.message_from_bytes(message.as_bytes(), policy=default)
    assert read["Bcc"] is None and read.keys() == message.keys()
    assert read["Subject"] == "Ada Bcc: all@firm.example"
    assert [address.addr_spec for address in read["To"].addresses] == ["ada@firm.example"]
    assert read["Message-ID"] == f"<{KEY}@sandbox.example>"
    assert read["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize("address", ["", "ada", "ada@firm.example\r\nBcc: x@y.example", "a b@firm.example"])
def test_an_address_that_mail_cannot_carry_is_refused(address: str) -> None:
    with pytest.raises(mail.BadLetter):
        mail.send(letter(address=address), mail.Post("memory", "portal@sandbox.example"))
    assert mail.sent == []


def test_names_in_every_script_arrive() -> None:
    message = mail.compose(letter(name="計画 Ünïcode, Ltd", subject="Grüße"), "portal@sandbox.example")
    read = email.message_from_bytes(message.as_bytes(), policy=default)
    assert read["To"].addresses[0].display_name == "計画 Ünïcode, Ltd" and read["Subject"] == "Grüße"


def test_letters_to_memory_and_to_files(tmp_path: Path) -> None:
    mail.send(letter(), mail.Post("memory", "portal@sandbox.example"))
    assert [message["Subject"] for message in mail.sent] == ["Hello"]
    post = mail.Post("file", "portal@sandbox.example", folder=str(tmp_path / "mail"))
    mail.send(letter(), post)
    mail.send(letter(), post)
    assert [path.name for path in (tmp_path / "mail").iterdir()] == [f"{KEY}.eml"]


def test_files_that_cannot_be_written_are_tried_again_later(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("in the way")
    with pytest.raises(mail.MailUnavailable):
        mail.send(letter(), mail.Post("file", "portal@sandbox.example", folder=str(tmp_path / "mail")))


def test_a_way_out_that_nobody_knows_is_a_fault() -> None:
    with pytest.raises(ValueError, match="pigeon"):
        mail.send(letter(), mail.Post("pigeon", "portal@sandbox.example"))


class _Server(socketserver.StreamRequestHandler):
    """Just enough of a mail server."""

    def handle(self) -> None:
        self.wfile.write(b"220 ready\r\n")
        kept: list[bytes] = self.server.kept  # type: ignore[attr-defined]
        while line := self.rfile.readline():
            word = line[:4].upper().strip()
            if word == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                while (line := self.rfile.readline()) != b".\r\n":
                    kept.append(line)
            self.wfile.write(b"550 no\r\n" if b"refused@" in line else b"250 ok\r\n")
            if word == b"QUIT":
                return  # without the proper goodbye


@pytest.fixture
def server() -> Iterator[tuple[str, list[bytes]]]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Server) as found:
        found.kept = []  # type: ignore[attr-defined]
        threading.Thread(target=found.serve_forever, daemon=True).start()
        yield f"smtp://127.0.0.1:{found.server_address[1]}", found.kept  # type: ignore[attr-defined]
        found.shutdown()


def test_letters_to_a_mail_server(server: tuple[str, list[bytes]]) -> None:
    url, kept = server
    mail.send(letter(), mail.Post("smtp", "portal@sandbox.example", smtp_url=url))
    assert b"Subject: Hello\r\n" in kept
    with pytest.raises(mail.MailUnavailable):
        mail.send(letter(address="refused@firm.example"), mail.Post("smtp", "portal@sandbox.example", smtp_url=url))


def test_a_mail_server_that_is_away(server: tuple[str, list[bytes]]) -> None:
    with pytest.raises(mail.MailUnavailable):
        mail.send(letter(), mail.Post("smtp", "portal@sandbox.example", smtp_url="smtp://127.0.0.1:1"))
