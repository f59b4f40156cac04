"""The service as an operator starts it, in a process group of its own, for tests that kill and stop it."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2 as httpx

from tests.faults.planted import DEFECT

ADMIN_KEY = "key-of-the-faults-tests"
AS_ADMIN = {"Authorization": f"Bearer {ADMIN_KEY}"}
PROFILE = {
    "kind": "enterprise",
    "legal_name": "Проба",
    "country": "RU",
    "region": "RU-SVE",
    "city": "Ирбит",
    "source": "directory",
}


@dataclass(frozen=True, slots=True)
class Started:
    """A service of the test's own, and where it listens."""

    url: str
    process: "subprocess.Popen[bytes]"

    def send(self, what: signal.Signals) -> None:
        """A signal to all processes of the service."""
        os.killpg(self.process.pid, what)

    def end(self) -> None:
        """Stop it as an operator does; what does not stop in time is killed."""
        if self.process.poll() is None:
            self.send(signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.send(signal.SIGKILL)
            self.process.wait()


def free_port() -> int:
    """A port nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def started(database_url: str, log: Path, **settings: str) -> Started:
    """Start the service; `settings` go into its environment, `defect` is planted in it."""
    port = settings.pop("port", "") or str(free_port())
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SMEZHNIK_")}
    environment |= {
        "SMEZHNIK_DATABASE_URL": database_url,
        "SMEZHNIK_ADMIN_KEY": ADMIN_KEY,
        "SMEZHNIK_PORT": port,
        "SMEZHNIK_RATE_PER_ADDRESS": "0",
        "SMEZHNIK_RATE_PER_KEY": "0",
        "SMEZHNIK_RATE_FAILED_KEYS": "0",
        DEFECT: settings.pop("defect", ""),
    }
    environment |= {f"SMEZHNIK_{name.upper()}": value for name, value in settings.items()}
    module = "tests.faults.planted" if environment[DEFECT] else "app.cli"
    with log.open("ab") as lines:
        process = subprocess.Popen(
            [sys.executable, "-m", module, "serve"], env=environment, stderr=lines, start_new_session=True
        )
    return Started(f"http://127.0.0.1:{port}", process)


def until_ready(service: Started) -> float:
    """Wait until it is ready; the seconds that took."""
    begun = time.monotonic()
    while time.monotonic() < begun + 60:
        assert service.process.poll() is None, "the service ended by itself"
        try:
            if httpx.get(f"{service.url}/readyz", timeout=2, verify=False).status_code == 200:
                return time.monotonic() - begun
        except httpx.HTTPError:
            time.sleep(0.05)
    raise AssertionError("the service was not ready within a minute")


@contextmanager
def serving(database_url: str, workers: int, log: Path, **settings: str) -> Iterator[str]:
    """The URL of a service that is ready; its log lines go to a file."""
    service = started(database_url, log, workers=str(workers), **settings)
    try:
        until_ready(service)
        yield service.url
    finally:
        service.end()


def connected(url: str, authorization: str = "") -> httpx.Client:
    """A connection of its own; reading the machine's certificates each time costs more than asking."""
    headers = {"Authorization": authorization} if authorization else {}
    return httpx.Client(base_url=url, timeout=30, headers=headers, verify=False)


def organisation(admin: httpx.Client) -> str:
    """The id of an organisation made for the test."""
    answer = admin.post("/v1/organisations", json=PROFILE)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def ask(url: str, word: str) -> set[str]:
    """The ids found for a word, over a connection of its own so that all workers are asked."""
    with connected(url) as client:
        answer = client.post("/v1/suggestions/search", json={"text": word, "limit": 50})
        assert answer.status_code == 200, answer.text
        return {pair["theirs"]["id"] for item in answer.json()["items"] for pair in item["pairs"]}
