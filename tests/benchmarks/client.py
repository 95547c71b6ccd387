"""A small keep-alive client. Each connection is a process of its own, so that the client's lock measures nothing.

Bytes are read from the socket by hand: the standard client costs more than a bare page does.
"""

from __future__ import annotations

import http.client
import multiprocessing
import re
import socket
import statistics
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

WARM_UP = 5  # requests that are not counted
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.I)
_SQL = re.compile(rb"\r\nx-sql-statements: *(\d+)", re.I)
_CONTEXT = multiprocessing.get_context("spawn")


@dataclass(frozen=True, slots=True)
class Visit:
    """One request. A form with a `version` is sent with the next number each time, as a browser would that saved."""

    path: str
    form: Mapping[str, Any] = field(default_factory=dict)
    expect: int = 200


@dataclass(slots=True)
class Load:
    """What one or more connections saw."""

    seconds: float = 0.0
    times: list[float] = field(default_factory=list)
    sql: set[int] = field(default_factory=set)
    bytes: int = 0

    @property
    def per_second(self) -> float:
        return len(self.times) / self.seconds if self.seconds else 0.0

    def quantile(self, share: float) -> float:
        """Milliseconds within which that share of the answers came."""
        ordered = sorted(self.times)
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]

    @property
    def median(self) -> float:
        return 1000 * statistics.median(self.times)

    def add(self, other: Load) -> None:
        """Take in what was seen at another time."""
        self.seconds += other.seconds
        self.times += other.times
        self.sql |= other.sql
        self.bytes = other.bytes or self.bytes


class Line:
    """One open connection."""

    def __init__(self, port: int, cookie: str) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._head = f"Host: 127.0.0.1:{port}\r\nCookie: {cookie}\r\nUser-Agent: bench\r\nAccept: */*\r\n"

    def request(self, path: str, form: Mapping[str, Any]) -> bytes:
        if not form:
            return f"GET {path} HTTP/1.1\r\n{self._head}\r\n".encode()
        body = urlencode(dict(form), doseq=True)
        head = f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
        return f"POST {path} HTTP/1.1\r\n{self._head}{head}\r\n{body}".encode()

    def send(self, request: bytes) -> tuple[int, bytes, int]:
        """The status, the head and the number of bytes of the body."""
        self._socket.sendall(request)
        read = b""
        while (end := read.find(b"\r\n\r\n")) < 0:
            read += self._receive()
        head = read[:end]
        found = _LENGTH.search(head)
        if found is None:
            return int(head[9:12]), head, self._chunks(read[end + 4 :])
        left = int(found[1]) - (len(read) - end - 4)
        while left > 0:
            left -= len(self._receive())
        return int(head[9:12]), head, int(found[1])

    def _receive(self) -> bytes:
        got = self._socket.recv(262_144)
        if not got:
            raise ConnectionError("The server closed the connection.")
        return got

    def _chunks(self, read: bytes) -> int:
        while not read.endswith(b"0\r\n\r\n"):
            read += self._receive()
        return len(read)

    def close(self) -> None:
        self._socket.close()


def _visits(line: Line, visit: Visit, seconds: float, version: int) -> tuple[Load, int]:
    """Ask again and again for so long; with a form the version goes up with each answer."""
    load = Load()
    fixed = b"" if visit.form else line.request(visit.path, {})

    def once() -> tuple[float, bytes]:
        nonlocal version
        request = fixed or line.request(visit.path, {**visit.form, "version": version})
        start = time.perf_counter()
        status, head, load.bytes = line.send(request)
        took = time.perf_counter() - start
        if status != visit.expect:
            raise RuntimeError(f"{visit.path} answered {status}, not {visit.expect}")
        version += 1
        return took, head

    for _ in range(WARM_UP):
        once()
    began = time.perf_counter()
    while not load.times or time.perf_counter() - began < seconds:
        took, head = once()
        load.times.append(took)
        if found := _SQL.search(head):
            load.sql.add(int(found[1]))
    load.seconds = time.perf_counter() - began
    return load, version


def _work(port: int, cookie: str, orders: Any, answers: Any) -> None:
    """A process that follows orders until it gets None: each on a fresh connection, since idle ones are closed."""
    versions: dict[str, int] = {}
    while (order := orders.get()) is not None:
        visit, seconds = order
        try:
            line = Line(port, cookie)
            first = versions.get(visit.path, int(visit.form.get("version", 0)))
            load, versions[visit.path] = _visits(line, visit, seconds, first)
            line.close()
            answers.put(load)
        except Exception as fault:  # the parent must hear of it, whatever it is
            answers.put(repr(fault))
            return


class Crowd:
    """So many connections, each in a process of its own."""

    def __init__(self, port: int, cookie: str, connections: int) -> None:
        self.connections = connections
        self._answers = _CONTEXT.Queue()
        self._orders = [_CONTEXT.Queue() for _ in range(connections)]
        self._people = [
            _CONTEXT.Process(target=_work, args=(port, cookie, orders, self._answers), daemon=True)
            for orders in self._orders
        ]
        for person in self._people:
            person.start()

    def load(self, visits: list[Visit], seconds: float) -> Load:
        """All connections at once, each with its own visit. Raises RuntimeError for a wrong answer."""
        for place, orders in enumerate(self._orders):
            orders.put((visits[place % len(visits)], seconds))
        found = [self._answers.get(timeout=120) for _ in self._orders]
        whole = Load()
        for one in found:
            if isinstance(one, str):
                raise RuntimeError(one)
            whole.add(one)
        whole.seconds = max(one.seconds for one in found)
        return whole

    def leave(self) -> None:
        """End the processes."""
        for orders in self._orders:
            orders.put(None)
        for person in self._people:
            person.join(timeout=10)


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who signed in: the cookie and the token for forms."""

    cookie: str
    token: str


def ask(port: int, path: str, cookie: str = "", form: Mapping[str, Any] | None = None) -> tuple[Any, str]:
    """One request by the standard client: the response and its text."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Cookie": cookie} if cookie else {}
    body = None
    if form is not None:
        body = urlencode(dict(form), doseq=True)
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    connection.request("GET" if form is None else "POST", path, body=body, headers=headers)
    response = connection.getresponse()
    text = response.read().decode(errors="replace")
    connection.close()
    return response, text


def cookie_of(response: Any) -> str:
    """The session cookie that a response sets."""
    found = [value.split(";")[0] for name, value in response.getheaders() if name.lower() == "set-cookie"]
    return next((one for one in found if one.startswith("session=")), "")


def token_in(text: str) -> str:
    """The form token of a page."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', text)
    if found is None:
        raise RuntimeError("The page has no form.")
    return found[1]


def sign_in(port: int, email: str, password: str) -> Session:
    """Sign in as a browser does. Raises RuntimeError when it is refused."""
    response, text = ask(port, "/sign-in")
    cookie = cookie_of(response)
    response, said = ask(port, "/sign-in", cookie, {"csrf_token": token_in(text), "email": email, "password": password})
    if response.status not in (302, 303):
        raise RuntimeError(f"{email} could not sign in: {response.status} {said[:200]}")
    cookie = cookie_of(response)
    response, text = ask(port, "/account/password", cookie)
    return Session(cookie_of(response) or cookie, token_in(text))
