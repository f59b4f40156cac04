"""Saved searches and the alerts they raise, over HTTP and through the worker."""

import email
import email.policy
import json
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from app import clockwork, worker
from app.access import Member
from app.bootstrap import Runtime, conditions
from app.clockwork import Tools
from app.settings import Settings
from app.storage import alerts as alert_table
from app.storage.alerts import Alert, FeedPosition
from app.storage.deliveries import Delivery
from app.storage.letters import LetterPart
from app.usecases import alerting
from tests.conftest import ADMIN_KEY, SecretStr
from tests.databases import on_both, sqlite_unless_asked
from tests.directory import Directory, bearer

SEARCHES, ALERTS = "/v1/saved-searches", "/v1/alerts"
NEED = "Нужны отливки корпусов насосов из чугуна СЧ20"
OFFER = "Литьё корпусов насосов из чугуна СЧ20"


one_database = pytest.fixture(sqlite_unless_asked, name="database_url")


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(
        database_url=database_url,
        admin_key=SecretStr(ADMIN_KEY),
        encoder=False,
        mail_folder=str(tmp_path / "mail"),
        public_url="https://partners.example",
    )


@pytest.fixture
def directory(client: TestClient, admin: dict[str, str]) -> Directory:
    return Directory(client, admin)


@pytest.fixture
def member(directory: Directory) -> dict[str, Any]:
    """A foundry's customer, with its key."""
    made = directory.organisation()
    return {**made, "as": bearer(directory.key("member", "read", "write", organisation_id=made["id"]))}


def save(client: TestClient, caller: dict[str, str], **changes: Any) -> dict[str, Any]:
    body = {"name": "Отливки", "about": "text", "question": {"text": NEED}, "min_strength": "possible"}
    answer = client.post(SEARCHES, json={**body, **changes}, headers=caller)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def alerts(client: TestClient, caller: dict[str, str], **query: Any) -> list[dict[str, Any]]:
    answer = client.get(ALERTS, headers=caller, params=query)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


def letters(tmp_path: Path) -> list[Any]:
    return [
        email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        for path in sorted((tmp_path / "mail").glob("*.eml"))
    ]


def tools(runtime: Runtime) -> Tools:
    return worker.tools_of(runtime)


def rows(runtime: Runtime, table: type[Any]) -> list[Any]:
    with runtime.database.reading() as session:
        return list(session.scalars(select(table)))


@on_both
def test_a_new_statement_raises_one_alert(
    client: TestClient, directory: Directory, member: dict[str, Any], runtime: Runtime
):
    elder = directory.organisation()
    save(client, bearer(directory.key("member", "read", "write", organisation_id=elder["id"])))
    before = directory.organisation()
    directory.statement(before, "capability", OFFER)
    search = save(client, member["as"])
    foundry = directory.organisation(region="RU-PER")
    offer = directory.statement(foundry, "capability", OFFER)
    directory.statement(foundry, "capability", "Пошив спецодежды")
    assert worker.run_once(runtime)["raise_alerts"] == 3, "two for the elder search, one for the younger"
    (one,) = alerts(client, member["as"])
    assert (one["saved_search_id"], one["organisation"]["id"]) == (search["id"], foundry["id"])
    assert one["pair"]["theirs"]["id"] == offer["id"]
    assert "чугун" in one["pair"]["sentence"].lower()
    assert one["pair"]["mine"]["id"] is None
    directory.patch(f"/v1/statements/{offer['id']}", 1, text=f"{OFFER}, до 200 кг")
    assert worker.run_once(runtime)["raise_alerts"] == 0, "the same pair was told of twice"
    assert alerts(client, bearer(directory.key("member", "read", organisation_id=foundry["id"]))) == []


@on_both
def test_an_alert_is_read_once_and_by_its_holder_only(
    client: TestClient, directory: Directory, member: dict[str, Any], runtime: Runtime
):
    save(client, member["as"])
    foundry = directory.organisation()
    directory.statement(foundry, "capability", OFFER)
    worker.run_once(runtime)
    (one,) = alerts(client, member["as"], unread=True)
    other = bearer(directory.key("member", "read", "write", organisation_id=foundry["id"]))
    body = {"ids": [one["id"]]}
    assert client.post(f"{ALERTS}/read", json=body, headers=other).json() == {"read": 0}
    assert client.post(f"{ALERTS}/read", json=body, headers=member["as"]).json() == {"read": 1}
    assert client.post(f"{ALERTS}/read", json=body, headers=member["as"]).json() == {"read": 0}
    assert alerts(client, member["as"], unread=True) == []
    assert alerts(client, member["as"])[0]["read_at"] is not None


