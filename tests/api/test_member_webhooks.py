"""Webhooks of members and centres: they hear of what they keep, and of alerts that are theirs."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from app import bootstrap, worker
from app.bootstrap import Runtime
from app.settings import Settings
from app.storage.database import connect
from tests.databases import on_both, sqlite_unless_asked
from tests.directory import Directory, bearer
from tests.receivers import Receiver, receiving, settings_that_reach

PATH = "/v1/webhooks"
OFFER = "Литьё корпусов насосов из чугуна СЧ20"


one_database = pytest.fixture(sqlite_unless_asked, name="database_url")


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as running:
        yield running


@pytest.fixture
def settings(database_url: str, receiver: Receiver) -> Settings:
    return settings_that_reach(receiver, database_url)


def listening(client: TestClient, receiver: Receiver, caller: dict[str, str], *events: str) -> dict[str, Any]:
    wanted = list(events) or ["organisation.updated", "organisation.deleted", "statement.created"]
    answer = client.post(PATH, json={"url": receiver.url, "event_types": wanted}, headers=caller)
    assert answer.status_code == 201, answer.text
    assert answer.headers["cache-control"] == "no-store"
    made: dict[str, Any] = answer.json()
    return made


def heard(receiver: Receiver) -> list[tuple[str, str]]:
    bodies = [json.loads(request.body) for request in receiver.requests]
    return sorted((body["type"], body["data"]["id"]) for body in bodies)


@on_both
def test_keepers_hear_of_what_they_keep_only(
    client: TestClient, directory: Directory, runtime: Runtime, receiver: Receiver
):
    directory.centre("north", "RU-SVE")
    directory.centre("south", "RU-PER")
    own, neighbour = directory.organisation(), directory.organisation(visibility="hidden")
    foreign, adopted = directory.organisation(region="RU-PER"), directory.organisation(region="RU-PER")
    directory.patch(f"/v1/organisations/{adopted['id']}", 1, centre_id="north")
    member = bearer(directory.key("member", "read", "write", organisation_id=own["id"]))
    centre = bearer(directory.key("centre", "read", "write", centre_id="north"))
    listening(client, receiver, member)
    mine = directory.statement(own, "capability", OFFER)
    for other in (neighbour, foreign, adopted):
        directory.statement(other, "capability", OFFER)
    worker.run_once(runtime)
    assert heard(receiver) == [("statement.created", mine["id"])]
    receiver.requests.clear()
    listening(client, receiver, centre)
    told = [directory.statement(one, "need", "Ищем отливки")["id"] for one in (neighbour, adopted)]
    directory.statement(foreign, "need", "Ищем отливки")
    assert directory.delete(f"/v1/organisations/{neighbour['id']}", 1).status_code == 204
    assert directory.delete(f"/v1/organisations/{foreign['id']}", 1).status_code == 204
    worker.run_once(runtime)
    kept = [("organisation.deleted", neighbour["id"]), *(("statement.created", one) for one in told)]
    assert heard(receiver) == sorted(kept)


@on_both
def test_an_endpoint_goes_with_its_member(
    client: TestClient, directory: Directory, runtime: Runtime, receiver: Receiver, admin: dict[str, str]
):
    own = directory.organisation()
    member = bearer(directory.key("member", "read", "write", organisation_id=own["id"]))
    made = listening(client, receiver, member)
    other = bearer(directory.key("member", "read", "write", organisation_id=directory.organisation()["id"]))
    assert client.get(f"{PATH}/{made['id']}", headers=other).status_code == 404
    assert client.get(f"{PATH}/{made['id']}", headers=admin).status_code == 200
    assert directory.delete(f"/v1/organisations/{own['id']}", 1).status_code == 204
    assert client.get(f"{PATH}/{made['id']}", headers=admin).status_code == 404
    worker.run_once(runtime)
    assert receiver.requests == []


def test_an_alert_is_told_to_its_holder(
    client: TestClient, directory: Directory, runtime: Runtime, receiver: Receiver
):
    own, foundry = directory.organisation(), directory.organisation()
    for one in (own, foundry):
        caller = bearer(directory.key("member", "read", "write", organisation_id=one["id"]))
        listening(client, receiver, caller, "alert.created")
        body = {"name": "x", "about": "text", "question": {"text": "Нужны отливки корпусов из чугуна"}}
        saved = {**body, "min_strength": "possible", "channels": ["webhook"]}
        assert client.post("/v1/saved-searches", json=saved, headers=caller).status_code == 201
    offer = directory.statement(foundry, "capability", OFFER)
    assert worker.run_once(runtime)["raise_alerts"] == 1
    (request,) = receiver.requests
    data = json.loads(request.body)["data"]
    assert data.keys() == {"id", "saved_search_id", "strength"}
    assert offer["id"] not in request.body.decode()
    receiver.requests.clear()
    other = directory.statement(foundry, "capability", f"{OFFER} и бронзы")
    for name in ("raise_alerts",):
        assert worker.do_duty(runtime, name) == 1
    directory.patch(f"/v1/statements/{other['id']}", 1, status="withdrawn")
    worker.run_once(runtime)
    assert receiver.requests == [], "told of what was withdrawn"


def test_both_sides_hear_of_an_introduction(
    client: TestClient, directory: Directory, runtime: Runtime, receiver: Receiver
):
    sides = [directory.organisation() for _ in range(3)]
    callers = [bearer(directory.key("member", "read", "write", organisation_id=side["id"])) for side in sides]
    hooks = [listening(client, receiver, caller, "introduction.requested")["id"] for caller in callers]
    body = {
        "organisation_id": sides[0]["id"],
        "partner_id": sides[1]["id"],
        "reason": "Нужны отливки корпусов насосов, 200 штук в месяц",
    }
    made = client.post("/v1/introductions", json=body, headers=callers[0])
    assert made.status_code == 201, made.text
    worker.run_once(runtime)
    assert heard(receiver) == [("introduction.requested", made.json()["id"])] * 2
    sent = [
        len(client.get(f"{PATH}/{hook}/deliveries", headers=caller).json()["items"])
        for hook, caller in zip(hooks, callers, strict=True)
    ]
    assert sent == [1, 1, 0]


def test_everybody_asks_for_events_it_will_hear(
    client: TestClient, directory: Directory, admin: dict[str, str], receiver: Receiver, runtime: Runtime
):
    member = bearer(directory.key("member", "read", "write", organisation_id=directory.organisation()["id"]))
    for caller, event in ((member, "key.created"), (member, "centre.updated"), (admin, "alert.created")):
        body = {"url": receiver.url, "event_types": ["statement.created", event]}
        answer = client.post(PATH, json=body, headers=caller)
        assert answer.status_code == 422
        assert [(one["pointer"], one["code"]) for one in answer.json()["errors"]] == [
            ("/event_types/1", "event_not_yours")
        ]
    listening(client, receiver, admin, "key.created", "centre.created")
    made = directory.key("admin")
    directory.centre("north", "RU-SVE")
    worker.run_once(runtime)
    assert heard(receiver) == [("centre.created", "north"), ("key.created", made["id"])]


def test_an_endpoint_that_was_gone_is_switched_on_again(
    client: TestClient, directory: Directory, runtime: Runtime, receiver: Receiver
):
    own = directory.organisation()
    member = bearer(directory.key("member", "read", "write", organisation_id=own["id"]))
    path = f"{PATH}/{listening(client, receiver, member)['id']}"
    receiver.answer = lambda _: (410, {}, b"")
    directory.statement(own, "capability", OFFER)
    worker.run_once(runtime)
    shown = client.get(path, headers=member)
    assert (shown.json()["enabled"], shown.json()["disabled_reason"]) == (False, "gone")
    assert client.patch(path, json={"enabled": True}, headers=member).status_code == 428
    based = {**member, "If-Match": shown.headers["etag"]}
    answer = client.patch(path, json={"enabled": True, "description": "снова"}, headers=based)
    assert (answer.status_code, answer.json()["enabled"]) == (200, True)
    assert client.patch(path, json={"enabled": False}, headers=based).status_code == 412
    receiver.answer = lambda _: (204, {}, b"")
    receiver.requests.clear()
    again = directory.statement(own, "capability", OFFER)
    worker.run_once(runtime)
    assert heard(receiver) == [("statement.created", again["id"])]
    private = client.patch(
        path, json={"url": "https://127.0.0.1/"}, headers={**member, "If-Match": answer.headers["etag"]}
    )
    assert private.json()["errors"][0]["code"] == "url_private"


@on_both
def test_no_secret_stands_in_its_table_and_a_way_back_keeps_it(
    client: TestClient, admin: dict[str, str], receiver: Receiver, runtime: Runtime, settings: Settings
):
    from alembic import command

    made = listening(client, receiver, admin)
    with runtime.database.reading() as session:
        (row,) = session.execute(text("SELECT * FROM webhook_endpoint")).all()
    assert made["secret"].removeprefix("whsec_") not in str(row)
    config = bootstrap.alembic_config(settings.database_url)
    runtime.database.dispose()
    command.downgrade(config, "0040")
    before = connect(settings.database_url)
    with before.reading() as session:
        assert session.execute(text("SELECT secret FROM webhook_endpoint")).scalar_one() == made["secret"]
    before.dispose()
    command.upgrade(config, "head")
    # A secret of before the upgrade signs on.
    path = f"{PATH}/{made['id']}"
    assert client.post(f"{path}/test", headers=admin).status_code == 202
    worker.run_once(runtime)
    from standardwebhooks import Webhook

    (request,) = receiver.requests
    Webhook(made["secret"]).verify(request.body, request.headers)
