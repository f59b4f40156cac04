"""What the passing of days brings about: ends, warnings and reminders, each once."""

import threading
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app import worker
from app.bootstrap import Runtime
from app.settings import Settings
from app.storage.changes import Change
from app.storage.deliveries import Delivery
from tests.directory import Directory, bearer

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
DUTIES = ("expire_statements", "warn_of_expiry", "remind_of_reviews")


class Clock:
    """The time the service sees."""

    now = NOW

    def __call__(self) -> datetime:
        return self.now

    def on(self, day: date) -> None:
        self.now = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"encoder": False})


@pytest.fixture
def directory(client: Any, admin: dict[str, str]) -> Directory:
    return Directory(client, admin)


def done(runtime: Runtime) -> list[int]:
    """How much each duty did now."""
    return [worker.do_duty(runtime, name) for name in DUTIES]


def letters(runtime: Runtime) -> list[Delivery]:
    with runtime.database.reading() as session:
        return list(session.scalars(select(Delivery).where(Delivery.endpoint_id.is_(None))))


def events(runtime: Runtime, event: str) -> list[Delivery]:
    with runtime.database.reading() as session:
        wanted = (Delivery.endpoint_id.is_not(None), Delivery.event_type == event)
        return list(session.scalars(select(Delivery).where(*wanted)))


def listen(directory: Directory, *events: str) -> None:
    body = {"url": "https://hooks.example/x", "event_types": events}
    assert directory.client.post("/v1/webhooks", json=body, headers=directory.headers).status_code == 201


def test_a_statement_ends_is_renewed_and_its_owner_is_warned_once(
    directory: Directory, runtime: Runtime, clock: Clock
) -> None:
    listen(directory, "statement.expiring")
    owner = directory.organisation()
    member = bearer(directory.key("member", "read", "write", organisation_id=owner["id"]))
    made = directory.statement(owner, "need", "Отливки корпусов", expires_on="2026-12-31")
    path = f"/v1/statements/{made['id']}"
    assert done(runtime) == [0, 0, 0]
    clock.on(date(2026, 12, 17))
    assert done(runtime) == [0, 1, 0]
    assert done(runtime) == [0, 0, 0], "a warning comes once"
    (sent,) = letters(runtime)
    assert (sent.recipient, sent.event_type) == ("canary@sample.example", "statement.expiring")
    assert "2026-12-31" in sent.data["subject"]
    assert made["id"] in sent.data["text"]
    assert "Отливки корпусов" in sent.data["text"]
    (told,) = events(runtime, "statement.expiring")
    assert told.data == {"id": made["id"], "organisation_id": owner["id"], "fields": ["expires_on"]}
    assert directory.client.get(path).json()["version"] == made["version"], "a warning changes nothing"
    clock.on(date(2026, 12, 31))
    assert done(runtime) == [0, 0, 0]
    clock.on(date(2027, 1, 1))
    assert done(runtime) == [1, 0, 0]
    assert done(runtime) == [0, 0, 0]
    assert directory.client.get(path).status_code == 404
    assert directory.client.get(path, headers=member).json()["status"] == "expired"
    with runtime.database.reading() as session:
        last = session.scalars(select(Change).order_by(Change.seq.desc())).first()
    assert last is not None
    assert (last.actor_kind, last.actor_id, last.fields) == ("admin", "clock", ["status"])
    renewed = directory.client.post(f"{path}/renew", json={}, headers=member)
    assert (renewed.status_code, renewed.json()["status"]) == (200, "published")
    assert renewed.json()["expires_on"] == "2027-06-30"
    assert directory.found("Литьё корпусов", kind_of_text="capability") == [owner["id"]]
    clock.on(date(2027, 6, 20))
    assert done(runtime) == [0, 1, 0], "each end has its warning"


def test_a_renewal_takes_a_wished_day_and_never_shortens(directory: Directory, clock: Clock) -> None:
    owner = directory.organisation()
    need = directory.statement(owner, "need", "Отливки", expires_on="2027-12-01")

    def renew(statement: dict[str, Any], **body: Any) -> Any:
        url = f"/v1/statements/{statement['id']}/renew"
        return directory.client.post(url, json=body, headers=directory.headers)

    assert renew(need).json()["expires_on"] == "2027-12-01"
    assert renew(need, expires_on="2027-01-01").json()["expires_on"] == "2027-01-01"
    assert renew(need).json()["expires_on"] == "2027-05-23"
    past = renew(need, expires_on="2026-11-01")
    assert (past.status_code, past.json()["errors"][0]["code"]) == (422, "date_past")
    capability = directory.statement(owner, "capability", "Литьё")
    assert renew(capability).json()["expires_on"] is None
    assert renew(capability, expires_on="2027-01-01").json()["expires_on"] == "2027-01-01"
    draft = directory.statement(owner, "need", "Поковки", status="draft")
    assert (renew(draft).status_code, renew(draft).json()["code"]) == (409, "transition_refused")
    other = bearer(directory.key("member", "read", "write", organisation_id=directory.organisation()["id"]))
    answer = directory.client.post(f"/v1/statements/{need['id']}/renew", json={}, headers=other)
    assert answer.status_code == 404


def test_a_centre_is_told_once_of_a_review_past_its_day(
    directory: Directory, runtime: Runtime, clock: Clock
) -> None:
    listen(directory, "review.overdue")
    directory.centre("north", "RU-SVE")
    directory.centre("south", "RU-PER")
    for centre in ("north", "south"):
        person = {
            "name": "Дежурный",
            "email": f"{centre}@sample.example",
            "consent_at": "2026-01-01T00:00:00Z",
        }
        directory.organisation(kind="promotion_centre", centre_id=centre, contacts=[person])
    owner = directory.organisation(region="RU-SVE")
    made = directory.statement(owner, "need", "Отливки канарейка", status="in_review")
    clock.now = NOW + timedelta(days=5)
    assert done(runtime) == [0, 0, 0]
    clock.now = NOW + timedelta(days=6)
    assert done(runtime) == [0, 0, 1]
    assert done(runtime) == [0, 0, 0]
    (sent,) = letters(runtime)
    assert (sent.recipient, sent.event_type) == ("north@sample.example", "review.overdue")
    assert "канарейка" not in str(sent.data)
    review_id = made["review"]["id"]
    assert review_id in sent.data["text"]
    assert [one.data["id"] for one in events(runtime, "review.overdue")] == [review_id]
    reviewer = bearer(directory.key("centre", "read", "review", centre_id="north"))
    (shown,) = directory.client.get("/v1/reviews?overdue=true", headers=reviewer).json()["items"]
    assert (shown["id"], shown["version"]) == (review_id, 1)


def test_several_workers_do_a_duty_once(directory: Directory, runtime: Runtime, clock: Clock) -> None:
    owner = directory.organisation()
    for number in range(12):
        directory.statement(owner, "need", f"Отливки {number}", expires_on="2026-12-31")
    clock.on(date(2026, 12, 20))
    counts: list[tuple[str, int]] = []

    def work(name: str) -> None:
        counts.append((name, worker.do_duty(runtime, name)))

    for name, day in (("warn_of_expiry", date(2026, 12, 20)), ("expire_statements", date(2027, 1, 1))):
        clock.on(day)
        threads = [threading.Thread(target=work, args=(name,)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        assert sum(count for duty, count in counts if duty == name) == 12, counts
    assert len(letters(runtime)) == 12
    with runtime.database.reading() as session:
        ended = session.scalars(select(Change).where(Change.actor_id == "clock")).all()
    assert len({change.entity_id for change in ended}) == len(ended) == 12