def test_a_search_about_everything_an_organisation_has(
    client: TestClient, directory: Directory, member: dict[str, Any], runtime: Runtime
):
    mine = directory.statement(member, "need", NEED)
    made = save(client, member["as"], about="organisation", question=None)
    assert made["organisation_id"] == member["id"]
    save(client, member["as"], about="statement", question=None, statement_id=mine["id"], region=["RU-MOS"])
    foundry = directory.organisation(region="RU-PER")
    directory.statement(foundry, "capability", OFFER)
    assert worker.run_once(runtime)["raise_alerts"] == 1, "a filter was not asked, or nothing was found"
    (one,) = alerts(client, member["as"])
    assert one["pair"]["mine"]["id"] == mine["id"]
    assert one["saved_search_id"] == made["id"]


def test_own_hidden_and_dismissed_partners_raise_nothing(
    client: TestClient, directory: Directory, member: dict[str, Any], runtime: Runtime
):
    save(client, member["as"])
    directory.statement(member, "capability", OFFER)
    directory.statement(directory.organisation(visibility="hidden"), "capability", OFFER)
    dismissed = directory.organisation()
    body = {"verdict": "not_useful", "reason": "competitor", "partner_id": dismissed["id"]}
    path = f"/v1/organisations/{member['id']}/feedback"
    assert client.post(path, json=body, headers=member["as"]).status_code == 201
    directory.statement(dismissed, "capability", OFFER)
    draft = directory.organisation()
    directory.statement(draft, "capability", OFFER, status="draft")
    directory.statement(draft, "capability", OFFER, expires_on="2099-01-01")
    assert worker.run_once(runtime)["raise_alerts"] == 1
    (one,) = alerts(client, member["as"])
    assert one["organisation"]["id"] == draft["id"]


def test_block_lists_hold_both_ways_and_for_alerts_of_before(
    client: TestClient, directory: Directory, member: dict[str, Any], runtime: Runtime, tmp_path: Path
):
    save(client, member["as"], channels=["letter"])
    blocked, blocking, later = (directory.organisation() for _ in range(3))

    def block(owner: dict[str, Any], other: dict[str, Any]) -> None:
        path = f"/v1/organisations/{owner['id']}/blocks/{other['id']}"
        answer = client.put(path, headers={**directory.headers, "If-None-Match": "*"})
        assert answer.status_code in (200, 201), answer.text

    block(member, blocked)
    block(blocking, member)
    for owner in (blocked, blocking, later):
        directory.statement(owner, "capability", OFFER)
    assert clockwork.raise_alerts(worker.tools_of(runtime)) == 1
    assert [one["organisation"]["id"] for one in alerts(client, member["as"])] == [later["id"]]
    since = datetime.now(UTC) - timedelta(days=1)

    def unread() -> int:
        """As the digest counts them: a number must not tell what the list does not."""
        with runtime.database.reading() as session:
            return alert_table.count_unread(session, Member(member["id"]), since.date(), since)

    assert unread() == 1
    block(later, member)
    assert alerts(client, member["as"]) == []
    assert unread() == 0
    worker.run_once(runtime)
    assert letters(tmp_path) == []


def test_what_becomes_visible_raises_an_alert_and_what_is_hidden_leaves_the_list(
    client: TestClient, directory: Directory, member: dict[str, Any], runtime: Runtime
):
    save(client, member["as"])
    foundry = directory.organisation(visibility="hidden")
    directory.statement(foundry, "capability", OFFER)
    assert worker.run_once(runtime)["raise_alerts"] == 0
    directory.patch(f"/v1/organisations/{foundry['id']}", 1, visibility="members")
    assert worker.run_once(runtime)["raise_alerts"] == 1
    assert len(alerts(client, member["as"])) == 1
    directory.patch(f"/v1/organisations/{foundry['id']}", 2, visibility="hidden")
    assert alerts(client, member["as"]) == []


@on_both
@pytest.mark.parametrize("visibility", ["hidden", "anonymous"])
def test_a_statement_narrower_than_its_organisation_is_told_of_no_more(
    client: TestClient,
    directory: Directory,
    member: dict[str, Any],
    runtime: Runtime,
    tmp_path: Path,
    visibility: str,
):
    save(client, member["as"], channels=["letter"])
    foundry = directory.organisation(region="RU-PER")
    offer = directory.statement(foundry, "capability", OFFER)
    assert clockwork.raise_alerts(worker.tools_of(runtime)) == 1
    assert len(alerts(client, member["as"])) == 1
    directory.patch(f"/v1/statements/{offer['id']}", 1, visibility=visibility)
    assert alerts(client, member["as"]) == []
    worker.run_once(runtime)
    assert letters(tmp_path) == []
    assert alerts(client, member["as"]) == []


