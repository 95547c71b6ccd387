"""The rules of the house that imports and syntax can show."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "sandbox"
LONGEST = 400
WRITERS = frozenset(
    {"add", "add_all", "delete", "merge", "commit", "flush", "begin", "begin_nested", "bulk_save_objects"}
)


def modules(*folders: str) -> Iterator[tuple[Path, ast.Module]]:
    for folder in folders or (".",):
        for path in sorted((PACKAGE / folder).rglob("*.py")):
            if "migrations/versions" not in path.as_posix():
                yield path, ast.parse(path.read_text())


def name(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def attribute_calls(tree: ast.AST) -> Iterator[tuple[ast.Call, ast.Attribute]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node, node.func


@pytest.mark.once
def test_the_stairs_go_down_only():
    answer = subprocess.run(
        [Path(sys.executable).with_name("lint-imports")], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr


@pytest.mark.once
def test_nobody_else_commits():
    found = [
        f"{name(path)}:{call.lineno}"
        for path, tree in modules("web", "services", "queries", "cli")
        for call, function in attribute_calls(tree)
        if function.attr == "commit" and name(path) != "services/unit.py"
    ]
    assert found == []


@pytest.mark.once
def test_nobody_else_moves_a_state():
    """`x.state = …` stands in services/engine.py only; rows are made with the first state of their lifecycle."""
    found = []
    for path, tree in modules("web", "services", "queries", "cli"):
        for node in ast.walk(tree):
            targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
            moved = [target for target in targets if isinstance(target, ast.Attribute) and target.attr == "state"]
            if moved and isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
                found.append(f"{name(path)}:{node.lineno}")
    assert [place for place in found if not place.startswith("services/engine.py")] == []


@pytest.mark.once
def test_nobody_moves_a_state_in_sql():
    found = [
        f"{name(path)}:{call.lineno}"
        for path, tree in modules("services")
        for call, function in attribute_calls(tree)
        if function.attr == "values"
        and _is_update(function.value)
        and any(keyword.arg == "state" for keyword in call.keywords)
    ]
    assert found == []


def _is_update(node: ast.AST) -> bool:
    return any(
        isinstance(part, ast.Call) and isinstance(part.func, ast.Name) and part.func.id == "update"
        for part in ast.walk(node)
    )


@pytest.mark.once
def test_queries_never_write():
    found = []
    for path, tree in modules("queries"):
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sqlalchemy"):
                words = {alias.name for alias in node.names} & {"insert", "update", "delete"}
                found += [f"{name(path)}:{node.lineno} imports {word}" for word in words]
        found += [
            f"{name(path)}:{call.lineno} calls {function.attr}"
            for call, function in attribute_calls(tree)
            if function.attr in WRITERS and ast.unparse(function.value).endswith("session")
        ]
    assert found == []


@pytest.mark.once
def test_no_file_is_too_long():
    paths = [path for folder in (PACKAGE, ROOT / "tests", ROOT / "scripts") for path in folder.rglob("*.py")]
    long = {
        path.relative_to(ROOT).as_posix(): lines
        for path in paths
        if "migrations/versions" not in path.as_posix() and (lines := len(path.read_text().splitlines())) > LONGEST
    }
    assert long == {}


@pytest.mark.once
def test_every_module_says_its_rule():
    silent = [name(path) for path, tree in modules() if path.read_text().strip() and not ast.get_docstring(tree)]
    assert silent == []


@pytest.mark.once
@pytest.mark.slow
def test_the_web_process_loads_neither_printer_nor_signer():
    code = (
        "import sys, tempfile, os; os.environ['SANDBOX_INSTANCE'] = tempfile.mkdtemp(); "
        "from sandbox import create_app; create_app({'DATABASE_URL': 'sqlite://'}); "
        "print([name for name in ('weasyprint', 'pyhanko') if name in sys.modules])"
    )
    answer = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]", answer.stdout


@pytest.mark.once
def test_the_domain_does_not_load_the_web():
    code = "import sys, sandbox.domain.policy; print('flask' in sys.modules, 'sqlalchemy' in sys.modules)"
    answer = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert answer.stdout.split() == ["False", "False"]


@pytest.mark.once
def test_pages_carry_no_style_and_no_script():
    found = [
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "templates").rglob("*.html")
        if "documents" not in path.parts
        and any(word in path.read_text() for word in (" style=", "<style", "onclick=", "onchange=", "onsubmit="))
    ]
    assert found == []
