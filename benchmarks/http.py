"""Suggestions over HTTP, beside a fixed body of the same size from the same server process.

uvicorn serves an invented directory from SQLite on the loopback; a few connections ask one request after
the other. `fresh` asks each organisation for the first time, `again` the same ones once more, and `304`
shows the answer's own ETag, where it has one.
"""

import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import httpx

from benchmarks import database, server
from benchmarks.command import Result, main
from benchmarks.corpus import STATEMENTS_EACH, identifier
from benchmarks.measuring import Case, Row, rows_of

CONNECTIONS = 4
READY_SECONDS = 120
MOST_SECONDS = 60
BARE, ROUTE = "fixed body, bare server", "fixed body, plain FastAPI route"
FRESH, AGAIN, UNCHANGED = "suggestions, fresh", "suggestions, again", "suggestions, 304"
ORDERS = ((BARE, ROUTE, FRESH, AGAIN, UNCHANGED), (FRESH, AGAIN, UNCHANGED, ROUTE, BARE))
"""Of the kinds in even and odd rounds: whoever comes first has a disadvantage; `again` follows `fresh`."""

SIZES = {
    "tiny": (400, 2, 4),
    "small": (12_000, 6, 60),
    "moderate": (12_000, 10, 120),
    "large": (120_000, 20, 200),
}
"""Statements, rounds, requests of each kind in a round."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it goes over the wire, and the status its answer must have."""

    wire: bytes
    status: int = 200


@dataclass(frozen=True, slots=True)
class Answered:
    """What came back: the head, and how long the body was."""

    head: bytes
    size: int


def measure(size: str) -> Result:
    """Serves a directory of this size and asks it."""
    statements, rounds, requests = SIZES[size]
    with tempfile.TemporaryDirectory() as folder:
        database.fill(Path(folder), statements)
        with _serving(Path(folder)) as port:
            rows, skipped = _asked(port, statements, (rounds, requests))
    asks = f"requests a second over {CONNECTIONS} connections to one process, answers of the same size"
    return Result("http", asks, rows, skipped)


def _asked(port: int, statements: int, pace: tuple[int, int]) -> tuple[list[Row], dict[str, str]]:
    rounds, requests = pace
    paths = [_suggestions(number) for number in range(statements // STATEMENTS_EACH)]
    first = _ask_all(port, [Asked(_wire(paths.pop())) for _ in range(4)])
    size = sum(answer.size for answer in first) // len(first)
    rates: dict[str, list[float]] = {BARE: [], ROUTE: [], FRESH: [], AGAIN: [], UNCHANGED: []}
    started = perf_counter()
    for number in range(rounds):
        if number > 1 and perf_counter() - started > MOST_SECONDS:
            break
        turn = paths[number * requests : (number + 1) * requests] or paths[-requests:]
        kinds = _kinds(port, turn, size)
        for name in ORDERS[number % 2]:
            rates[name].append(_rate(port, kinds[name]()))
    skipped = {} if all(rates[UNCHANGED]) else {UNCHANGED: "the answers have no ETag"}
    found = {name: several for name, several in rates.items() if all(several)}
    notes = dict.fromkeys((FRESH, AGAIN), f"about {size:,} bytes")
    return rows_of(Case(statements, "one process", BARE, "1/s"), found, notes), skipped


def _kinds(port: int, paths: Sequence[str], size: int) -> dict[str, Callable[[], list[Asked]]]:
    """The requests of one round by kind; those that show an ETag learn it first."""
    again = [Asked(_wire(path)) for path in paths]

    def unchanged() -> list[Asked]:
        tags = [_header(answer.head, b"etag") for answer in _ask_all(port, again)]
        return [
            Asked(_wire(path, tag), 304) for path, tag in zip(paths, tags, strict=True) if tag is not None
        ]

    return {
        BARE: lambda: [Asked(_wire(f"/fixed/bare?size={size}"))] * (4 * len(paths)),
        ROUTE: lambda: [Asked(_wire(f"/fixed/route?size={size}"))] * (4 * len(paths)),
        FRESH: lambda: again,
        AGAIN: lambda: again,
        UNCHANGED: unchanged,
    }


def _rate(port: int, asked: Sequence[Asked]) -> float:
    """Requests answered a second; 0 where there are none to send."""
    if not asked:
        return 0.0
    started = perf_counter()
    _ask_all(port, asked)
    return len(asked) / (perf_counter() - started)


def _ask_all(port: int, asked: Sequence[Asked]) -> list[Answered]:
    """The answers, over a few connections that each ask one after the other. Raises where one is refused."""
    shares = [asked[place::CONNECTIONS] for place in range(CONNECTIONS)]
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        answered = list(pool.map(lambda share: _ask_in_turn(port, share), shares))
    return [answered[place % CONNECTIONS][place // CONNECTIONS] for place in range(len(asked))]


def _ask_in_turn(port: int, asked: Sequence[Asked]) -> list[Answered]:
    """Plain sockets: a whole HTTP client would cost more than the server that is measured."""
    if not asked:
        return []
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return [_ask(connection, one) for one in asked]


def _ask(connection: socket.socket, asked: Asked) -> Answered:
    connection.sendall(asked.wire)
    received = b""
    while b"\r\n\r\n" not in received:
        received += _some(connection)
    head, _, body = received.partition(b"\r\n\r\n")
    if int(head.split(b" ", 2)[1]) != asked.status:
        raise RuntimeError(f"{asked.wire[:200]!r} was answered with {received[:2000]!r}")
    length = int(_header(head, b"content-length") or 0) if asked.status != 304 else 0
    got = len(body)
    while got < length:
        got += len(_some(connection))
    return Answered(head, length)


def _some(connection: socket.socket) -> bytes:
    received = connection.recv(1 << 18)
    if not received:
        raise RuntimeError("the server closed the connection")
    return received


def _header(head: bytes, name: bytes) -> bytes | None:
    for line in head.split(b"\r\n")[1:]:
        key, _, value = line.partition(b":")
        if key.strip().lower() == name:
            return value.strip()
    return None


def _wire(path: str, tag: bytes | None = None) -> bytes:
    extra = b"If-None-Match: " + tag + b"\r\n" if tag else b""
    return b"GET " + path.encode() + b" HTTP/1.1\r\nHost: localhost\r\n" + extra + b"\r\n"


def _suggestions(number: int) -> str:
    return f"/v1/organisations/{identifier(number, 0)}/suggestions"


@contextmanager
def _serving(folder: Path) -> Iterator[int]:
    """The port of a server over this folder, ended afterwards."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        command = [
            sys.executable,
            "-m",
            "uvicorn",
            f"{server.__name__}:serve",
            "--factory",
            "--no-access-log",
        ]
        command += ["--log-level", "warning", "--fd", str(listening.fileno())]
        environment = {**os.environ, server.FOLDER: str(folder)}
        process = subprocess.Popen(command, env=environment, pass_fds=[listening.fileno()])
        try:
            _wait_until_ready(port, process)
            yield port
        finally:
            process.terminate()
            process.wait(30)


def _wait_until_ready(port: int, process: subprocess.Popen[bytes]) -> None:
    """Asks until the server is ready; the socket listens before it, so the first question just waits."""
    answer = httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=READY_SECONDS)
    if answer.status_code != 200 or process.poll() is not None:
        raise RuntimeError(f"the server is not ready: {answer.text}")


if __name__ == "__main__":
    main(measure)
