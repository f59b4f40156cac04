"""A repeated POST has one effect and one answer, also when the repeats race over two workers."""

import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, text
from starlette.testclient import TestClient

from app import bootstrap, main, worker
from app.api import openapi
from app.bootstrap import Runtime
from app.settings import Settings
from app.storage.changes import Change
from app.storage.idempotency import IdempotencyKey
from app.storage.keys import Key as KeyRow
from app.storage.organisations import Organisation
from app.usecases import organisations
from tests.directory import profile

PATH = "/v1/organisations"
HEAD = "Idempotency-Key"


class Clock:
    ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@pytest.fixture
def clock() -> Clock:
    return Clock()


def count(runtime: Runtime, table: type[Any]) -> int:
    with runtime.database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def post(client: TestClient, headers: dict[str, str], key: str, body: Any, path: str = PATH) -> Any:
    return client.post(path, json=body, headers={**headers, HEAD: key})


def test_a_repeat_gives_the_same_answer_and_no_second_effect(
    client: TestClient, admin: dict[str, str], runtime: Runtime
):
    body = profile()
    first = post(client, admin, "order-1", body)
    second = post(client, admin, "order-1", body)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    for name in ("location", "etag", "content-type"):
        assert first.headers[name] == second.headers[name]
    assert "idempotency-replayed" not in first.headers
    assert second.headers["idempotency-replayed"] == "true"
    assert first.headers["x-request-id"] != second.headers["x-request-id"]
    assert (count(runtime, Organisation), count(runtime, Change)) == (1, 1)
    quoted = post(client, admin, '"order-1"', body)
    assert quoted.headers["idempotency-replayed"] == "true"


def test_another_request_with_the_same_key_is_refused(client: TestClient, admin: dict[str, str]):
    made = post(client, admin, "k", profile()).json()
    for path, body in (
        (PATH, profile()),
        (f"{PATH}/{made['id']}/statements", {"kind": "need", "text": "Отливки из чугуна"}),
    ):
        answer = post(client, admin, "k", body, path)
        assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")


def test_without_a_key_every_post_counts(client: TestClient, admin: dict[str, str], runtime: Runtime):
    client.post(PATH, json=profile(), headers=admin)
    client.post(PATH, json=profile(), headers=admin)
    assert (count(runtime, Organisation), count(runtime, IdempotencyKey)) == (2, 0)


def test_a_refused_request_takes_no_key(client: TestClient, admin: dict[str, str], runtime: Runtime):
    body = profile()
    assert post(client, admin, "k", {**body, "city": ""}).status_code == 422
    assert post(client, {}, "k", body).status_code == 401
    assert count(runtime, IdempotencyKey) == 0
    assert post(client, admin, "k", body).status_code == 201
    assert post(client, {}, "k", body).status_code == 401, "who is not let in learns no kept answer"
    twin = post(client, admin, "k2", {**body, "city": "Омск"})
    assert (twin.status_code, twin.json()["code"]) == (409, "already_exists")
    assert (count(runtime, Organisation), count(runtime, IdempotencyKey)) == (1, 1)


def test_a_fault_leaves_neither_effect_nor_key(
    client: TestClient, admin: dict[str, str], runtime: Runtime, monkeypatch: pytest.MonkeyPatch
):
    body = profile()
    create = organisations.create

    def fail_after(*arguments: Any) -> Any:
        create(*arguments)
        raise RuntimeError("planted")

    with monkeypatch.context() as patch:
        patch.setattr(organisations, "create", fail_after)
        assert post(client, admin, "k", body).status_code == 500
    with monkeypatch.context() as patch:
        patch.setattr("app.storage.idempotency.keep", fail_after)
        assert post(client, admin, "k", body).status_code == 500
    assert (count(runtime, Organisation), count(runtime, IdempotencyKey)) == (0, 0)
    again = post(client, admin, "k", body)
    assert again.status_code == 201
    assert "idempotency-replayed" not in again.headers


def test_keys_of_callers_do_not_meet(runtime: Runtime):
    from app.storage import idempotency
    from app.storage.idempotency import Repeatable

    moment, request = datetime.now(UTC), ("POST", PATH)
    with runtime.database.writing() as session:
        for caller in (("member", "a"), ("member", "b"), ("centre", "a"), ("membera", "")):
            asked = Repeatable.of(caller, "k", request, b"body")
            assert idempotency.begin(session, asked, moment) is None


@pytest.mark.parametrize("key", ["", " ", "a b", "ключ".encode(), "x" * 256, 'a"b', "\x7f"])
def test_a_key_is_a_short_plain_word(client: TestClient, admin: dict[str, str], key: str | bytes):
    answer = client.post(PATH, json=profile(), headers={**admin, HEAD: key})
    assert answer.status_code == 422
    assert [wrong["code"] for wrong in answer.json()["errors"]] == ["idempotency_key_invalid"]


