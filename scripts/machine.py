"""What the machine itself must bring: system libraries, fonts, programs and node. Looked for by name, never assumed.

Standard library only: this runs before anything is installed.
"""

from __future__ import annotations

import ctypes
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

OLDEST_NODE = 18
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


class SetupProblem(Exception):
    """Something that only the person at the machine can put right; the message says how."""


@dataclass(frozen=True)
class Need:
    """One thing to find: its name for people, the Debian package that brings it, and how to look."""

    name: str
    package: str
    found: Callable[[], bool]


def library(*names: str) -> Callable[[], bool]:
    """A probe: can one of these shared libraries be loaded?"""

    def found() -> bool:
        for name in names:
            try:
                ctypes.CDLL(name)
            except OSError:
                continue
            return True
        return False

    return found


def program(*names: str) -> Callable[[], bool]:
    """A probe: is one of these programs on the search path?"""
    return lambda: any(shutil.which(name) for name in names)


def font_family(family: str) -> Callable[[], bool]:
    """A probe: does fontconfig know this family?"""

    def found() -> bool:
        if not shutil.which("fc-list"):
            return False
        answer = subprocess.run(["fc-list", family, "family"], capture_output=True, text=True, check=False)
        return family in answer.stdout

    return found


def jaxb() -> bool:
    """A probe: Debian's folder of Java libraries holds the XML binding that Java itself dropped."""
    return any(Path(folder, "jaxb-api.jar").exists() for folder in ("/usr/share/java", "/usr/local/share/java"))


# The names are those that WeasyPrint itself asks the loader for, on Linux and on macOS.
# fmt: off
RUN_NEEDS: tuple[Need, ...] = (
    Need("Python's venv module", "python3-venv", lambda: importlib.util.find_spec("ensurepip") is not None),
    Need("GLib", "libglib2.0-0", library("libgobject-2.0.so.0", "libgobject-2.0.0.dylib")),
    Need("Pango", "libpango-1.0-0", library("libpango-1.0.so.0", "libpango-1.0.0.dylib")),
    Need("PangoFT2", "libpangoft2-1.0-0", library("libpangoft2-1.0.so.0", "libpangoft2-1.0.0.dylib")),
    Need("HarfBuzz", "libharfbuzz0b", library("libharfbuzz.so.0", "libharfbuzz.0.dylib")),
    # Without the subsetter every PDF costs five to ten times as much.
    Need("HarfBuzz subset", "libharfbuzz-subset0", library("libharfbuzz-subset.so.0", "libharfbuzz-subset.0.dylib")),
    Need("fontconfig", "fontconfig", program("fc-list")),
    # For the characters of people's names that Public Sans lacks.
    Need("Noto fonts", "fonts-noto-core", font_family("Noto Sans")),
)
TEST_NEEDS: tuple[Need, ...] = (
    *RUN_NEEDS,
    Need("Chromium", "chromium", program(*CHROMIUM_NAMES)),
    Need("Poppler's tools (pdfsig, pdftotext)", "poppler-utils", program("pdfsig")),
    Need("qpdf", "qpdf", program("qpdf")),
    # The compiler too: the veraPDF driver of the tests is one Java source file.
    Need("Java development kit", "default-jdk-headless", program("javac")),
    Need("JAXB for Java", "libjaxb-java", jaxb),
)
# fmt: on


def missing(needs: Sequence[Need]) -> list[Need]:
    """Those of the needs that were looked for and not found."""
    return [need for need in needs if not need.found()]


def require(needs: Sequence[Need], say: Callable[[str], None]) -> None:
    """Find every need, installing with apt where that is possible without asking.

    Raises SetupProblem with the one exact command otherwise; nothing has been started by then.
    """
    lacking = missing(needs)
    if not lacking:
        return
    packages = sorted({need.package for need in lacking})
    if may_install():
        say("installing " + ", ".join(packages))
        lacking = missing(needs) if apt_install(packages) else lacking
        if not lacking:
            return
    names = ", ".join(need.name for need in lacking)
    command = "apt-get update && apt-get install -y --no-install-recommends " + " ".join(packages)
    prefix = "" if may_install() else "sudo "
    raise SetupProblem(
        f"This machine lacks: {names}.\nOn Debian or Ubuntu this brings them:\n\n"
        f"    {prefix}sh -c '{command}'\n\n"
        "Elsewhere install the packages of the same purpose, then start again."
    )


def may_install() -> bool:
    """Whether apt can be used without asking: Debian's kind of system, and root."""
    return hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get") is not None


def apt_install(packages: Sequence[str]) -> bool:
    """Install with apt; true when it says that it worked."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    quiet = {"env": environment, "stdout": subprocess.DEVNULL}
    subprocess.run(["apt-get", "update", "-qq"], check=False, **quiet)  # type: ignore[call-overload]
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    return subprocess.run(install, check=False, **quiet).returncode == 0  # type: ignore[call-overload]


def newer_python() -> str | None:
    """Another interpreter on the search path that is new enough, for the case that `python3` is not."""
    names = (f"python3.{minor}" for minor in range(14, 10, -1))
    return next((name for name in names if shutil.which(name)), None)


def node_folder(venv_bin: Path) -> Path | None:
    """The folder with a `node` that is new enough and its `npm`; None when there is none."""
    for folder in (shutil.which("node"), str(venv_bin / "node")):
        if folder and (Path(folder).parent / "npm").exists() and node_version(folder) >= OLDEST_NODE:
            return Path(folder).parent
    return None


def node_version(node: str) -> int:
    """The major version that this node reports; 0 when it does not run."""
    try:
        answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
        return int(answer.strip().lstrip("v").split(".")[0])
    except (OSError, ValueError):
        return 0


def describe_python() -> str:
    """The running interpreter, as a line for the progress list."""
    return f"Python {sys.version_info.major}.{sys.version_info.minor}.{sys.version_info.micro}"
