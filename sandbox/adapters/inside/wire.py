"""How the portal and its limited child talk: one JSON head and any number of byte strings each way.

Never pickle: a child that read a hostile file must not be able to make its parent run anything.
"""

from __future__ import annotations

import json
import socket
import struct
from collections.abc import Mapping, Sequence
from typing import Any

HEAD = struct.Struct(">I")
HEAD_BYTES_MAX = 32 * 2**20


class Refused(Exception):
    """The task looked at its input and said no. `code` is for programs, `details` are plain values."""

    def __init__(self, code: str, **details: Any):
        self.code = code
        self.details = details
        super().__init__(code)


class Broken(Exception):
    """The other side went away or sent something else than a message."""


def send(channel: socket.socket, values: Mapping[str, Any], blobs: Sequence[bytes] = ()) -> None:
    """Write one message. Raises OSError when the other side has gone."""
    head = json.dumps({"values": values, "sizes": [len(blob) for blob in blobs]}).encode()
    channel.sendall(HEAD.pack(len(head)) + head)
    for blob in blobs:
        channel.sendall(blob)


def receive(channel: socket.socket, most: int) -> tuple[dict[str, Any], list[bytes]]:
    """Read one message of at most `most` bytes. Raises Broken, or TimeoutError where the channel has a time limit."""
    (length,) = HEAD.unpack(_exactly(channel, HEAD.size))
    if length > min(most, HEAD_BYTES_MAX):
        raise Broken("the head of the message is too long")
    try:
        head = json.loads(_exactly(channel, length))
        values, sizes = dict(head["values"]), [int(size) for size in head["sizes"]]
    except (ValueError, KeyError, TypeError) as error:
        raise Broken("the head of the message cannot be read") from error
    if any(size < 0 for size in sizes) or sum(sizes) > most:
        raise Broken("the message is too long")
    return values, [_exactly(channel, size) for size in sizes]


def _exactly(channel: socket.socket, length: int) -> bytes:
    data = bytearray()
    while len(data) < length:
        part = channel.recv(min(length - len(data), 1 << 20))
        if not part:
            raise Broken("the other side has gone")
        data += part
    return bytes(data)