def test_keys_are_kept_for_a_day_and_then_swept(
    client: TestClient, admin: dict[str, str], runtime: Runtime, clock: Clock
):
    body = profile()
    post(client, admin, "k", body)
    clock.ahead = timedelta(hours=23, minutes=59)
    assert worker.run_once(runtime)["sweep_idempotency"] == 0
    assert post(client, admin, "k", body).headers["idempotency-replayed"] == "true"
    clock.ahead = timedelta(hours=24, minutes=1)
    assert post(client, admin, "k", body).json()["code"] == "already_exists"
    assert worker.run_once(runtime)["sweep_idempotency"] == 1
    assert count(runtime, IdempotencyKey) == 0


def test_an_expired_key_may_be_used_again(
    client: TestClient, admin: dict[str, str], runtime: Runtime, clock: Clock
):
    post(client, admin, "k", profile())
    clock.ahead = timedelta(hours=25)
    assert post(client, admin, "k", profile()).status_code == 201
    assert (count(runtime, Organisation), count(runtime, IdempotencyKey)) == (2, 1)


def test_a_secret_is_not_kept(client: TestClient, admin: dict[str, str], runtime: Runtime):
    body = {"url": "https://hooks.example/", "event_types": ["statement.created"]}
    first = post(client, admin, "k", body, "/v1/webhooks")
    second = post(client, admin, "k", body, "/v1/webhooks")
    assert first.json()["secret"].startswith("whsec_")
    assert second.json() == {**first.json(), "secret": None}
    with runtime.database.reading() as session:
        [row] = session.scalars(select(IdempotencyKey))
        assert first.json()["secret"].encode() not in (row.body or b"")


def test_a_key_of_the_api_is_made_once_and_not_kept(
    client: TestClient, admin: dict[str, str], runtime: Runtime
):
    wish = {"name": "ERP", "kind": "admin", "scopes": ["read"]}
    made = [post(client, admin, "k", wish, "/v1/keys") for _ in range(2)]
    path = f"/v1/keys/{made[0].json()['id']}/rotation"
    rotated = [post(client, admin, "r", {}, path) for _ in range(2)]
    for first, second in (made, rotated):
        assert (first.status_code, second.status_code) == (201, 201)
        assert first.json()["key"].startswith("smz_live_")
        assert second.json() == {**first.json(), "key": None}
    assert count(runtime, KeyRow) == 2
    with runtime.database.reading() as session:
        kept = b"".join(row.body or b"" for row in session.scalars(select(IdempotencyKey)))
    assert not [first for first, _ in (made, rotated) if first.json()["key"].encode() in kept]
    of_reader = {"Authorization": f"Bearer {rotated[0].json()['key']}"}
    assert client.get("/v1/keys", headers=of_reader).status_code == 403


def test_a_revoked_key_is_not_answered_again(client: TestClient, admin: dict[str, str], runtime: Runtime):
    wish = {"name": "ERP", "kind": "admin", "scopes": ["read", "write"]}
    made = client.post("/v1/keys", json=wish, headers=admin)
    key = {"Authorization": f"Bearer {made.json()['key']}"}
    body = profile()
    assert post(client, key, "k", body).status_code == 201
    ended = client.delete(
        f"/v1/keys/{made.json()['id']}", headers={**admin, "If-Match": made.headers["etag"]}
    )
    assert ended.status_code == 204
    assert post(client, key, "k", body).status_code == 401
    assert count(runtime, Organisation) == 1


def test_every_post_that_changes_something_takes_a_key(client: TestClient):
    document = client.get("/openapi.json").json()
    posts = {
        path: operations["post"] for path, operations in document["paths"].items() if "post" in operations
    }
    without = {
        path
        for path, operation in posts.items()
        if HEAD not in [parameter["name"] for parameter in operation.get("parameters", [])]
    }
    assert without == openapi.READING_POSTS
    assert len(posts) > 5


def test_every_post_that_changes_something_obeys_it(
    client: TestClient, admin: dict[str, str], runtime: Runtime
):
    made = post(client, admin, "1", profile()).json()
    statement = {"kind": "need", "text": "Отливки из чугуна", "status": "draft"}
    hook = {"url": "https://hooks.example/", "event_types": ["statement.created"]}
    webhook = post(client, admin, "2", hook, "/v1/webhooks").json()["id"]
    calls = [
        (f"{PATH}/{made['id']}/statements", statement),
        (f"/v1/webhooks/{webhook}/rotate-secret", None),
        (f"/v1/webhooks/{webhook}/test", None),
        ("/v1/centres", {"id": "west", "name_ru": "Запад", "name_en": "West"}),
    ]
    for number, (path, body) in enumerate(calls):
        answers = [post(client, admin, f"call-{number}", body, path) for _ in range(2)]
        assert [answer.headers.get("idempotency-replayed") for answer in answers] == [None, "true"], path
        assert answers[0].status_code == answers[1].status_code


