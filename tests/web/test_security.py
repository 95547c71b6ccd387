"""What every response says to browsers, and what the application believes of proxies."""

from __future__ import annotations

import json

import pytest

from sandbox import create_app
from sandbox.domain.actors import Role
from sandbox.web import rendering

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
)


@pytest.fixture
def made(tmp_path, settings, monkeypatch):
    """An application with other settings."""

    def make(**more):
        monkeypatch.setenv("SANDBOX_INSTANCE", str(tmp_path))
        return create_app({**settings, "DATABASE_URL": f"sqlite:///{tmp_path / 'x.db'}", **more})

    return make


@pytest.mark.parametrize("path", ["/", "/sign-in", "/nothing", "/healthz", "/people"])
def test_the_headers_of_every_response(client, path):
    headers = dict(client.get(path).headers)
    for name in ("Content-Type", "Content-Length", "X-Request-Id", "Vary", "Set-Cookie", "Location"):
        headers.pop(name, None)
    assert headers == {
        "Content-Security-Policy": CSP,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
        "Cache-Control": "no-store" if path == "/nothing" else "no-cache",
    }


def test_pages_of_people_who_are_signed_in_are_not_stored(as_, maker):
    browser = as_(maker.person(maker.firm(), Role.OWNER))
    for path in ("/", "/home", "/people", "/sign-in"):
        assert browser.get(path).headers["Cache-Control"] == "no-store"


def test_no_other_origin_is_let_in(client):
    answer = client.get("/", headers={"Origin": "https://evil.example"})
    assert not [name for name, _value in answer.headers if name.startswith("Access-Control")]


def test_the_cookie_on_http_and_on_https(made):
    plain = made().test_client().get("/sign-in").headers["Set-Cookie"]
    assert plain.startswith("session=")
    assert "HttpOnly" in plain
    assert "SameSite=Lax" in plain
    secure = made(BASE_URL="https://portal.example").test_client().get("/sign-in", base_url="https://portal.example")
    cookie = secure.headers["Set-Cookie"]
    assert cookie.startswith("__Host-session=")
    assert "Secure" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie
    assert secure.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


def test_only_named_hosts_are_answered(made):
    client = made(TRUSTED_HOSTS=["portal.example"]).test_client()
    assert client.get("/", base_url="http://portal.example").status_code == 200
    for host in ("evil.example", "portal.example.evil.example", "xportal.example"):
        assert client.get("/", base_url=f"http://{host}").status_code == 400


def _address(app, **headers):
    seen = []
    app.before_request_funcs[None].append(lambda: seen.append(__import__("flask").request.remote_addr))
    app.test_client().get("/", headers=headers, environ_base={"REMOTE_ADDR": "192.0.2.1"})
    return seen[0]


def test_forwarded_addresses_count_only_behind_named_proxies(made):
    forged = {"X-Forwarded-For": "203.0.113.9, 198.51.100.7"}
    assert _address(made(), **forged) == "192.0.2.1"
    assert _address(made(PROXIES=1), **forged) == "198.51.100.7"


def test_production_needs_a_key(made):
    with pytest.raises(RuntimeError, match="SECRET_KEY"):
        made(PRODUCTION=True, SECRET_KEY="short")


@pytest.fixture
def built(tmp_path, monkeypatch):
    """A folder of built files."""
    monkeypatch.setattr(rendering, "DIST", tmp_path)
    (tmp_path / "portal.0123456789ab.css").write_text("p {}")
    (tmp_path / "plain.css").write_text("p {}")
    (tmp_path / ".stamp.json").write_text("{}")
    (tmp_path / "manifest.json").write_text(json.dumps({"portal.css": "portal.0123456789ab.css"}))
    rendering._manifest.cache_clear()
    yield
    rendering._manifest.cache_clear()


def test_built_files_are_kept_long_by_browsers(client, app, built):
    with app.test_request_context():
        address = rendering.asset("portal.css")
    assert address == "/static/portal.0123456789ab.css"
    with client.get(address) as answer:
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.headers["Content-Type"] == "text/css; charset=utf-8"
    with client.get("/static/plain.css") as answer:
        assert answer.headers["Cache-Control"] == "public, max-age=3600"


@pytest.mark.parametrize("name", [".stamp.json", "manifest.json", "../pyproject.toml", "%2e%2e/app.py", "nothing.css"])
def test_nothing_else_is_served(client, built, name):
    assert client.get(f"/static/{name}").status_code == 404
