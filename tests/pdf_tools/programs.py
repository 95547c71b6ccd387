"""Programs of the system that judge PDF files: poppler and qpdf. A missing one is an error, never a skipped test."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from tests.pdf_tools.conformance import ToolMissing


def run(program: str, *arguments: str | Path) -> str:
    """What the program prints on both channels. Raises ToolMissing, or CalledProcessError for a failure."""
    if not shutil.which(program):
        raise ToolMissing(f"{program} is missing; get it with: apt-get install poppler-utils qpdf")
    command = [program, *map(str, arguments)]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60, check=True)
    return done.stdout.decode(errors="replace")


def text_of(file: Path) -> str:
    """The text of a PDF in its reading order."""
    return run("pdftotext", "-enc", "UTF-8", file, "-")
