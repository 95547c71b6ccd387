"""The joint sandbox portal. `create_app` is the only place where the rooms of the house are joined."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flask import Flask

ROOT = Path(__file__).resolve().parent.parent


def create_app(overrides: Mapping[str, Any] | None = None) -> Flask:
    """The application, ready to serve. `overrides` wins over every other setting.

    Its data live in `instance/` beside the package, or in the folder named by SANDBOX_INSTANCE. Raises RuntimeError
    when settings are unsafe, or when a view does not say who may use it.
    """
    # Here and not above: the domain and the child that makes PDFs live in this package and must not load the web.
    from flask import Flask  # noqa: PLC0415

    from sandbox import cli, web  # noqa: PLC0415
    from sandbox.config import configure  # noqa: PLC0415
    from sandbox.extensions import init_database  # noqa: PLC0415

    app = Flask(
        __name__,
        instance_path=os.environ.get("SANDBOX_INSTANCE") or str(ROOT / "instance"),
        instance_relative_config=True,
        template_folder=str(ROOT / "templates"),
        static_folder=None,  # the web room serves the built files itself: hashed names, no dot files
    )
    configure(app, overrides)
    init_database(app)
    web.init_app(app)
    cli.register(app)
    return app


__all__ = ["ROOT", "create_app"]