def test_an_anonymous_partner_stays_without_a_name(
    client: TestClient, directory: Directory, member: dict[str, Any], runtime: Runtime, tmp_path: Path
):
    save(client, member["as"], channels=["letter"])
    foundry = directory.organisation(visibility="anonymous", legal_name="ООО «Гранитлит»", city="Реж")
    offer = directory.statement(foundry, "capability", f"{OFFER} на заводе Гранитлит")
    worker.run_once(runtime)
    answer = client.get(ALERTS, headers=member["as"])
    (one,) = answer.json()["items"]
    assert (one["organisation"]["anonymous"], one["pair"]["theirs"]["id"]) == (True, None)
    (letter,) = letters(tmp_path)
    told = answer.text + letter["subject"] + letter.get_content()
    for secret in ("Гранитлит", "Реж", foundry["id"], offer["id"]):
        assert secret.lower() not in told.lower()


def test_letters_go_to_contacts_with_the_reason_in_either_language(
    client: TestClient, directory: Directory, member: dict[str, Any], runtime: Runtime, tmp_path: Path
):
    save(client, member["as"], channels=["letter"])
    save(client, member["as"], channels=["letter"], language="en", name="Castings")
    foundry = directory.organisation(legal_name="ООО «Гранитлит»")
    directory.statement(foundry, "capability", OFFER)
    counts = worker.run_once(runtime)
    assert (counts["raise_alerts"], counts["delivered"]) == (2, 2)
    by_subject = {letter["subject"]: letter for letter in letters(tmp_path)}
    assert by_subject.keys() == {"Новое по запросу «Отливки»", "New for “Castings”"}
    russian = by_subject["Новое по запросу «Отливки»"]
    assert russian["to"] == "canary@sample.example"
    assert "ООО «Гранитлит»" in russian.get_content()
    assert "Совпадает" in russian.get_content()
    assert "In common" in by_subject["New for “Castings”"].get_content()
    assert rows(runtime, LetterPart) == []
    assert {json.dumps(row.data) for row in rows(runtime, Delivery)} == {"{}"}


@on_both
def test_what_was_hidden_before_the_letter_went_out_is_not_told(
    client: TestClient, directory: Directory, member: dict[str, Any], runtime: Runtime, tmp_path: Path
):
    save(client, member["as"], channels=["letter"])
    kept, hidden = directory.organisation(), directory.organisation(legal_name="ООО «Гранитлит»")
    directory.statement(kept, "capability", OFFER)
    directory.statement(hidden, "capability", f"{OFFER} и бронзы")
    assert clockwork.raise_alerts(tools(runtime)) == 2
    directory.patch(f"/v1/organisations/{hidden['id']}", 1, visibility="anonymous")
    worker.run_once(runtime)
    (letter,) = letters(tmp_path)
    assert kept["name"] in letter.get_content()
    assert "Гранитлит" not in letter.get_content()
    save(client, member["as"], channels=["letter"], name="Второй")
    gone = directory.organisation()
    offer = directory.statement(gone, "capability", OFFER)
    assert clockwork.raise_alerts(tools(runtime)) == 2
    directory.patch(f"/v1/statements/{offer['id']}", 1, status="withdrawn")
    worker.run_once(runtime)
    assert len(letters(tmp_path)) == 1
    assert {row.state for row in rows(runtime, Delivery)} == {"delivered", "cancelled"}


@on_both
def test_two_workers_raise_each_alert_once(
    client: TestClient, directory: Directory, member: dict[str, Any], runtime: Runtime
):
    for _ in range(3):
        save(client, member["as"], channels=["letter"])
    foundry = directory.organisation()
    for number in range(4):
        directory.statement(foundry, "capability", f"{OFFER}, изделие {number}")
    start, raised = threading.Barrier(3), []

    def work() -> None:
        start.wait(30)
        raised.append(clockwork.raise_alerts(tools(runtime)))

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sum(raised) == len(rows(runtime, Alert)) == 12
    assert len(rows(runtime, Delivery)) == 3, "one letter a search"


@on_both
def test_a_crash_between_looking_and_writing_loses_nothing(
    client: TestClient, directory: Directory, member: dict[str, Any], runtime: Runtime
):
    save(client, member["as"], channels=["letter"])
    foundry = directory.organisation()
    directory.statement(foundry, "capability", OFFER)
    with runtime.database.reading() as session:
        found = alerting.look(session, runtime.keeper, conditions(runtime))
    assert found is not None

    def write_and_fail() -> None:
        with runtime.database.writing() as session:
            assert alerting.write(session, found, runtime.clock(), "") == 1
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write_and_fail()
    assert rows(runtime, Alert) == rows(runtime, Delivery) == []
    assert clockwork.raise_alerts(tools(runtime)) == 1
    with runtime.database.writing() as session:
        assert alerting.write(session, found, runtime.clock(), "") is None, "a late worker wrote again"
    assert len(rows(runtime, Alert)) == len(rows(runtime, Delivery)) == 1


