"""Webhook endpoints over HTTP."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from app import worker
from app.bootstrap import Runtime
from app.settings import Settings
from tests.directory import Directory
from tests.receivers import Receiver, receiving, settings_that_reach

PATH = "/v1/webhooks"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as running:
        yield running


@pytest.fixture
def settings(database_url: str, receiver: Receiver) -> Settings:
    return settings_that_reach(receiver, database_url)


@pytest.fixture
def made(client: TestClient, admin: dict[str, str], receiver: Receiver) -> dict[str, Any]:
    body = {"url": receiver.url, "event_types": ["statement.created"], "description": "CRM центра"}
    answer = client.post(PATH, json=body, headers=admin)
    assert answer.status_code == 201, answer.text
    assert answer.headers["location"] == f"{PATH}/{answer.json()['id']}"
    assert answer.headers["etag"] == '"v1"'
    found: dict[str, Any] = answer.json()
    return found


def test_a_secret_is_shown_once(client: TestClient, admin: dict[str, str], made: dict[str, Any]):
    assert made["secret"].startswith("whsec_")
    one = client.get(f"{PATH}/{made['id']}", headers=admin)
    listed = client.get(PATH, headers=admin)
    assert made["secret"] not in one.text + listed.text
    assert [item["id"] for item in listed.json()["items"]] == [made["id"]]
    assert one.json() == {name: made[name] for name in made if name != "secret"}
    tagged = {**admin, "If-None-Match": one.headers["etag"]}
    assert client.get(f"{PATH}/{made['id']}", headers=tagged).status_code == 304


def test_endpoints_are_for_key_holders(client: TestClient, admin: dict[str, str], made: dict[str, Any]):
    path = f"{PATH}/{made['id']}"
    body = {"url": "https://hooks.example/", "event_types": ["statement.created"]}
    answers = [
        client.get(PATH),
        client.post(PATH, json=body),
        client.get(path),
        client.delete(path, headers={"If-Match": '"v1"'}),
        client.post(f"{path}/rotate-secret"),
        client.post(f"{path}/test"),
        client.get(f"{path}/deliveries"),
        client.post(f"{path}/deliveries/{made['id']}/replay"),
    ]
    assert [answer.status_code for answer in answers] == [401] * 8


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("https://127.0.0.1/", "url_private"),
        ("https://2130706433/", "url_private"),
        ("https://[::ffff:10.0.0.1]/", "url_private"),
        ("https://hooks.example:22/", "url_port"),
        ("ftp://hooks.example/", "url_scheme"),
        ("https://me:secret@hooks.example/", "url_userinfo"),
        ("https:// hooks.example/", "url_invalid"),
        ("чушь", "url_invalid"),
    ],
)
def test_wrong_addresses_are_refused(client: TestClient, admin: dict[str, str], url: str, code: str):
    answer = client.post(PATH, json={"url": url, "event_types": ["statement.created"]}, headers=admin)
    assert answer.status_code == 422
    assert [(wrong["pointer"], wrong["code"]) for wrong in answer.json()["errors"]] == [("/url", code)]
    assert "secret" not in answer.text


def test_events_are_checked(client: TestClient, admin: dict[str, str]):
    for wrong in ([], ["statement.made"]):
        body = {"url": "https://hooks.example/", "event_types": wrong}
        assert client.post(PATH, json=body, headers=admin).status_code == 422


def test_there_is_an_end_to_endpoints(client: TestClient, admin: dict[str, str]):
    body = {"url": "https://hooks.example/", "event_types": ["statement.created"]}
    statuses = [client.post(PATH, json=body, headers=admin) for _ in range(21)]
    assert [answer.status_code for answer in statuses] == [201] * 20 + [409]
    assert statuses[-1].json()["code"] == "limit_reached"


def test_a_removed_endpoint_hears_nothing(
    client: TestClient, admin: dict[str, str], made: dict[str, Any], directory: Directory, runtime: Runtime
):
    directory.statement(directory.organisation(), "capability", "Литьё корпусов")
    path = f"{PATH}/{made['id']}"
    assert client.delete(path, headers=admin).status_code == 428
    assert client.delete(path, headers={**admin, "If-Match": '"v9"'}).status_code == 412
    assert client.delete(path, headers={**admin, "If-Match": '"v1"'}).status_code == 204
    assert client.delete(path, headers={**admin, "If-Match": '"v1"'}).status_code == 404
    assert client.get(path, headers=admin).status_code == 404
    assert worker.run_once(runtime)["delivered"] == 0


def test_a_statement_is_told_without_its_text(
    made: dict[str, Any], directory: Directory, runtime: Runtime, receiver: Receiver
):
    owner = directory.organisation()
    statement = directory.statement(owner, "need", "Ищем отливки из чугуна")
    worker.run_once(runtime)
    [request] = receiver.requests
    assert json.loads(request.body)["data"]["id"] == statement["id"]
    assert json.loads(request.body)["data"]["organisation_id"] == owner["id"]
    assert "чугуна" not in request.body.decode()
    assert "canary" not in request.body.decode()


def test_a_test_call_and_its_log(
    client: TestClient, admin: dict[str, str], made: dict[str, Any], runtime: Runtime, receiver: Receiver
):
    path = f"{PATH}/{made['id']}"
    queued = client.post(f"{path}/test", headers=admin)
    assert queued.status_code == 202
    assert (queued.json()["state"], queued.json()["log"]) == ("queued", [])
    receiver.answer = lambda _: (503, {}, b"words of the receiver")
    worker.run_once(runtime)
    log = client.get(f"{path}/deliveries", headers=admin)
    [item] = log.json()["items"]
    assert (item["state"], item["event_type"]) == ("queued", "webhook.test")
    [attempt] = item["log"]
    assert (attempt["number"], attempt["status"], attempt["failure"]) == (1, 503, "status")
    assert attempt["duration_ms"] >= 0
    assert "words of the receiver" not in log.text
    assert json.loads(receiver.requests[0].body)["type"] == "webhook.test"
    assert client.get(f"{path}/deliveries?state=delivered", headers=admin).json()["items"] == []


def test_replay_sends_the_same_message_again(
    client: TestClient, admin: dict[str, str], made: dict[str, Any], runtime: Runtime, receiver: Receiver
):
    path = f"{PATH}/{made['id']}"
    queued = client.post(f"{path}/test", headers=admin).json()
    worker.run_once(runtime)
    again = client.post(f"{path}/deliveries/{queued['id']}/replay", headers=admin)
    assert (again.status_code, again.json()["state"]) == (202, "queued")
    worker.run_once(runtime)
    first, second = receiver.requests
    assert first.headers["webhook-id"] == second.headers["webhook-id"] == queued["id"]
    assert first.body == second.body
    [item] = client.get(f"{path}/deliveries", headers=admin).json()["items"]
    assert (item["state"], [attempt["number"] for attempt in item["log"]]) == ("delivered", [1, 2])
    unknown = client.post(f"{path}/deliveries/{made['id']}/replay", headers=admin)
    assert unknown.status_code == 404


def test_a_disabled_endpoint_takes_no_calls(
    client: TestClient, admin: dict[str, str], made: dict[str, Any], runtime: Runtime, receiver: Receiver
):
    path = f"{PATH}/{made['id']}"
    receiver.answer = lambda _: (410, {}, b"")
    queued = client.post(f"{path}/test", headers=admin).json()
    worker.run_once(runtime)
    shown = client.get(path, headers=admin).json()
    assert (shown["disabled_reason"], shown["disabled_at"] is not None) == ("gone", True)
    for call in ("test", f"deliveries/{queued['id']}/replay"):
        assert client.post(f"{path}/{call}", headers=admin).status_code == 409


def test_rotation_shows_the_new_secret(client: TestClient, admin: dict[str, str], made: dict[str, Any]):
    answer = client.post(f"{PATH}/{made['id']}/rotate-secret", headers=admin)
    assert answer.status_code == 200
    assert answer.json()["secret"] not in (None, made["secret"])
    assert answer.json()["old_secret_until"] is not None
    assert answer.headers["etag"] == '"v2"'


def test_pages_of_deliveries(client: TestClient, admin: dict[str, str], made: dict[str, Any]):
    path = f"{PATH}/{made['id']}"
    ids = [client.post(f"{path}/test", headers=admin).json()["id"] for _ in range(5)]
    seen, cursor = [], ""
    while cursor is not None:
        page = client.get(f"{path}/deliveries?limit=2{cursor and f'&cursor={cursor}'}", headers=admin).json()
        seen += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
    assert seen == ids[::-1]


def test_what_receivers_get_is_in_the_document(client: TestClient):
    document = client.get("/openapi.json").json()
    event = document["webhooks"]["record-changed"]
    assert "ChangeEvent" in json.dumps(event)
    assert "organisation.deleted" in json.dumps(document["components"]["schemas"]["ChangeEvent"])


def test_the_schedule_is_as_the_document_says(client: TestClient):
    from app.usecases.deliveries import SCHEDULE

    event = client.get("/openapi.json").json()["webhooks"]["record-changed"]
    hours = sum(SCHEDULE, timedelta()) / timedelta(hours=1)
    assert f"{len(SCHEDULE)} times over {round(hours)} hours" in event["post"]["description"]
