"""Virus scanning by configuration: `none`, or a clamd service. A scanner that cannot answer counts as no.

Settings: `none`; `clamd:/run/clamav/clamd.ctl` (socket file) or `clamd://127.0.0.1:3310` (address).
"""

from __future__ import annotations

import socket
import struct
from pathlib import Path
from urllib.parse import urlsplit

CHUNK = 64 * 1024
SECONDS = 30.0
CLEAN = "clean"
NOT_SCANNED = "not_scanned"


class ScannerUnavailable(Exception):
    """The scanner gave no answer: the file is neither clean nor infected, so it must not be taken."""


class Infected(Exception):
    """The scanner found something; the text is its name for it."""


def scan(path: Path, setting: str) -> str:
    """What is known of the file: `clean`, or `not_scanned` where no scanner is set.

    Raises Infected, ScannerUnavailable, or ValueError for a setting that means nothing.
    """
    if setting == "none":
        return NOT_SCANNED
    try:
        answer = _ask_clamd(path, setting)
    except OSError as error:  # also a broken pipe, which is how clamd refuses a file over its own limit
        raise ScannerUnavailable(str(error)) from error
    if answer.endswith("FOUND"):
        raise Infected(answer.removeprefix("stream: ").removesuffix(" FOUND"))
    if answer != "stream: OK":
        raise ScannerUnavailable(answer or "no answer")
    return CLEAN


def _connect(setting: str) -> socket.socket:
    address = urlsplit(setting)
    if address.scheme != "clamd":
        raise ValueError(f"SCANNER: “{setting}” is neither none nor clamd:…")
    if address.hostname:
        return socket.create_connection((address.hostname, address.port or 3310), timeout=SECONDS)
    channel = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    channel.settimeout(SECONDS)
    try:
        channel.connect(address.path)
    except OSError:
        channel.close()
        raise
    return channel


def _ask_clamd(path: Path, setting: str) -> str:
    with _connect(setting) as channel, path.open("rb") as file:
        channel.sendall(b"zINSTREAM\0")
        while chunk := file.read(CHUNK):
            channel.sendall(struct.pack("!L", len(chunk)) + chunk)
        channel.sendall(struct.pack("!L", 0))
        answer = b""
        while not answer.endswith(b"\0") and (more := channel.recv(4096)):
            answer += more
    return answer.rstrip(b"\0").decode("utf-8", errors="replace").strip()