@pytest.fixture
def two_workers(settings: Settings, clock: Callable[[], datetime]) -> Iterator[list[TestClient]]:
    """Two services over one database, as two processes have them."""
    with ExitStack() as stack:
        clients = []
        for _ in range(2):
            runtime = bootstrap.start(settings, clock)
            app = main.create_app(runtime, settings)
            clients.append(stack.enter_context(TestClient(app, raise_server_exceptions=False)))
        yield clients


def test_racing_twins_have_one_effect(two_workers: list[TestClient], admin: dict[str, str], runtime: Runtime):
    keys, twins = 10, 8
    ends: Counter[str] = Counter()
    bodies: dict[int, set[bytes]] = {number: set() for number in range(keys)}
    for number in range(keys):
        body = {**profile(), "identifiers": [], "source": "directory"}
        gate = threading.Barrier(twins)

        def race(client: TestClient, number: int = number, body: Any = body, gate: Any = gate) -> None:
            gate.wait(10)
            answer = post(client, admin, f"race-{number}", body)
            ends[f"{answer.status_code} {answer.headers.get('idempotency-replayed', 'first')}"] += 1
            if answer.status_code == 201:
                bodies[number].add(answer.content)
            else:
                assert answer.json()["code"] == "idempotency_in_flight"
                assert answer.headers["retry-after"] == "1"

        threads = [threading.Thread(target=race, args=(two_workers[i % 2],)) for i in range(twins)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
    print(json.dumps({"test": "idempotency", "keys": keys, "twins": twins, "ends": ends}))
    assert count(runtime, Organisation) == keys
    assert ends["201 first"] == keys
    assert sum(ends.values()) == keys * twins
    assert all(len(found) == 1 for found in bodies.values())


def test_a_twin_in_flight_is_told_so_at_once(
    client: TestClient, admin: dict[str, str], monkeypatch: pytest.MonkeyPatch
):
    inside, go_on = threading.Event(), threading.Event()
    create = organisations.create

    def slow(*arguments: Any) -> Any:
        inside.set()
        assert go_on.wait(20)
        return create(*arguments)

    monkeypatch.setattr(organisations, "create", slow)
    body, answers = profile(), []
    first = threading.Thread(target=lambda: answers.append(post(client, admin, "k", body)))
    first.start()
    try:
        assert inside.wait(20)
        twin = post(client, admin, "k", body)
    finally:
        go_on.set()
        first.join(20)
    assert (twin.status_code, twin.json()["code"]) == (409, "idempotency_in_flight")
    assert [answer.status_code for answer in answers] == [201]
    assert post(client, admin, "k", body).headers["idempotency-replayed"] == "true"


def test_a_twin_at_another_worker_is_told_so_on_postgresql(
    two_workers: list[TestClient], admin: dict[str, str], runtime: Runtime, monkeypatch: pytest.MonkeyPatch
):
    """On SQLite it waits for its turn instead, since there is one writer at a time, and gets the answer."""
    inside, go_on = threading.Event(), threading.Event()
    create = organisations.create

    def slow(*arguments: Any) -> Any:
        inside.set()
        assert go_on.wait(20)
        return create(*arguments)

    monkeypatch.setattr(organisations, "create", slow)
    body, answers = profile(), []
    sqlite = runtime.database.write_engine.dialect.name == "sqlite"
    first = threading.Thread(target=lambda: answers.append(post(two_workers[0], admin, "k", body)))
    first.start()
    assert inside.wait(20)
    if sqlite:
        threading.Timer(0.5, go_on.set).start()
    twin = post(two_workers[1], admin, "k", body)
    go_on.set()
    first.join(20)
    assert twin.status_code == (201 if sqlite else 409)
    assert [answer.status_code for answer in answers] == [201]
    assert count(runtime, Organisation) == 1


def test_the_pool_is_whole_again_afterwards(client: TestClient, admin: dict[str, str], runtime: Runtime):
    """Neither answers nor refusals nor repeats keep a connection."""
    body = profile()
    for _ in range(30):
        post(client, admin, "k", body)
        post(client, admin, "k", profile())
        post(client, admin, "k3", {})
        post(client, admin, "k4", {**body, "city": "Омск"})
    assert runtime.database.write_engine.pool.checkedout() == 0  # type: ignore[attr-defined]
    with runtime.database.writing() as session:
        session.execute(text("SELECT 1"))
