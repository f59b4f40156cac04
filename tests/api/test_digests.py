"""The digest of the week: one a member and week, to those who want it."""

import email
import email.policy
import threading
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from app import clockwork, worker
from app.bootstrap import Runtime
from app.settings import Settings
from app.storage.deliveries import Delivery
from app.storage.digests import week_at
from tests.clocks import Clock
from tests.conftest import ADMIN_KEY, SecretStr
from tests.databases import on_both, sqlite_unless_asked
from tests.directory import Directory, bearer

NEED = "Нужны отливки корпусов насосов из чугуна СЧ20"
OFFER = "Литьё корпусов насосов из чугуна СЧ20"


one_database = pytest.fixture(sqlite_unless_asked, name="database_url")


@pytest.fixture
def clock() -> Clock:
    """On a Wednesday of a week to come."""
    today = datetime.now(UTC)
    return Clock(today + timedelta(days=(2 - today.weekday()) % 7))


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(
        database_url=database_url,
        admin_key=SecretStr(ADMIN_KEY),
        encoder=False,
        mail_folder=str(tmp_path / "mail"),
        public_url="https://partners.example",
        digest_weekday=2,
    )


@pytest.fixture
def directory(client: TestClient, admin: dict[str, str]) -> Directory:
    return Directory(client, admin)


def person(address: str, **changes: Any) -> list[dict[str, Any]]:
    return [{"name": "Дежурный", "email": address, "consent_at": "2026-01-01T00:00:00Z", **changes}]


def letters(tmp_path: Path) -> dict[str, Any]:
    read = [
        email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        for path in sorted((tmp_path / "mail").glob("*.eml"))
    ]
    assert len({letter["to"] for letter in read}) == len(read), "somebody was written to twice"
    return {str(letter["to"]): letter for letter in read}


@on_both
def test_one_letter_a_week_with_what_is_new_and_what_ends(
    directory: Directory, runtime: Runtime, clock: Clock, tmp_path: Path
):
    buyer = directory.organisation(contacts=person("buyer@sample.example"))
    foundry = directory.organisation(contacts=person("foundry@sample.example"), legal_name="ООО «Гранитлит»")
    silent = directory.organisation(
        contacts=[{"name": "Дежурный", "phone": "+7 343 000 00 00", "consent_at": "2026-01-01T00:00:00Z"}]
    )
    ends = (clock() + timedelta(days=5)).date().isoformat()
    directory.statement(buyer, "need", NEED, expires_on=ends, title="Отливки насосов")
    for owner in (foundry, silent):
        directory.statement(owner, "capability", OFFER)
    counts = worker.run_once(runtime)
    assert (counts["send_digests"], counts["delivered"]) == (2, 2)
    told = letters(tmp_path)
    assert told.keys() == {"buyer@sample.example", "foundry@sample.example"}
    text = told["buyer@sample.example"].get_content()
    assert "ООО «Гранитлит»" in text
    assert "Совпадает" in text
    assert f"«Отливки насосов» — {ends}" in text
    assert worker.run_once(runtime)["send_digests"] == 0
    clock.now += timedelta(days=8)
    assert worker.run_once(runtime)["send_digests"] == 0, "there was nothing new and nothing ended"


@on_both
def test_two_workers_write_one_letter(directory: Directory, runtime: Runtime, tmp_path: Path):
    buyer = directory.organisation(contacts=person("buyer@sample.example"))
    directory.statement(buyer, "need", NEED)
    for number in range(3):
        owner = directory.organisation(contacts=person(f"f{number}@sample.example"))
        directory.statement(owner, "capability", OFFER)
    start, queued = threading.Barrier(3), []

    def work() -> None:
        start.wait(30)
        queued.append(clockwork.send_digests(worker.tools_of(runtime)))

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sum(queued) == 4
    with runtime.database.reading() as session:
        addresses = list(session.scalars(select(Delivery.recipient)))
    assert sorted(addresses) == [
        "buyer@sample.example",
        "f0@sample.example",
        "f1@sample.example",
        "f2@sample.example",
    ]


