"""The warm process: imports WeasyPrint and pyHanko once, then forks one limited child for every task.

It is started by `sandbox.adapters.child`, holds no secret of the portal and leaves when its parent does.
"""

from __future__ import annotations

import logging
import os
import resource
import signal
import socket
import tempfile
from typing import Any

from sandbox.adapters.inside import rendering, signing, verifying, wire

READY = b"ready\n"
REQUEST_BYTES_MAX = 64 * 2**20
TASKS = {
    "render": rendering.render,
    "prepare": signing.prepare,
    "sign": signing.sign,
    "verify": verifying.verify,
    "read_record": verifying.read_record,
}


def main(descriptor: int) -> None:
    """Serve tasks that arrive on the control socket until its other end is closed."""
    control = socket.socket(fileno=descriptor)
    logging.lastResort = None
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel buries the children
    rendering.warm_up()
    with open(os.devnull, "wb") as nowhere:  # from here on a hostile file may make libraries talk: nobody listens
        os.dup2(nowhere.fileno(), 2)
    control.sendall(READY)
    while True:
        byte, descriptors, _, _ = socket.recv_fds(control, 1, 1)
        if not byte:
            return
        for channel in descriptors:
            if os.fork() == 0:
                control.close()
                _child(socket.socket(fileno=channel))
            os.close(channel)


def _child(channel: socket.socket) -> None:
    """Do one task and leave, whatever happens."""
    try:
        _answer(channel)
    finally:
        os._exit(0)


def _answer(channel: socket.socket) -> None:
    request, blobs = wire.receive(channel, REQUEST_BYTES_MAX)
    _limit(**request["limits"])
    tempfile.tempdir = request["folder"]
    try:
        values, results = TASKS[request["task"]](request["values"], blobs)
        wire.send(channel, {"done": values}, results)
    except wire.Refused as refusal:
        wire.send(channel, {"refused": refusal.code, "details": refusal.details})
    except MemoryError:
        wire.send(channel, {"failed": "it needed more memory than it may use"})
    except BaseException as error:  # WeasyPrint has errors that are no Exception; none may pass as an answer
        wire.send(channel, {"failed": _plain(error)})


def _limit(memory_bytes: int, cpu_seconds: int, wall_seconds: float) -> None:
    """Limits that the kernel keeps, so that native code cannot outlive them either."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, wall_seconds)
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (64 * 2**20, 64 * 2**20))


def _plain(error: Any) -> str:
    return f"{type(error).__name__}: {error}"[:400]
