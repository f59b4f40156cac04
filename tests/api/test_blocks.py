"""Block lists over HTTP: in force in both directions on every path, and known to nobody else."""

import json
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import text
from starlette.testclient import TestClient

from app import bootstrap, main
from app.bootstrap import Runtime
from app.settings import Settings
from tests.api.acquaintance import START, Party
from tests.clocks import Clock
from tests.conftest import ADMIN_KEY
from tests.directory import Directory

OFFER = "Отливки корпусов насосов из чугуна СЧ20"
WANTED = "Нужны отливки корпусов насосов из чугуна СЧ20"
MISSING = "00000000-0000-7000-8000-000000000000"


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """The conditions are plain SQL; tests/access asks them on PostgreSQL too."""
    return sqlite_url


@pytest.fixture
def settings(database_url: str) -> Settings:
    return Settings(database_url=database_url, admin_key=SecretStr(ADMIN_KEY), encoder=False)


@pytest.fixture
def clock() -> Clock:
    return Clock(START)


@pytest.fixture
def asker(directory: Directory) -> Party:
    party = Party(directory, "Насосы")
    directory.statement(party.row, "need", WANTED)
    return party


@pytest.fixture
def foundry(directory: Directory) -> Party:
    party = Party(directory, "Литейная", region="RU-PER")
    directory.statement(party.row, "capability", OFFER)
    return party


def block(party: Party, partner_id: str) -> Any:
    return party.client.put(f"/v1/organisations/{party.id}/blocks/{partner_id}", headers=party.headers)


def unblock(party: Party, partner_id: str, version: int = 1) -> Any:
    headers = {**party.headers, "If-Match": f'"v{version}"'}
    return party.client.delete(f"/v1/organisations/{party.id}/blocks/{partner_id}", headers=headers)


def suggested(party: Party, **query: Any) -> dict[str, Any]:
    path = f"/v1/organisations/{party.id}/suggestions"
    answer = party.client.get(path, params=query, headers=party.headers)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return {**found, "index_version": 0}


def searched(party: Party, text: str, **options: Any) -> dict[str, Any]:
    body = {"text": text, **options}
    answer = party.client.post("/v1/suggestions/search", json=body, headers=party.headers)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return {**found, "index_version": 0}


def ids(page: dict[str, Any]) -> list[str]:
    return [item["organisation"]["id"] for item in page["items"]]


def said(answer: Any) -> tuple[int, str, list[str]]:
    headers = sorted(name for name in answer.headers if name not in ("x-request-id", "ratelimit"))
    body = {**answer.json(), "request_id": ""}
    return answer.status_code, json.dumps(body, ensure_ascii=False), headers


@pytest.mark.parametrize("blocker", ["asker", "foundry"])
def test_neither_is_suggested_to_the_other(blocker: str, asker: Party, foundry: Party) -> None:
    assert ids(suggested(asker)) == [foundry.id]
    assert ids(suggested(foundry)) == [asker.id]
    one, other = (asker, foundry) if blocker == "asker" else (foundry, asker)
    assert block(one, other.id).status_code == 200
    for party, partner in ((asker, foundry), (foundry, asker)):
        assert ids(suggested(party)) == []
        kind = {asker: "need", foundry: "capability"}[party]
        assert ids(searched(party, WANTED, kind_of_text=kind)) == []
        assert partner.id not in json.dumps(suggested(party))
    assert unblock(one, other.id).status_code == 204
    assert ids(suggested(asker)) == [foundry.id]


def test_suggestions_are_as_if_the_blocker_were_not_there(
    directory: Directory, asker: Party, foundry: Party
) -> None:
    other = directory.organisation()
    directory.statement(other, "capability", "Отливки корпусов насосов из бронзы")
    block(foundry, asker.id)
    asked = {"exclude": foundry.id, "region": "RU-SVE"}
    with_block = [suggested(asker), suggested(asker, **asked), searched(asker, WANTED, exclude=[foundry.id])]
    directory.patch(f"/v1/organisations/{foundry.id}", 1, visibility="hidden")
    without = [suggested(asker), suggested(asker, **asked), searched(asker, WANTED, exclude=[foundry.id])]
    assert with_block == without
    assert with_block[1]["removed"]["exclude"] == 0


def test_to_the_blocked_member_the_blocker_looks_like_nobody(asker: Party, foundry: Party) -> None:
    offer = asker.client.get("/v1/statements", params={"organisation_id": foundry.id}).json()["items"][0]
    block(foundry, asker.id)
    get = asker.client.get
    for path, found in (
        ("/v1/organisations/{}", foundry.id),
        ("/v1/organisations/{}/suggestions", foundry.id),
        ("/v1/organisations/{}/contacts", foundry.id),
        ("/v1/statements/{}", offer["id"]),
        ("/v1/statements/{}/suggestions", offer["id"]),
    ):
        of_blocker, of_nobody = (
            get(path.format(one), headers={**asker.headers, "If-None-Match": '"v1"'})
            for one in (found, MISSING)
        )
        assert of_blocker.status_code == 404
        assert said(of_blocker) == said(of_nobody)
    for path in ("/v1/organisations", "/v1/statements"):
        assert foundry.id not in get(path, headers=asker.headers).text
        assert foundry.id in get(path).text
    # The blocker still sees whom it blocked, to take it off the list.
    assert get(f"/v1/organisations/{asker.id}", headers=foundry.headers).status_code == 200


def test_an_interest_meets_a_block_as_it_meets_nobody(asker: Party, foundry: Party) -> None:
    nobody = said(asker.ask(MISSING))
    block(foundry, asker.id)
    assert said(asker.ask(foundry.id)) == nobody
    unblock(foundry, asker.id)
    block(asker, foundry.id)
    assert said(asker.ask(foundry.id)) == nobody
    assert said(foundry.ask(asker.id)) == nobody
    unblock(asker, foundry.id)
    assert asker.ask(foundry.id).status_code == 201


