"""Saved views of the inbox, so that the demonstration has some."""

from __future__ import annotations

from sandbox.cli.demo.story import Cast
from sandbox.services import views

KEPT = (
    ("coordinator", "Waiting longest", "show=waiting&sort=waiting"),
    ("coordinator", "Not led by us", "sort=due&lead=others"),
    ("case", "My turn, by date", "show=turn&sort=due"),
)


def saved_views(cast: Cast) -> None:
    """Views of some people of every authority."""
    for code in ("FCA", "SEC"):
        for duty, name, query in KEPT:
            views.keep(cast.staff(code, duty), name=name, query=query)


__all__ = ["saved_views"]