@on_both
def test_a_search_removed_meanwhile_stops_nothing(
    client: TestClient, directory: Directory, member: dict[str, Any], runtime: Runtime
):
    gone, kept = save(client, member["as"], channels=["letter"]), save(client, member["as"])
    foundry = directory.organisation()
    offer = directory.statement(foundry, "capability", OFFER)
    deleted = directory.statement(foundry, "capability", f"{OFFER} и бронзы")
    with runtime.database.reading() as session:
        found = alerting.look(session, runtime.keeper, conditions(runtime))
    assert found is not None
    client.delete(f"{SEARCHES}/{gone['id']}", headers={**member["as"], "If-Match": '"v1"'})
    directory.delete(f"/v1/statements/{deleted['id']}", 1)
    with runtime.database.writing() as session:
        assert alerting.write(session, found, runtime.clock(), "") == 1
    (alert,) = rows(runtime, Alert)
    assert (alert.search_id, alert.statement_id) == (kept["id"], offer["id"])
    assert rows(runtime, FeedPosition)[0].seq == found.end


def test_a_centre_searches_for_its_members(
    client: TestClient, directory: Directory, member: dict[str, Any], runtime: Runtime, tmp_path: Path
):
    directory.centre("north", "RU-SVE")
    directory.organisation(
        kind="promotion_centre",
        centre_id="north",
        contacts=[
            {"name": "Дежурный", "email": "centre@sample.example", "consent_at": "2026-01-01T00:00:00Z"}
        ],
    )
    centre = bearer(directory.key("centre", "read", "write", centre_id="north"))
    mine = directory.statement(member, "need", NEED)
    foreign = directory.organisation(region="RU-PER")
    refused = {"name": "x", "about": "organisation", "organisation_id": foreign["id"]}
    answer = client.post(SEARCHES, json=refused, headers=centre)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "not_yours")
    nameless = client.post(SEARCHES, json={"name": "x", "about": "organisation"}, headers=centre)
    assert nameless.json()["errors"][0]["code"] == "required"
    search = save(
        client, centre, about="organisation", question=None, organisation_id=member["id"], channels=["letter"]
    )
    directory.statement(foreign, "capability", OFFER)
    assert worker.run_once(runtime)["raise_alerts"] == 1
    (one,) = alerts(client, centre)
    assert one["pair"]["mine"]["id"] == mine["id"]
    assert [letter["to"] for letter in letters(tmp_path)] == ["centre@sample.example"]
    assert client.get(f"{SEARCHES}/{search['id']}", headers=member["as"]).status_code == 404
    # Its member went to another centre: the search has nothing to ask any more.
    directory.centre("south", "RU-PER")
    directory.patch(f"/v1/organisations/{member['id']}", 1, centre_id="south")
    directory.statement(directory.organisation(region="RU-PER"), "capability", OFFER)
    assert worker.run_once(runtime)["raise_alerts"] == 0


def test_a_changed_search_looks_at_what_comes_after(
    client: TestClient, directory: Directory, member: dict[str, Any], runtime: Runtime
):
    search = save(client, member["as"], region=["RU-MOS"])
    foundry = directory.organisation()
    directory.statement(foundry, "capability", OFFER)
    path, based = f"{SEARCHES}/{search['id']}", {**member["as"], "If-Match": '"v1"'}
    assert client.patch(path, json={"region": []}, headers=member["as"]).status_code == 428
    changed = client.patch(path, json={"region": [], "question": {"own_region": "RU-SVE"}}, headers=based)
    assert changed.status_code == 200, changed.text
    assert changed.json()["question"]["text"] == NEED
    assert (changed.json()["region"], changed.json()["version"]) == ([], 2)
    assert client.patch(path, json={"region": []}, headers=based).status_code == 412
    assert worker.run_once(runtime)["raise_alerts"] == 0
    directory.statement(foundry, "capability", f"{OFFER} и бронзы")
    assert worker.run_once(runtime)["raise_alerts"] == 1


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({"about": "text"}, "/question", "required"),
        ({"about": "statement"}, "/statement_id", "required"),
        ({"about": "organisation", "question": {"text": NEED}}, "/question", "subject_conflict"),
        ({"about": "text", "question": {"text": NEED}, "channels": ["fax"]}, "/channels/0", "unknown_value"),
    ],
)
def test_what_a_search_is_about_is_checked(
    client: TestClient, member: dict[str, Any], body: dict[str, Any], pointer: str, code: str
):
    answer = client.post(SEARCHES, json={"name": "x", **body}, headers=member["as"])
    assert answer.status_code == 422
    assert (pointer, code) in [(one["pointer"], one["code"]) for one in answer.json()["errors"]]
