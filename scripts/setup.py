"""From a fresh machine to a running portal: each step is skipped when nothing that it rests on has changed.

Usage: python3 scripts/setup.py run | dev | serve | test | test-fast
Standard library only; the environment made is .venv, the front end goes to static/dist, data to instance/.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import machine
import processes
from machine import SetupProblem

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / "bin"
DIST = ROOT / "static" / "dist"
HOST = "127.0.0.1"
OLDEST_PYTHON = (3, 11)
MODES = ("run", "dev", "serve", "test", "test-fast")


class Progress:
    """Numbered lines, so that a long first start shows where it is."""

    def __init__(self, steps: int) -> None:
        self.steps, self.step = steps, 0

    def start(self, text: str) -> None:
        self.step += 1
        print(f"[{self.step}/{self.steps}] {text}", flush=True)

    def note(self, text: str) -> None:
        print(f"      {text}", flush=True)


def call(command: Sequence[str | Path], environment: Mapping[str, str] | None = None) -> None:
    """Run a command in the project's folder. Raises SetupProblem with its output when it fails."""
    answer = subprocess.run(
        [str(part) for part in command],
        cwd=ROOT,
        env=dict(environment) if environment is not None else None,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if answer.returncode:
        words = " ".join(Path(command[0]).name if not n else str(part) for n, part in enumerate(command))
        raise SetupProblem(f"This command failed: {words}\n\n{answer.stdout.strip()}\n")


# --- stamps: what was made from what ---------------------------------------------------------------------------------


def digest(paths: Iterable[Path]) -> str:
    """SHA-256 over the names and contents of these files, folders taken whole."""
    total = hashlib.sha256()
    for path in sorted(file for given in paths for file in ([given] if given.is_file() else given.rglob("*"))):
        if path.is_file():
            total.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()


def read_stamps(file: Path) -> dict[str, str]:
    try:
        stamps = json.loads(file.read_text())
    except (OSError, ValueError):
        return {}
    return stamps if isinstance(stamps, dict) else {}


def stamp(file: Path, **values: str) -> None:
    """Record what was made. Written last, so that an interrupted step is done again."""
    file.write_text(json.dumps({**read_stamps(file), **values}, indent=1) + "\n")


# --- the steps -------------------------------------------------------------------------------------------------------


def require_python(progress: Progress) -> None:
    """Go on under an interpreter that is new enough, or say which is needed."""
    progress.start(f"Python: {machine.describe_python()}")
    if sys.version_info >= OLDEST_PYTHON:
        return
    newer = machine.newer_python()
    if not newer:
        raise SetupProblem("Python 3.11 or newer is needed:\n\n    sudo apt-get install -y python3 python3-venv\n")
    os.execvp(newer, [newer, *sys.argv])


def require_system(progress: Progress, mode: str) -> None:
    progress.start("System libraries and fonts" + (", test tools" if mode == "test" else ""))
    machine.require(machine.TEST_NEEDS if mode == "test" else machine.RUN_NEEDS, progress.note)


def install_python(progress: Progress, *, development: bool) -> None:
    """Make .venv and fill it from the hashed lock file. The development lock holds all of the runtime lock."""
    progress.start("Python packages in .venv")
    kind, lock = ("dev", "requirements-dev.lock") if development else ("runtime", "requirements.lock")
    stamps = VENV / ".portal-stamps.json"
    python = BIN / "python"
    wanted = digest([ROOT / lock])
    if python.exists() and read_stamps(stamps).get(kind) == wanted:
        return
    if not runs(python, "-m", "pip", "--version"):
        call([sys.executable, "-m", "venv", "--clear", VENV])
    progress.note("installing; the first time takes about a minute")
    pip_install(lock)
    stamp(stamps, **{kind: wanted}, **({"runtime": digest([ROOT / "requirements.lock"])} if development else {}))


def runs(*command: str | Path) -> bool:
    """Whether this command can be started and ends well; a moved or half-made environment does not."""
    try:
        return subprocess.run([str(part) for part in command], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def pip_install(lock: str) -> None:
    options = ["--require-hashes", "--only-binary=:all:", "--disable-pip-version-check", "--no-input", "-qq"]
    call([BIN / "python", "-m", "pip", "install", *options, "-r", ROOT / lock])


def build_front_end(progress: Progress) -> None:
    """Style sheet, script and fonts in static/dist; node is looked for only when something must be built."""
    progress.start("Style sheet, script and fonts")
    sources = digest([ROOT / "package-lock.json", ROOT / "scripts" / "build_assets.mjs", ROOT / "static" / "src"])
    dist_stamp = DIST / ".stamp.json"
    packages = digest([ROOT / "package-lock.json"])
    modules_stamp = ROOT / "node_modules" / ".portal-stamp.json"
    fetched = read_stamps(modules_stamp).get("lock") == packages
    if fetched and read_stamps(dist_stamp).get("sources") == sources:
        return
    environment = node_environment(progress)
    if not fetched:
        progress.note("fetching the front-end packages")
        call(["npm", "ci", "--loglevel=error"], environment)
        stamp(modules_stamp, lock=packages)
    call(["node", ROOT / "scripts" / "build_assets.mjs"], environment)
    stamp(dist_stamp, sources=sources)


def node_environment(progress: Progress) -> dict[str, str]:
    """The environment in which `node` and `npm` are found: the machine's own, or one from PyPI in .venv."""
    folder = machine.node_folder(BIN)
    if folder is None:
        progress.note(f"no node {machine.OLDEST_NODE} or newer here: taking one from PyPI")
        pip_install("requirements-node.lock")
        folder = machine.node_folder(BIN)
    if folder is None:
        raise SetupProblem("Node 18 or newer is needed:\n\n    sudo apt-get install -y nodejs npm\n")
    return {**os.environ, "PATH": f"{folder}{os.pathsep}{os.environ.get('PATH', '')}"}


def flask(*words: str) -> None:
    call([BIN / "flask", *words])


def demo_accounts() -> list[dict[str, str]]:
    """The accounts of the demonstration; none before it is loaded."""
    answer = subprocess.run(
        [str(BIN / "flask"), "demo", "accounts", "--json"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    try:
        accounts = json.loads(answer.stdout)
    except ValueError:
        return []
    return accounts if isinstance(accounts, list) else []


def prepare_data(progress: Progress, *, demo: bool) -> None:
    progress.start("Database and reference data")
    flask("db", "upgrade")
    flask("catalogue", "load")
    if demo:
        progress.start("Demonstration data")
        if not demo_accounts():
            progress.note("making the fictional firms and their cases; the first time takes a minute or two")
            flask("demo", "load")


# --- starting --------------------------------------------------------------------------------------------------------


def announce(port: int, *, demo: bool) -> None:
    """The address, and who may sign in."""
    address = os.environ.get("SANDBOX_BIND") or f"http://{HOST}:{port}"
    print(f"\nThe portal is at {address}   (Ctrl-C stops it)\n", flush=True)
    accounts = demo_accounts() if demo else []
    if not accounts:
        return
    columns = ("email", "password", "role", "organisation")
    rows = [[str(account.get(name) or "") for name in columns] for account in accounts]
    widths = [max(len(row[place]) for row in [list(columns), *rows]) for place in range(len(columns))]
    print("Demonstration accounts (fictional people; `flask demo accounts` shows them again):\n")
    for row in [list(columns), *rows]:
        print("  " + "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip())
    print(flush=True)


def start(mode: str, port: int) -> int:
    """Web server and worker together, until one ends or somebody stops them."""
    environment = {**os.environ, "PORT": str(port)}
    web = [str(BIN / "gunicorn"), "--config", str(ROOT / "gunicorn.conf.py"), "app:app"]
    if mode == "dev":
        web = [str(BIN / "flask"), "run", "--debug", "--host", HOST, "--port", str(port)]
    commands = {"web server": web, "worker": [str(BIN / "flask"), "worker"]}
    os.chdir(ROOT)
    return processes.run_together(
        commands,
        environment,
        is_up=lambda: bool(os.environ.get("SANDBOX_BIND")) or processes.answers(HOST, port),
        announce=lambda: announce(port, demo=mode != "serve"),
    )


def chosen_port() -> int:
    """PORT of the environment, 5000 without it. Raises SetupProblem for what is no port."""
    text = os.environ.get("PORT") or "5000"
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise SetupProblem(f"PORT must be a number from 1 to 65535, not “{text}”.")
    return int(text)


def choose_settings(mode: str, port: int) -> None:
    """Put into the environment what this mode means. Production starts with a key of its own or not at all."""
    if mode != "serve":
        os.environ.setdefault("SANDBOX_BASE_URL", f"http://{HOST}:{port}")
        return
    if not os.environ.get("SANDBOX_SECRET_KEY"):
        raise SetupProblem(
            "SANDBOX_SECRET_KEY is not set. Make one, keep it secret, and give the same to every server:\n\n"
            "    export SANDBOX_SECRET_KEY=$(python3 -c 'import secrets; print(secrets.token_hex(32))')\n"
        )
    os.environ.update(SANDBOX_PRODUCTION="true", SANDBOX_DEMO="false")


def prepare(mode: str) -> None:
    """Everything up to the point where a process can be started. Raises SetupProblem."""
    serving = mode in ("run", "dev", "serve")
    progress = Progress({"run": 6, "dev": 6, "serve": 5}.get(mode, 4))
    require_python(progress)
    require_system(progress, mode)
    install_python(progress, development=mode in ("dev", "test", "test-fast"))
    build_front_end(progress)
    if serving:
        prepare_data(progress, demo=mode != "serve")


def main(words: Sequence[str]) -> int:
    if len(words) != 1 or words[0] not in MODES:
        print(__doc__, file=sys.stderr)
        return 2
    mode = words[0]
    try:
        if mode.startswith("test"):
            prepare(mode)
            return 0
        port = chosen_port()
        choose_settings(mode, port)
        if not os.environ.get("SANDBOX_BIND"):
            processes.require_free_port(HOST, port)
        prepare(mode)
        return start(mode, port)
    except SetupProblem as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. Start again to go on from here.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
