"""The web server and the worker live and die together.

Standard library only. Both are children in this process group: Ctrl-C reaches them, and none outlives a killed group.
"""

from __future__ import annotations

import http.client
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from types import FrameType

from machine import SetupProblem

GRACE_SECONDS = 35  # a little more than gunicorn's own graceful time
START_SECONDS = 60


def require_free_port(host: str, port: int) -> None:
    """Raise SetupProblem when somebody already listens there."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as problem:
            raise SetupProblem(
                f"Port {port} on {host} cannot be used ({problem.strerror}). Another program may be listening there.\n"
                f"Choose another port:\n\n    make run PORT={port + 1}\n"
            ) from problem


def answers(host: str, port: int) -> bool:
    """Whether the server answers /healthz at all; asks directly, past any proxy of the environment.

    A refusal counts: in production the server may know itself by its public name only.
    """
    connection = http.client.HTTPConnection(host, port, timeout=2)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status > 0
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


class Stopped(Exception):
    """Somebody asked this process to end."""


def raise_stopped(_number: int, _frame: FrameType | None) -> None:
    raise Stopped


def run_together(
    commands: Mapping[str, Sequence[str]],
    environment: Mapping[str, str],
    is_up: Callable[[], bool],
    announce: Callable[[], None],
) -> int:
    """Start all commands, announce once they are up, and stop all when one ends or somebody says so.

    Returns 0 after a wished stop, 1 when a process ended by itself.
    """
    signal.signal(signal.SIGTERM, raise_stopped)
    children: dict[str, subprocess.Popen[bytes]] = {}
    try:
        for name, command in commands.items():
            children[name] = subprocess.Popen(list(command), env=dict(environment))
        ended = wait_until_up(children, is_up)
        if ended is None:
            announce()
            ended = wait_for_end(children)
        print(f"The {ended} ended by itself; stopping the rest.", file=sys.stderr)
        return 1
    except (KeyboardInterrupt, Stopped):
        print("\nStopping…")
        return 0
    finally:
        stop(children)


def wait_until_up(children: Mapping[str, subprocess.Popen[bytes]], is_up: Callable[[], bool]) -> str | None:
    """None as soon as the portal answers; otherwise the name of what ended, or "start" when time ran out."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        ended = first_ended(children)
        if ended:
            return ended
        if is_up():
            return None
        time.sleep(0.2)
    return "start"


def wait_for_end(children: Mapping[str, subprocess.Popen[bytes]]) -> str:
    """Block until one child ends; gives its name."""
    while True:
        ended = first_ended(children)
        if ended:
            return ended
        time.sleep(0.5)


def first_ended(children: Mapping[str, subprocess.Popen[bytes]]) -> str | None:
    return next((name for name, child in children.items() if child.poll() is not None), None)


def stop(children: Mapping[str, subprocess.Popen[bytes]]) -> None:
    """Ask every child to finish what it is doing, wait, and end what does not listen."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for child in children.values():
        if child.poll() is None:
            child.terminate()
    deadline = time.monotonic() + GRACE_SECONDS
    for child in children.values():
        try:
            child.wait(timeout=max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