def test_a_block_ends_what_is_open_and_is_told_as_a_withdrawal(
    runtime: Runtime, asker: Party, foundry: Party
) -> None:
    row = asker.asked(foundry.id)
    foundry.accept(row["id"])
    block(foundry, asker.id)
    assert asker.contacts(row["id"]).status_code == foundry.contacts(row["id"]).status_code == 409
    seen = asker.read(row["id"]).json()
    assert (seen["state"], seen["withdrawn_by"]) == ("withdrawn", "partner")
    assert foundry.id not in json.dumps(seen)
    assert "Литейная" not in json.dumps(seen, ensure_ascii=False)
    with runtime.database.reading() as session:
        told = list(session.execute(text("SELECT recipient, event_type, data FROM delivery ORDER BY id")))
        feed = "SELECT organisation_id, fields FROM change WHERE entity = 'block'"
        lines = [(line.organisation_id, str(line.fields)) for line in session.execute(text(feed))]
    assert [(one.recipient, one.event_type) for one in told][-1] == (asker.email, "introduction.withdrawn")
    assert "block" not in str(told)
    assert lines == [(foundry.id, "[]")]


def test_a_suggestion_that_was_kept_falls_with_a_block_in_every_worker(
    settings: Settings, clock: Clock, asker: Party, foundry: Party
) -> None:
    path = f"/v1/organisations/{asker.id}/suggestions"
    with TestClient(main.create_app(bootstrap.start(settings, clock), settings)) as second:
        first = second.get(path, headers=asker.headers)
        assert ids(first.json()) == [foundry.id]
        block(foundry, asker.id)
        again = second.get(path, headers={**asker.headers, "If-None-Match": first.headers["ETag"]})
        assert (again.status_code, ids(again.json())) == (200, [])
        assert second.get(f"/v1/organisations/{foundry.id}", headers=asker.headers).status_code == 404


def test_the_list_is_private_and_repeats_change_nothing(
    directory: Directory, asker: Party, foundry: Party
) -> None:
    path = f"/v1/organisations/{foundry.id}/blocks"
    made = block(foundry, asker.id)
    assert made.headers["ETag"] == '"v1"'
    assert block(foundry, asker.id).json() == made.json()
    listed = directory.client.get(path, headers=foundry.headers).json()
    assert [one["partner"]["id"] for one in listed["items"]] == [asker.id]
    assert directory.client.get(path, headers=asker.headers).status_code == 404
    assert directory.client.get(path).status_code == 401
    assert block(foundry, foundry.id).status_code == 422
    assert block(foundry, MISSING).status_code == 404
    assert unblock(foundry, asker.id, 7).status_code == 412
    assert unblock(foundry, asker.id).status_code == 204
    assert unblock(foundry, asker.id).status_code == 404


def test_an_anonymous_organisation_is_blocked_by_its_handle(directory: Directory, asker: Party) -> None:
    veiled = Party(directory, "Вомашка", visibility="anonymous", region="RU-PER")
    directory.statement(veiled.row, "capability", OFFER)
    handle = asker.handle_of(WANTED)
    assert block(asker, veiled.id).status_code == 404
    made = block(asker, handle).json()
    assert (made["partner"]["id"], made["partner"]["anonymous"]) == (handle, True)
    assert ids(suggested(asker)) == ids(suggested(veiled)) == []
    # The id would tell whose handle it is.
    assert unblock(asker, veiled.id).status_code == 404
    assert unblock(asker, handle).status_code == 204
    assert ids(suggested(asker)) == [handle]
    block(veiled, asker.id)
    assert ids(suggested(asker)) == []
    assert asker.ask(handle).status_code == 422


def test_declined_partners_stay_away_until_a_day(asker: Party, foundry: Party, clock: Clock) -> None:
    foundry.decline(asker.asked(foundry.id)["id"])
    considered = suggested(asker)["considered"]
    assert ids(suggested(asker)) == ids(suggested(foundry)) == ids(searched(asker, WANTED)) == []
    clock.forward(days=179)
    assert ids(suggested(asker)) == []
    clock.forward(days=1)
    assert ids(suggested(asker)) == [foundry.id]
    assert suggested(asker)["considered"] == considered + 1


def test_those_met_already_are_left_out_on_demand(asker: Party, foundry: Party) -> None:
    row = asker.asked(foundry.id)
    for party in (asker, foundry):
        assert len(suggested(party)["items"]) == 1
        assert ids(suggested(party, exclude_met=True)) == []
    assert ids(searched(asker, WANTED, exclude_met=True)) == []
    # Who does not act for it cannot learn by it whom it met.
    path = f"/v1/organisations/{asker.id}/suggestions"
    assert ids(asker.client.get(path, params={"exclude_met": True}).json()) == [foundry.id]
    foundry.accept(row["id"])
    assert ids(suggested(asker, exclude_met=True)) == []
    asker.withdraw(row["id"])
    assert ids(suggested(asker, exclude_met=True)) == [foundry.id]


def test_a_visitors_list_knows_nothing_of_blocks_and_refusals(
    directory: Directory, asker: Party, foundry: Party
) -> None:
    third = Party(directory, "Третьи")
    block(foundry, asker.id)
    path = f"/v1/organisations/{asker.id}/suggestions"
    assert ids(asker.client.get(path).json()) == [foundry.id]
    assert ids(asker.client.get(path, headers=third.headers).json()) == [foundry.id]
    block(foundry, third.id)
    assert ids(asker.client.get(path, headers=third.headers).json()) == []