@on_both
def test_who_switched_it_off_gets_none(
    client: TestClient, directory: Directory, runtime: Runtime, tmp_path: Path
):
    buyer = directory.organisation(contacts=person("buyer@sample.example"))
    foundry = directory.organisation(contacts=person("foundry@sample.example"))
    directory.statement(buyer, "need", NEED)
    directory.statement(foundry, "capability", OFFER)
    member = bearer(directory.key("member", "read", "write", organisation_id=buyer["id"]))
    path = f"/v1/organisations/{buyer['id']}/digest"
    before = client.get(path, headers=member)
    assert (before.json(), before.headers["etag"]) == ({"wanted": True, "version": 1}, '"v1"')
    assert client.put(path, json={"wanted": False}, headers=member).status_code == 428
    based = {**member, "If-Match": '"v1"'}
    assert client.put(path, json={"wanted": False}, headers=based).json() == {"wanted": False, "version": 2}
    assert client.put(path, json={"wanted": True}, headers=based).status_code == 412
    foreign = f"/v1/organisations/{foundry['id']}/digest"
    assert client.get(foreign, headers=member).status_code == 404
    worker.run_once(runtime)
    assert letters(tmp_path).keys() == {"foundry@sample.example"}


def test_the_link_in_the_letter_ends_it_without_a_key(
    client: TestClient, directory: Directory, runtime: Runtime, tmp_path: Path, admin: dict[str, str]
):
    buyer = directory.organisation(contacts=person("buyer@sample.example"))
    directory.statement(buyer, "need", NEED)
    directory.statement(directory.organisation(contacts=person("f@sample.example")), "capability", OFFER)
    worker.run_once(runtime)
    letter = letters(tmp_path)["buyer@sample.example"]
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = letter["List-Unsubscribe"].strip("<>").removeprefix("https://partners.example")
    path = f"/v1/organisations/{buyer['id']}/digest"
    wrong = link[:-1] + ("0" if link[-1] != "0" else "1")
    for other in (wrong, "/unsubscribe/x", f"/unsubscribe/{buyer['id']}."):
        assert client.post(other).status_code == 404
    assert client.get(path, headers=admin).json()["wanted"] is True
    assert client.get(link).status_code == 405, "a look at the link must end nothing"
    for _ in range(2):
        assert client.post(link, data={"List-Unsubscribe": "One-Click"}).status_code == 204
    assert client.get(path, headers=admin).json() == {"wanted": False, "version": 2}


def test_a_partner_hidden_before_the_letter_is_not_in_it(
    directory: Directory, runtime: Runtime, tmp_path: Path
):
    buyer = directory.organisation(contacts=person("buyer@sample.example"))
    directory.statement(buyer, "need", NEED)
    foundry = directory.organisation(contacts=[], legal_name="ООО «Гранитлит»", source="directory")
    directory.statement(foundry, "capability", OFFER, status="draft")
    directory.statement(
        directory.organisation(contacts=person("f@sample.example"), legal_name="ООО «Базальт»"),
        "capability",
        OFFER,
    )
    assert clockwork.send_digests(worker.tools_of(runtime)) == 2
    (seen,) = directory.client.get("/v1/organisations?q=Базальт").json()["items"]
    directory.patch(f"/v1/organisations/{seen['id']}", 1, visibility="hidden")
    worker.run_once(runtime)
    assert "buyer@sample.example" not in letters(tmp_path)


def test_a_letter_under_way_stops_with_its_address_or_its_reader(
    client: TestClient, directory: Directory, runtime: Runtime, tmp_path: Path, admin: dict[str, str]
):
    leaving = directory.organisation(contacts=person("leaving@sample.example"))
    ending = directory.organisation(contacts=person("ending@sample.example"))
    for owner in (leaving, ending):
        directory.statement(owner, "need", NEED)
    directory.statement(directory.organisation(contacts=person("f@sample.example")), "capability", OFFER)
    assert clockwork.send_digests(worker.tools_of(runtime)) == 3
    answer = directory.patch(f"/v1/organisations/{leaving['id']}", 1, contacts=person("other@sample.example"))
    assert answer.status_code == 200, answer.text
    path = f"/v1/organisations/{ending['id']}/digest"
    assert client.put(path, json={"wanted": False}, headers={**admin, "If-Match": '"v1"'}).status_code == 200
    worker.run_once(runtime)
    assert letters(tmp_path).keys() == {"f@sample.example"}


def test_the_week_begins_with_its_day_and_hour():
    def at(day: int, hour: int) -> Any:
        return week_at(datetime(2026, 11, day, hour, tzinfo=UTC), 2, 9)

    assert [at(23, 12), at(24, 5)] == [None, None]
    assert {at(24, 6), at(25, 0), at(29, 20)} == {date(2026, 11, 23)}
    assert at(29, 22) is None, "in Moscow it is Monday"
