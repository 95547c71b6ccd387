"""Every refusal and every fault has its page, and tells nothing that it should not."""

from __future__ import annotations

import pytest
from flask import Blueprint
from sqlalchemy.exc import OperationalError

from sandbox import create_app
from sandbox.adapters.access_log import AccessLogUnavailable
from sandbox.domain.errors import BadInput, Conflict, Incomplete, NotAllowed, NotFound, NotNow
from sandbox.services.throttle import TooMany
from sandbox.web import home, people
from sandbox.web.access import public

CASES = {
    "not-found": (NotFound("secret words"), 404, "Page not found"),
    "not-allowed": (NotAllowed("Your role does not allow this."), 403, "Your role does not allow this."),
    "not-now": (NotNow("The desk has decided already."), 409, "The desk has decided already."),
    "incomplete": (
        Incomplete(["The plan has no end.", "<b>No</b> signatory."]),
        409,
        "&lt;b&gt;No&lt;/b&gt; signatory.",
    ),
    "conflict": (Conflict(), 409, "Somebody else changed this"),
    "bad-input": (BadInput({"lei": "The LEI is wrong."}), 422, "The LEI is wrong."),
    "too-many": (TooMany(17), 429, "Wait a few minutes"),
    "locked": (OperationalError("SELECT secret", {}, Exception("database is locked")), 503, "Nothing was changed"),
    "no-log": (AccessLogUnavailable("disk full"), 503, "Nothing was changed"),
    "bug": (ValueError("secret words"), 500, "problem with the portal"),
    "disk": (OSError(28, "No space left on device"), 500, "problem with the portal"),
}


@pytest.fixture(scope="module")
def faulty(tmp_path_factory, settings):
    """An application with views that fail."""
    blueprint = Blueprint("faulty", __name__)
    for name, (problem, _status, _words) in CASES.items():

        def view(problem=problem):
            raise problem

        blueprint.add_url_rule(f"/{name}", name, public(view))
    original = home.blueprint, people.blueprint
    folder = tmp_path_factory.mktemp("faulty")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SANDBOX_INSTANCE", str(folder))
        patch.setattr("sandbox.web.BLUEPRINTS", (*original, blueprint))
        return create_app({**settings, "DATABASE_URL": f"sqlite:///{folder / 'x.db'}"})


@pytest.mark.parametrize("name", CASES)
def test_each_refusal_has_its_page(faulty, name):
    _problem, status, words = CASES[name]
    answer = faulty.test_client().get(f"/{name}")
    assert answer.status_code == status
    assert words in answer.text
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert (answer.headers["X-Request-Id"] in answer.text) is (status >= 500)


def test_incomplete_lists_everything(faulty):
    page = faulty.test_client().get("/incomplete").text
    assert "The plan has no end." in page
    assert "signatory" in page


def test_who_must_wait_is_told_how_long(faulty):
    assert faulty.test_client().get("/too-many").headers["Retry-After"] == "17"
    assert faulty.test_client().get("/locked").headers["Retry-After"] == "30"


def test_a_fault_in_the_templates_still_gives_a_page(faulty, monkeypatch):
    def broken(*_args, **_kwargs):
        raise OSError

    monkeypatch.setattr("sandbox.web.errors.render_template", broken)
    answer = faulty.test_client().get("/bug")
    assert answer.status_code == 500
    assert "<h1>" in answer.text


def test_unknown_addresses_and_methods(client):
    assert client.get("/nothing").status_code == 404
    assert client.get("/.env").status_code == 404
    assert client.get("/console").status_code == 404
    answer = client.get("/sign-out")
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


def test_too_much_is_refused_before_it_is_read(client, app):
    huge = "x" * (app.config["MAX_FORM_MEMORY_SIZE"] + 1024)
    assert client.post("/sign-in", data={"email": huge}).status_code == 413
    many = {f"field{number}": "" for number in range(1200)}
    for kind in ("multipart/form-data", "application/x-www-form-urlencoded"):
        assert client.post("/sign-in", data=many, content_type=kind).status_code == 413


def test_the_page_of_a_missing_token_says_what_to_do(client):
    answer = client.post("/sign-in", data={"email": "secret@harbour.example"})
    assert answer.status_code == 400
    assert "reload the page" in answer.text
    assert "secret@harbour.example" not in answer.text


def test_health_says_only_up_or_down(client, monkeypatch):
    assert client.get("/healthz").json == {"status": "ok", "database": "ok", "storage": "ok"}
    monkeypatch.setattr("sandbox.queries.home.database_answers", lambda: False)
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json["database"]) == (503, "down")


def test_health_asks_the_storage(client, app, monkeypatch):
    monkeypatch.setitem(app.config, "BLOBS", "/proc/nothing/here")
    assert client.get("/healthz").status_code == 503
