"""Two worker processes, one database: what one has stored, the other's next answer knows."""

import json
from collections import Counter
from pathlib import Path

import httpx2 as httpx

from tests.faults.serving import AS_ADMIN, ask, connected, organisation, serving
from tests.night import rounds

ROUNDS = rounds(32, 200)
REVOCATIONS = rounds(6, 40)


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
        owner = organisation(admin)
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


def test_it_notices_an_index_that_stays_as_it_was(sqlite_url: str, tmp_path: Path) -> None:
    stale = 0
    with (
        serving(sqlite_url, 2, tmp_path / "service.log", defect="stale_index") as url,
        httpx.Client(base_url=url, headers=AS_ADMIN) as admin,
    ):
        owner = organisation(admin)
        for number in range(4):
            statement_id, expected, word = _change(admin, owner, number)
            stale += sum((statement_id in ask(url, word)) is not expected for _ in range(3))
    print(
        json.dumps({"test": "two_workers", "defect": "stale_index", "writes": 4, "asks": 12, "stale": stale})
    )
    assert stale


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
