"""The outbox: what is committed is delivered, once where all goes well, by whichever worker is alive."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from standardwebhooks import Webhook

from app import worker
from app.access import Admin
from app.bootstrap import Runtime
from app.configured import post_of
from app.delivering import DeliveryFailure, DeliveryState, EventType
from app.outbound.addresses import Reach, networks_of
from app.outbound.receipts import Receipt
from app.schemas.webhooks import WebhookIn
from app.settings import Settings
from app.storage import changes
from app.storage.deliveries import Delivery, DeliveryAttempt, queue_letter
from app.storage.installation import signing_key
from app.storage.mapping import new_id
from app.storage.webhook_endpoints import WebhookEndpoint
from app.usecases import deliveries, webhooks
from app.vocabulary import ChangeAction
from tests.receivers import GOOD, Receiver, receiving, talking


class Clock:
    """The time the service sees: the real one, and what a test adds."""

    ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as running:
        yield running


@pytest.fixture
def settings(database_url: str, receiver: Receiver, tmp_path: Any) -> Settings:
    return Settings(
        database_url=database_url,
        encoder=False,
        webhook_http=True,
        webhook_ports=(receiver.port,),
        webhook_networks=(f"{GOOD}/32",),
        mail_folder=str(tmp_path / "mail"),
    )


def endpoint(runtime: Runtime, url: str, *events: EventType) -> str:
    """A new endpoint; by default it wants to know of new statements."""
    port = int(url.split(":")[2].split("/")[0])
    reach = Reach(frozenset({port}), http=True, networks=networks_of([f"{GOOD}/32"]))
    given = WebhookIn(url=url, event_types=list(events) or [EventType.STATEMENT_CREATED])
    with runtime.database.writing() as session:
        return webhooks.create(session, Admin(), given, reach)[0].id


def secret_of(runtime: Runtime, row: WebhookEndpoint) -> str:
    """What the messages to this endpoint are signed with."""
    with runtime.database.reading() as session:
        return row.secret(signing_key(session))


def change(runtime: Runtime, count: int = 1, action: ChangeAction = ChangeAction.CREATED) -> list[str]:
    """The ids of changed statements, each change in its own transaction."""
    ids = [new_id() for _ in range(count)]
    for statement_id in ids:
        with runtime.database.writing() as session:
            changes.record(session, Admin(), ("statement", statement_id, statement_id), action, {"text"})
    return ids


def all_of(runtime: Runtime, table: type[Any]) -> list[Any]:
    with runtime.database.reading() as session:
        return list(session.scalars(select(table).order_by(*table.__table__.primary_key.columns)))


def told(receiver: Receiver) -> list[str]:
    """The ids of the records the receiver was told of, in order."""
    return [json.loads(request.body)["data"]["id"] for request in receiver.requests]


def test_a_committed_change_is_told_and_signed(runtime: Runtime, receiver: Receiver):
    endpoint(runtime, receiver.url)
    [statement_id] = change(runtime)
    change(runtime, action=ChangeAction.UPDATED)
    assert worker.run_once(runtime)["delivered"] == 1
    [request] = receiver.requests
    [row] = all_of(runtime, WebhookEndpoint)
    body = Webhook(secret_of(runtime, row)).verify(request.body, request.headers)
    assert body["type"] == "statement.created"
    assert body["data"] == {"id": statement_id, "organisation_id": statement_id, "fields": ["text"]}
    assert body["timestamp"].endswith("Z")
    [sent] = all_of(runtime, Delivery)
    assert (sent.state, sent.id) == (DeliveryState.DELIVERED, request.headers["webhook-id"])
    [attempt] = all_of(runtime, DeliveryAttempt)
    assert (attempt.number, attempt.status, attempt.failure) == (1, 204, None)
    assert worker.run_once(runtime)["delivered"] == 0


def test_what_is_not_committed_is_not_told(runtime: Runtime, receiver: Receiver):
    endpoint(runtime, receiver.url)

    def fail_after_writing() -> None:
        with runtime.database.writing() as session:
            changes.record(session, Admin(), ("statement", new_id(), new_id()), ChangeAction.CREATED)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_after_writing()
    worker.run_once(runtime)
    assert receiver.requests == []
    assert all_of(runtime, Delivery) == []


def test_a_failed_message_is_tried_by_the_schedule_under_one_id(
    runtime: Runtime, receiver: Receiver, clock: Clock
):
    receiver.answer = lambda _: (500, {}, b"secret words of the receiver")
    endpoint(runtime, receiver.url)
    change(runtime)
    waits = []
    for _ in range(len(deliveries.SCHEDULE) + 1):
        assert worker.run_once(runtime)["refused"] == 1
        [row] = all_of(runtime, Delivery)
        waits.append((row.due_at - clock()).total_seconds())
        assert worker.run_once(runtime)["refused"] == 0, "tried again before its time"
        clock.ahead += timedelta(seconds=max(waits[-1], 0) + 1)
    for wait, planned in zip(waits, deliveries.SCHEDULE, strict=False):
        assert 0.75 < wait / planned.total_seconds() < 1.25
    [row] = all_of(runtime, Delivery)
    assert (row.state, row.attempts) == (DeliveryState.FAILED, len(deliveries.SCHEDULE) + 1)
    assert len({request.headers["webhook-id"] for request in receiver.requests}) == 1
    assert len({request.headers["webhook-timestamp"] for request in receiver.requests}) > 5
    attempts = all_of(runtime, DeliveryAttempt)
    assert {(attempt.status, attempt.failure) for attempt in attempts} == {(500, DeliveryFailure.STATUS)}
    clock.ahead += timedelta(days=2)
    assert worker.run_once(runtime)["refused"] == 0


def test_gone_disables_the_endpoint_and_cancels_the_rest(runtime: Runtime, receiver: Receiver):
    receiver.answer = lambda _: (410, {}, b"")
    endpoint(runtime, receiver.url)
    change(runtime, 3)
    assert worker.run_once(runtime)["refused"] == 1
    change(runtime)
    worker.run_once(runtime)
    assert len(receiver.requests) == 1
    [row] = all_of(runtime, WebhookEndpoint)
    assert (row.disabled_reason, row.version) == ("gone", 2)
    states = [delivery.state for delivery in all_of(runtime, Delivery)]
    assert sorted(states) == [DeliveryState.CANCELLED, DeliveryState.CANCELLED, DeliveryState.FAILED]


def test_both_secrets_sign_for_a_day_after_a_rotation(runtime: Runtime, receiver: Receiver, clock: Clock):
    endpoint_id = endpoint(runtime, receiver.url)
    [row] = all_of(runtime, WebhookEndpoint)
    before = secret_of(runtime, row)
    with runtime.database.writing() as session:
        _, fresh = webhooks.rotate(session, Admin(), endpoint_id, clock())
    assert fresh != before
    change(runtime)
    worker.run_once(runtime)
    [first] = receiver.requests
    for secret in (before, fresh):
        Webhook(secret).verify(first.body, first.headers)
    clock.ahead = timedelta(hours=25)
    change(runtime)
    worker.run_once(runtime)
    assert [len(request.headers["webhook-signature"].split()) for request in receiver.requests] == [2, 1]


def test_a_message_of_a_lost_worker_is_taken_again(runtime: Runtime, receiver: Receiver, clock: Clock):
    endpoint(runtime, receiver.url)
    change(runtime)
    with runtime.database.writing() as session:
        lost = deliveries.claim(session, clock())
    assert lost is not None
    assert worker.run_once(runtime)["delivered"] == 0, "the lease was ignored"
    clock.ahead = deliveries.LEASE + timedelta(seconds=1)
    assert worker.run_once(runtime)["delivered"] == 1
    log = [(attempt.number, attempt.failure) for attempt in all_of(runtime, DeliveryAttempt)]
    assert log == [(1, DeliveryFailure.INTERRUPTED), (2, None)]


def test_who_lost_the_lease_changes_nothing(runtime: Runtime, receiver: Receiver, clock: Clock):
    endpoint(runtime, receiver.url)
    change(runtime)
    with runtime.database.writing() as session:
        lost = deliveries.claim(session, clock())
    clock.ahead = deliveries.LEASE + timedelta(seconds=1)
    with runtime.database.writing() as session:
        held = deliveries.claim(session, clock())
    assert lost is not None
    assert held is not None
    before = all_of(runtime, Delivery)[0]
    for failure in (DeliveryFailure.TIMEOUT, DeliveryFailure.GONE, None):
        with runtime.database.writing() as session:
            deliveries.settle(session, lost, Receipt(failure, 99_000), clock(), 0)
        [row], [target] = all_of(runtime, Delivery), all_of(runtime, WebhookEndpoint)
        assert (row.state, row.due_at, row.leased_until) == ("queued", before.due_at, before.leased_until)
        assert (target.disabled_at, target.busy_until) == (None, before.leased_until)
    with runtime.database.writing() as session:
        deliveries.settle(session, held, Receipt(None, 5, 204), clock(), 0)
    assert all_of(runtime, Delivery)[0].state == DeliveryState.DELIVERED
    assert [attempt.duration_ms for attempt in all_of(runtime, DeliveryAttempt)] == [99_000, 5]


def test_many_workers_deliver_each_message_once(runtime: Runtime, receiver: Receiver):
    for _ in range(4):
        endpoint(runtime, receiver.url)
    at_once, most, guard = 0, 0, threading.Lock()

    def slow(_: object) -> tuple[int, dict[str, str], bytes]:
        nonlocal at_once, most
        with guard:
            at_once += 1
            most = max(most, at_once)
        time.sleep(0.005)
        with guard:
            at_once -= 1
        return 204, {}, b""

    receiver.answer = slow
    change(runtime, 15)
    threads = [threading.Thread(target=drain, args=(runtime, 60, receiver)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    ids = [request.headers["webhook-id"] for request in receiver.requests]
    assert (len(ids), len(set(ids))) == (60, 60)
    assert 1 < most <= 4, "each endpoint has one worker at a time, and they do not wait for each other"
    with runtime.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(DeliveryAttempt)) == 60


def drain(runtime: Runtime, wanted: int, receiver: Receiver) -> None:
    """Deliver until all is there; a busy endpoint leaves nothing to claim for a moment."""
    deadline = time.monotonic() + 30
    while len(receiver.requests) < wanted and time.monotonic() < deadline:
        if worker.deliver_one(runtime) is None:
            time.sleep(0.002)


def test_messages_of_an_endpoint_go_in_order(runtime: Runtime, receiver: Receiver):
    endpoint(runtime, receiver.url)
    ids = change(runtime, 10)
    worker.run_once(runtime)
    assert told(receiver) == ids


def test_a_stuck_receiver_does_not_delay_others(runtime: Runtime, receiver: Receiver):
    def silence(connection: socket.socket) -> None:
        while connection.recv(65536):
            pass

    with talking(silence) as (port, _):
        stuck = Runtime(
            **{
                **{name: getattr(runtime, name) for name in Runtime.__slots__},
                "reach": Reach(
                    frozenset({port, receiver.port}), True, networks_of([f"{GOOD}/32"]), seconds=4
                ),
            }
        )
        endpoint(runtime, f"http://{GOOD}:{port}/")
        endpoint(runtime, receiver.url)
        change(runtime, 5)
        stop = threading.Event()
        working = threading.Thread(target=worker.run, args=(stuck, 2, stop))
        started = time.monotonic()
        working.start()
        try:
            while len(receiver.requests) < 5 and time.monotonic() - started < 4:
                time.sleep(0.01)
            assert len(receiver.requests) == 5
            assert time.monotonic() - started < 1.5
        finally:
            stop.set()
            working.join(15)
        assert not working.is_alive()


def test_a_letter_is_laid_into_the_folder_and_forgotten(runtime: Runtime, tmp_path: Any, receiver: Receiver):
    with runtime.database.writing() as session:
        queue_letter(session, "coop@proba.example", "alert", "Новый партнёр", "Посмотрите")
    assert worker.run_once(runtime)["delivered"] == 1
    [row] = all_of(runtime, Delivery)
    assert (tmp_path / "mail" / f"{row.id}.eml").is_file()
    assert (row.recipient, row.data) == (None, {})


def test_old_logs_are_swept(runtime: Runtime, receiver: Receiver, clock: Clock):
    endpoint(runtime, receiver.url)
    change(runtime, 2)
    worker.run_once(runtime)
    clock.ahead = timedelta(days=31)
    assert worker.run_once(runtime)["sweep_outbox"] == 2
    assert all_of(runtime, Delivery) == all_of(runtime, DeliveryAttempt) == []


def test_a_killed_worker_loses_nothing(
    runtime: Runtime, settings: Settings, receiver: Receiver, clock: Clock
):
    """The real command is killed while it waits for an answer; another one delivers after the lease."""
    waiting = threading.Event()

    def hang(_: object) -> tuple[int, dict[str, str], bytes]:
        waiting.set()
        time.sleep(5)
        return 204, {}, b""

    receiver.answer = hang
    endpoint(runtime, receiver.url)
    ids = change(runtime, 3)
    environment = {name: text for name, text in os.environ.items() if not name.startswith("SMEZHNIK_")} | {
        "SMEZHNIK_DATABASE_URL": settings.database_url,
        "SMEZHNIK_WEBHOOK_HTTP": "true",
        "SMEZHNIK_WEBHOOK_PORTS": str(receiver.port),
        "SMEZHNIK_WEBHOOK_NETWORKS": f"{GOOD}/32",
        "SMEZHNIK_ENCODER": "false",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "app.cli", "worker"], env=environment, stderr=subprocess.DEVNULL
    )
    try:
        assert waiting.wait(60)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    receiver.answer = lambda _: (204, {}, b"")
    clock.ahead = deliveries.LEASE + timedelta(seconds=1)
    assert worker.run_once(runtime)["delivered"] == 3
    assert set(told(receiver)) == set(ids)
    assert {row.state for row in all_of(runtime, Delivery)} == {DeliveryState.DELIVERED}
    interrupted = [row for row in all_of(runtime, DeliveryAttempt) if row.failure == "interrupted"]
    assert len(interrupted) == 1


def test_the_command_ends_on_a_signal(settings: Settings, runtime: Runtime):
    environment = {name: text for name, text in os.environ.items() if not name.startswith("SMEZHNIK_")} | {
        "SMEZHNIK_DATABASE_URL": settings.database_url,
        "SMEZHNIK_ENCODER": "false",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "app.cli", "worker"], env=environment, stderr=subprocess.PIPE
    )
    assert process.stderr is not None
    try:
        assert b"threads" in process.stderr.readline()
        time.sleep(0.2)
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    finally:
        process.kill()
        process.stderr.close()


def test_bootstrap_chooses_the_post(sqlite_url: str):
    server = post_of(Settings(database_url=sqlite_url, mail_host="mail.example", mail_port=25))
    assert (type(server).__name__, getattr(server, "port", None)) == ("MailServer", 25)
    folder = post_of(Settings(database_url=sqlite_url))
    assert type(folder).__name__ == "MailFolder"
