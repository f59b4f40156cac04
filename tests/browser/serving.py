"""The real service with the invented directory, and foreign pages, served on free ports for a browser."""

import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import uvicorn
from pydantic import SecretStr

from app import bootstrap, main
from app.bootstrap import Runtime
from app.cli import showing
from app.cli.service import SAMPLE
from app.settings import Settings

ADMIN_KEY = "a-key-for-browsers-only"


@contextmanager
def service(url: str, sample: Path | None = SAMPLE) -> Iterator[tuple[str, Runtime]]:
    """(Address, live objects) of the service over this database, in a thread, with the sample loaded.

    The encoder is off: what pages look like does not depend on it, and loading it takes seconds.
    """
    settings = Settings(
        database_url=url, admin_key=SecretStr(ADMIN_KEY), encoder=False, rate_per_address=0, rate_per_key=0
    )
    runtime = bootstrap.start(settings)
    if sample:
        showing.load_sample(runtime, sample)
    # The signal handlers of a server belong to a main thread; here the thread is told to stop.
    config = uvicorn.Config(main.create_app(runtime, settings), log_level="error", access_log=False)
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        _wait(server)
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}", runtime
        finally:
            server.should_exit = True
            thread.join(20)


@contextmanager
def foreign_site(pages: Mapping[str, tuple[str, Mapping[str, str]]]) -> Iterator[str]:
    """The address of another origin that serves these pages: text and headers by path."""
    server = ThreadingHTTPServer(("localhost", 0), partial(_Page, pages))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://localhost:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


class _Page(BaseHTTPRequestHandler):
    def __init__(self, pages: Mapping[str, tuple[str, Mapping[str, str]]], *request: object) -> None:
        self.pages = pages
        super().__init__(*request)

    def do_GET(self) -> None:
        text, headers = self.pages.get(self.path, ("", {}))
        self.send_response(200 if self.path in self.pages else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_: object) -> None:
        pass


def _wait(server: uvicorn.Server) -> None:
    deadline = time.monotonic() + 60
    while not server.started:
        if time.monotonic() > deadline:
            raise AssertionError("the service did not start")
        time.sleep(0.02)
