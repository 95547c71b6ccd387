"""A scanner that finds something, is away, slow, or breaks off: the file is not taken (SECURITY UP-13, UP-14)."""

from __future__ import annotations

import socket
import struct
import threading
from pathlib import Path

import pytest

from sandbox.adapters.inspection import Unacceptable, inspect

pytestmark = pytest.mark.once


def _clamd(answer: bytes, received: list[bytes]) -> int:
    """A scanner on the loopback that takes one file and gives the answer; its port."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        channel, _ = server.accept()
        with server, channel, channel.makefile("rb") as stream:
            assert stream.read(10) == b"zINSTREAM\0"
            content = b""
            while size := struct.unpack("!L", stream.read(4))[0]:
                content += stream.read(size)
            received.append(content)
            channel.sendall(answer)

    threading.Thread(target=serve, daemon=True).start()
    return int(server.getsockname()[1])


def test_the_scanner_says_clean_or_why_not(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"some text")
    received: list[bytes] = []
    port = _clamd(b"stream: OK\0", received)
    assert inspect(path, "a.txt", scanned_by=f"clamd://127.0.0.1:{port}").scanned == "clean"
    assert received == [b"some text"]
    port = _clamd(b"stream: Eicar-Test FOUND\0", received)
    with pytest.raises(Unacceptable, match="Eicar-Test"):
        inspect(path, "a.txt", scanned_by=f"clamd://127.0.0.1:{port}")


@pytest.mark.parametrize("answer", [b"", b"INSTREAM size limit exceeded. ERROR\0"])
def test_a_scanner_without_an_answer_counts_as_no(tmp_path: Path, answer: bytes) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"some text")
    with pytest.raises(Unacceptable, match="could not be scanned"):
        inspect(path, "a.txt", scanned_by=f"clamd://127.0.0.1:{_clamd(answer, [])}")


def test_a_scanner_that_is_away_counts_as_no(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"some text")
    with pytest.raises(Unacceptable, match="could not be scanned"):
        inspect(path, "a.txt", scanned_by=f"clamd:{tmp_path}/nobody.ctl")


def test_a_scanner_that_never_answers_counts_as_no(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sandbox.adapters.scanner.SECONDS", 0.2)
    path = tmp_path / "x"
    path.write_bytes(b"some text")
    server = socket.create_server(("127.0.0.1", 0))
    with server, pytest.raises(Unacceptable, match="could not be scanned"):
        inspect(path, "a.txt", scanned_by=f"clamd://127.0.0.1:{server.getsockname()[1]}")


def test_a_scanner_that_cuts_off_a_large_file_counts_as_no(tmp_path: Path) -> None:
    """As clamd does over its StreamMaxLength: the connection breaks while the file is sent."""
    path = tmp_path / "x"
    path.write_bytes(b"a line of text\n" * 500_000)
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        channel, _ = server.accept()
        with server, channel:
            channel.recv(1000)
            channel.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    threading.Thread(target=serve, daemon=True).start()
    with pytest.raises(Unacceptable, match="could not be scanned"):
        inspect(path, "a.txt", scanned_by=f"clamd://127.0.0.1:{server.getsockname()[1]}")
