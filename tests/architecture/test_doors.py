"""Every way into the application is listed with who may use it, in doors.txt.

After adding a view, `python -m tests.architecture.test_doors` writes the list anew; read the difference.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from sandbox import create_app
from sandbox.domain.actions import READS, Action
from sandbox.domain.policy import GRANTS
from sandbox.web.access import SAFE_METHODS, access_of, check, needs, public, untyped

LIST = Path(__file__).with_name("doors.txt")


def doors(app: Flask) -> list[str]:
    """One line a rule and method: method, URL, access."""
    lines = set()
    for rule in app.url_map.iter_rules():
        access = access_of(app, rule.endpoint)
        name = access.name if access else "nobody said"
        lines |= {f"{method:<6} {rule.rule:<90} {name}" for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}}
    return sorted(lines, key=lambda line: line.split()[::-1][-2::-1] + line.split()[:1])


def test_the_list_of_doors_is_complete(app):
    assert LIST.read_text().splitlines() == doors(app), "run: python -m tests.architecture.test_doors"


def test_every_view_declares_who_may_use_it(app):
    for rule in app.url_map.iter_rules():
        assert access_of(app, rule.endpoint) is not None, rule.rule
        assert untyped(rule) == [], rule.rule


def test_what_only_reads_is_only_read(app):
    for rule in app.url_map.iter_rules():
        if access_of(app, rule.endpoint).action in READS:
            assert rule.methods <= SAFE_METHODS, rule.rule


def test_every_action_is_granted_to_somebody():
    assert set(GRANTS) == set(Action)
    assert all(GRANTS[action] for action in Action)


def _bare() -> Flask:
    app = Flask("bare", static_folder=None)
    return app


@pytest.mark.parametrize(
    ("rule", "methods", "mark", "fault"),
    [
        ("/a", ["GET"], lambda view: view, "does not say who may use it"),
        ("/a", ["GET", "POST"], needs(Action.CASE_READ), "only reads"),
        ("/a/<b>", ["GET"], public, "has no type"),
        ("/a/<path:b>", ["GET"], public, "has no type"),
    ],
)
def test_the_application_does_not_start_with_a_careless_view(rule, methods, mark, fault):
    app = _bare()
    app.add_url_rule(rule, "careless", mark(lambda **_values: ""), methods=methods)
    with pytest.raises(RuntimeError, match=fault):
        check(app)


def test_the_application_starts_with_a_careful_one():
    app = _bare()
    app.add_url_rule("/a/<uuid:b>", "careful", needs(Action.CASE_READ)(lambda **_values: ""))
    check(app)


if __name__ == "__main__":
    LIST.write_text("\n".join(doors(create_app({"DATABASE_URL": "sqlite://"}))) + "\n")
