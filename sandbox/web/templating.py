"""How templates are compiled: words that never change are written into the compiled page, not looked up on each one."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import MutableMapping
from typing import Any

from flask.templating import Environment
from jinja2 import nodes
from jinja2.visitor import NodeTransformer

from sandbox.web.locale import _


class Spoken(NodeTransformer):
    """Say `_("…")` while the template is compiled: there is one language, and a compiled template belongs to it."""

    def visit_Call(self, node: nodes.Call, *_args: Any, **_more: Any) -> nodes.Node:
        """A fixed text becomes the text in the portal's language; every other call stays."""
        self.generic_visit(node)
        given = node.args[0] if len(node.args) == 1 else None
        plain = not (node.kwargs or node.dyn_args or node.dyn_kwargs)
        if isinstance(node.node, nodes.Name) and node.node.name == "_" and plain and isinstance(given, nodes.Const):
            return nodes.Const(_(given.value), lineno=node.lineno, environment=node.environment)
        return node


class Templates(Environment):
    """Flask's environment; imported macros find their names without a search through two maps."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """The names that every template knows, and its own if it has any."""
        return ChainMap(d, self.globals) if d else self.globals

    def _generate(self, source: nodes.Template, *args: Any, **more: Any) -> str:
        return super()._generate(Spoken().visit(source), *args, **more)


__all__ = ["Templates"]
