"""Servers on this machine that webhooks are sent to, or must never reach."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from pydantic import SecretStr

from app.settings import Settings
from tests.conftest import ADMIN_KEY

GOOD, TRAP = "127.0.0.2", "127.0.0.1"
"""Two addresses of the loopback network: one that a test opens, and one that must stay closed."""


@dataclass
class Received:
    """One request as it came."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """A small HTTP server; `answer` gives (status, headers, body) for a request."""

    port: int
    answer: Callable[[Received], tuple[int, dict[str, str], bytes]]
    requests: list[Received] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://{GOOD}:{self.port}/hook"


@contextmanager
def receiving(
    status: int = 204, wrap: Callable[[socket.socket], socket.socket] | None = None
) -> Iterator[Receiver]:
    """A receiver on GOOD that answers with this status until told otherwise."""

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            request = Received(self.path, {name.lower(): text for name, text in self.headers.items()}, body)
            receiver.requests.append(request)
            code, headers, content = receiver.answer(request)
            self.send_response(code)
            for name, text in headers.items():
                self.send_header(name, text)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None: ...

    class Quiet(ThreadingHTTPServer):
        def handle_error(self, request: object, client_address: object) -> None: ...

    server = Quiet((GOOD, 0), Answering)
    if wrap is not None:
        server.socket = wrap(server.socket)
    receiver = Receiver(server.server_address[1], lambda _: (status, {}, b""))
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def talking(
    script: Callable[[socket.socket], None], address: str = GOOD, port: int = 0
) -> Iterator[tuple[int, list[str]]]:
    """A bare server on an address: (its port, who connected); the script speaks on each connection."""
    listener = socket.create_server(
        (address, port), family=socket.AF_INET6 if ":" in address else socket.AF_INET
    )
    seen: list[str] = []

    def speak(connection: socket.socket) -> None:
        with connection:
            try:
                script(connection)
            except OSError:
                return

    def accept() -> None:
        while True:
            try:
                connection, peer = listener.accept()
            except OSError:
                return
            seen.append(str(peer[0]))
            threading.Thread(target=speak, args=(connection,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield listener.getsockname()[1], seen
    finally:
        # Waking the accepting thread first: closing alone leaves it waiting.
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def settings_that_reach(receiver: Receiver, database_url: str) -> Settings:
    """Settings of a service whose webhooks may go to this receiver."""
    return Settings(
        database_url=database_url,
        admin_key=SecretStr(ADMIN_KEY),
        encoder=False,
        webhook_http=True,
        webhook_ports=(443, receiver.port),
        webhook_networks=(f"{GOOD}/32",),
    )
