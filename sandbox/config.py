"""Settings: defaults < instance/config.py < SANDBOX_* environment < overrides. Every setting is listed here."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask

DEFAULTS: dict[str, Any] = {
    "DATABASE_URL": "",  # empty: SQLite in the instance folder
    "SECRET_KEY": "",  # empty: made once in the instance folder, unless PRODUCTION
    "PRODUCTION": False,
    "DEMO": True,  # shows the demonstration banner, allows demo keys
    "BASE_URL": "http://127.0.0.1:5000",  # in letters, PDFs and QR codes
    "TRUSTED_HOSTS": None,  # list of host names; None: any, for a laptop
    "PROXIES": 0,  # how many proxies in front are trusted for X-Forwarded-*
    "MAIL": "file",  # file | smtp | memory
    "MAIL_FOLDER": "",  # where MAIL=file puts letters; empty: instance/mail
    "MAIL_SENDER": "portal@sandbox.example",
    "SMTP_URL": "smtp://localhost:25",
    "BLOBS": "",  # folder of documents; empty: instance/blobs
    "KEYS": "",  # folder of signing keys; empty: instance/keys
    "KEY_PASSPHRASE": "demo",
    "CATALOGUE": [],  # further folders of reference data
    "MAX_UPLOAD": 20 * 1024 * 1024,
    "MAX_FILES": 50,  # in one application at a time
    "MAX_APPLICATION": 100 * 1024 * 1024,  # bytes of these together
    "MAX_FIRM": 1024 * 1024 * 1024,  # bytes of all that a firm has here, earlier versions and removed files too
    "SCANNER": "none",  # none: documents are shown as not scanned
    "IDLE_MINUTES": 60,
    "SESSION_HOURS": 12,
    "SIGN_IN_ATTEMPTS": 5,  # failed attempts per account …
    "SIGN_IN_WINDOW_SECONDS": 300,  # … in this time
    "ACCESS_LOG": "",  # folder; empty: instance/access
    "QUEUE": "",  # the worker's queue beside an SQLite database; empty: instance/queue.db
    "IDLE_WORKING_DAYS": 5,  # after so many a desk that could go on is reminded; after as many more its coordinator
    "TEMPLATES_STRICT": False,  # undefined names in templates are errors (tests)
}

# Where the portal keeps what it made itself, when a setting is empty; beside the embedded database.
PLACES = {"BLOBS": "blobs", "KEYS": "keys", "ACCESS_LOG": "access", "MAIL_FOLDER": "mail", "QUEUE": "queue.db"}


def _environment() -> dict[str, Any]:
    """SANDBOX_X=… → X. A value is read as JSON where its default is not text."""
    found: dict[str, Any] = {}
    for name, default in DEFAULTS.items():
        raw = os.environ.get(f"SANDBOX_{name}")
        if raw is None:
            continue
        found[name] = raw if isinstance(default, str) else json.loads(raw.lower() if isinstance(default, bool) else raw)
    return found


def _secret_key(instance: Path) -> str:
    """The key made at first start, kept readable by the owner only."""
    path = instance / "secret_key"
    if not path.exists():
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_hex(32))
    return path.read_text().strip()


def configure(app: Flask, overrides: Mapping[str, Any] | None = None) -> None:
    """Fill `app.config`. Raises RuntimeError when production settings are missing or unsafe."""
    instance = Path(app.instance_path)
    instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    app.config.from_mapping(DEFAULTS)
    app.config.from_pyfile("config.py", silent=True)
    app.config.update(_environment())
    app.config.update(overrides or {})
    config = app.config
    if config["PRODUCTION"] and len(config["SECRET_KEY"]) < 32:
        raise RuntimeError("Set SANDBOX_SECRET_KEY to at least 32 characters before starting in production.")
    config["SECRET_KEY"] = config["SECRET_KEY"] or _secret_key(instance)
    for name, place in PLACES.items():
        config[name] = config[name] or str(instance / place)
    config["SQLALCHEMY_DATABASE_URI"] = config["DATABASE_URL"] or f"sqlite:///{instance / 'sandbox.db'}"
    if config["SQLALCHEMY_DATABASE_URI"].startswith("postgresql://"):
        config["SQLALCHEMY_DATABASE_URI"] = config["SQLALCHEMY_DATABASE_URI"].replace("://", "+psycopg://", 1)
    config.setdefault("SQLALCHEMY_ENGINE_OPTIONS", {"pool_pre_ping": True})
    config["PERMANENT_SESSION_LIFETIME"] = timedelta(hours=config["SESSION_HOURS"])
    config["SESSION_COOKIE_HTTPONLY"] = True
    config["SESSION_COOKIE_SAMESITE"] = "Lax"
    config["SESSION_COOKIE_SECURE"] = config["BASE_URL"].startswith("https://")
    config["SESSION_COOKIE_NAME"] = "__Host-session" if config["SESSION_COOKIE_SECURE"] else "session"
    config["MAX_CONTENT_LENGTH"] = config["MAX_UPLOAD"] + 1024 * 1024
    config["MAX_FORM_MEMORY_SIZE"] = 2 * 1024 * 1024
    config["MAX_FORM_PARTS"] = 1000
    config["WTF_CSRF_TIME_LIMIT"] = None
