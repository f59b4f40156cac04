"""Two worker processes, one database: what one has stored, the other's next answer knows."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2 as httpx

from tests.night import rounds

ROUNDS = rounds(32, 200)
REVOCATIONS = rounds(6, 40)
ADMIN_KEY = "key-of-the-two-workers-test"
AS_ADMIN = {"Authorization": f"Bearer {ADMIN_KEY}"}


@contextmanager
def serving(database_url: str, workers: int, log: Path) -> Iterator[str]:
    """The service as an operator starts it; its log lines go to a file."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SMEZHNIK_")}
    environment |= {
        "SMEZHNIK_DATABASE_URL": database_url,
        "SMEZHNIK_ADMIN_KEY": ADMIN_KEY,
        "SMEZHNIK_PORT": str(port),
        "SMEZHNIK_WORKERS": str(workers),
        "SMEZHNIK_RATE_PER_ADDRESS": "0",
        "SMEZHNIK_RATE_PER_KEY": "0",
        "SMEZHNIK_RATE_FAILED_KEYS": "0",
    }
    command = [sys.executable, "-m", "app.cli", "serve"]
    with log.open("wb") as lines:
        process = subprocess.Popen(command, env=environment, stderr=lines, start_new_session=True)
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_until_ready(url, process)
        yield url
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _wait_until_ready(url: str, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert process.poll() is None, "the service ended by itself"
        try:
            if httpx.get(f"{url}/readyz", timeout=2, verify=False).status_code == 200:
                return
        except httpx.HTTPError:
            time.sleep(0.1)
    raise AssertionError("the service was not ready within a minute")


def connected(url: str, authorization: str = "") -> httpx.Client:
    """A connection of its own; reading the machine's certificates each time costs more than asking."""
    headers = {"Authorization": authorization} if authorization else {}
    return httpx.Client(base_url=url, timeout=30, headers=headers, verify=False)


def ask(url: str, word: str) -> set[str]:
    """The ids found for a word, over a connection of its own so that both workers are asked."""
    with connected(url) as client:
        answer = client.post("/v1/suggestions/search", json={"text": word, "limit": 50})
        assert answer.status_code == 200, answer.text
        return {pair["theirs"]["id"] for item in answer.json()["items"] for pair in item["pairs"]}


def asks_by_worker(log: Path) -> Counter[int]:
    """How many searches each process answered, by the service's own access log."""
    lines = [
        json.loads(line) for line in log.read_text(encoding="utf-8").splitlines() if line.startswith("{")
    ]
    return Counter(line["pid"] for line in lines if line.get("path") == "/v1/suggestions/search")


def test_no_stale_answer_over_two_workers(database_url: str, tmp_path: Path) -> None:
    counts = {"writes": 0, "asks": 0, "stale": 0, "asks_with_revoked_keys": 0, "opened_by_them": 0}
    log = tmp_path / "service.log"
    with serving(database_url, 2, log) as url, httpx.Client(base_url=url, headers=AS_ADMIN) as admin:
        owner = _organisation(admin)
        for number in range(ROUNDS):
            statement_id, expected, word = _change(admin, owner, number)
            counts["writes"] += 1
            for _ in range(3):
                counts["asks"] += 1
                counts["stale"] += (statement_id in ask(url, word)) is not expected
        keys = [_revoked_key(admin, url, owner, counts) for _ in range(REVOCATIONS)]
    workers = asks_by_worker(log)
    print(json.dumps({"test": "two_workers", **counts, "asks_by_worker": sorted(workers.values())}))
    assert counts["stale"] == 0
    assert counts["opened_by_them"] == 0
    assert not [key for key in keys if key in log.read_text(encoding="utf-8")], "a key stands in the log"
    assert len(workers) == 2, "only one worker was asked"
    assert min(workers.values()) >= ROUNDS // 5


def _revoked_key(admin: httpx.Client, url: str, owner: str, counts: dict[str, int]) -> str:
    """Make a key, use it, revoke it, and ask both workers with it."""
    body = {"name": "x", "kind": "member", "organisation_id": owner, "scopes": ["read"]}
    made = admin.post("/v1/keys", json=body)
    assert made.status_code == 201, made.text
    key = str(made.json()["key"])
    assert _status_with(url, key) == _status_with(url, key) == 200
    # Its use is noted meanwhile, which must not change the version a revocation is based on.
    gone = admin.delete(f"/v1/keys/{made.json()['id']}", headers={"If-Match": made.headers["ETag"]})
    assert gone.status_code == 204, gone.text
    for _ in range(4):
        counts["asks_with_revoked_keys"] += 1
        counts["opened_by_them"] += _status_with(url, key) != 401
    return key


def _status_with(url: str, key: str) -> int:
    with connected(url, f"Bearer {key}") as client:
        return client.get("/v1/organisations", params={"limit": 1}).status_code


def _organisation(admin: httpx.Client) -> str:
    profile = {
        "kind": "enterprise",
        "legal_name": "Проба",
        "country": "RU",
        "region": "RU-SVE",
        "city": "Ирбит",
    }
    answer = admin.post("/v1/organisations", json={**profile, "source": "directory"})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def _change(admin: httpx.Client, owner: str, number: int) -> tuple[str, bool, str]:
    """Publish, then in turn rewrite, withdraw or delete; (statement, should it be found, by which word)."""
    word = f"шпиндельметка{number}ъ"
    made = admin.post(
        f"/v1/organisations/{owner}/statements",
        json={"kind": "capability", "text": f"Ремонт узлов {word}", "status": "published"},
    )
    assert made.status_code == 201, made.text
    statement_id, tag = made.json()["id"], {"If-Match": made.headers["ETag"]}
    path = f"/v1/statements/{statement_id}"
    match number % 4:
        case 0:
            return statement_id, True, word
        case 1:
            patch = admin.patch(
                path, json={"text": f"Окраска кузовов {word}новая", "title": None}, headers=tag
            )
            assert patch.status_code == 200, patch.text
            return statement_id, True, f"{word}новая"
        case 2:
            patch = admin.patch(path, json={"status": "withdrawn"}, headers=tag)
            assert patch.status_code == 200, patch.text
        case _:
            assert admin.delete(path, headers=tag).status_code == 204
    return statement_id, False, word
