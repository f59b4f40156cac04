"""Feedback on suggestions over HTTP: said, replaced, taken back; whom it keeps away, from whom, how long."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import SecretStr

from app.settings import Settings
from tests.clocks import Clock
from tests.conftest import ADMIN_KEY
from tests.directory import Directory, bearer

START = datetime(2026, 11, 24, 9, tzinfo=UTC)


@pytest.fixture
def settings(database_url: str) -> Settings:
    return Settings(database_url=database_url, admin_key=SecretStr(ADMIN_KEY), encoder=False)


@pytest.fixture
def clock() -> Clock:
    return Clock(START)


@pytest.fixture
def pair(directory: Directory) -> tuple[dict[str, Any], dict[str, Any]]:
    """A buyer with its key, and a foundry that fits its need."""
    buyer, foundry = directory.organisation(), directory.organisation(region="RU-PER")
    need = directory.statement(buyer, "need", "Отливки корпусов насосов из серого чугуна")
    offer = directory.statement(foundry, "capability", "Литьё корпусов насосов из чугуна")
    key = directory.key("member", "read", "write", organisation_id=buyer["id"])
    return (
        {**buyer, "need": need, "headers": bearer(key), "path": f"/v1/organisations/{buyer['id']}/feedback"},
        {**foundry, "offer": offer},
    )


def said(directory: Directory, buyer: dict[str, Any], **feedback: Any) -> dict[str, Any]:
    answer = directory.client.post(buyer["path"], json=feedback, headers=buyer["headers"])
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def suggested(directory: Directory, owner: dict[str, Any], headers: dict[str, str]) -> dict[str, Any]:
    answer = directory.client.get(f"/v1/organisations/{owner['id']}/suggestions", headers=headers)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def partners(page: dict[str, Any]) -> list[str]:
    return [item["organisation"]["id"] for item in page["items"]]


def test_a_partner_of_no_use_stays_away_until_its_day(
    directory: Directory, pair: tuple[dict[str, Any], dict[str, Any]], clock: Clock
) -> None:
    buyer, foundry = pair
    before = suggested(directory, buyer, buyer["headers"])
    assert partners(before) == [foundry["id"]]
    made = said(
        directory,
        buyer,
        verdict="not_useful",
        partner_id=foundry["id"],
        reason="wrong_scale",
        comment="Партия мала",
        rank=1,
        probability=before["items"][0]["probability"],
        index_version=before["index_version"],
        model_version=before["model_version"],
    )
    assert made["hide_until"] == "2027-02-22"
    assert made["given_by"] == f"member:{buyer['id']}"
    away = suggested(directory, buyer, buyer["headers"])
    # It is as if there were no such partner: no count tells of it, and no advice.
    assert (partners(away), away["considered"], away["removed"].get("exclude", 0)) == ([], 0, 0)
    assert away["empty_reason"] == "nobody_offers_this"
    of_need = directory.client.get(
        f"/v1/statements/{buyer['need']['id']}/suggestions", headers=buyer["headers"]
    )
    assert of_need.json()["items"] == []
    # One direction only, and only for those who act for the organisation.
    assert partners(suggested(directory, foundry, directory.headers)) == [buyer["id"]]
    assert partners(suggested(directory, buyer, {})) == [foundry["id"]]
    clock.now = START + timedelta(days=91)
    assert partners(suggested(directory, buyer, buyer["headers"])) == [foundry["id"]]


def test_a_later_word_replaces_the_former_at_once(
    directory: Directory, pair: tuple[dict[str, Any], dict[str, Any]]
) -> None:
    buyer, foundry = pair
    first = said(directory, buyer, verdict="not_useful", partner_id=foundry["id"])
    assert partners(suggested(directory, buyer, buyer["headers"])) == []
    second = said(directory, buyer, verdict="useful", partner_id=foundry["id"])
    assert partners(suggested(directory, buyer, buyer["headers"])) == [foundry["id"]]
    listed = directory.client.get(buyer["path"], headers=buyer["headers"]).json()["items"]
    assert [(item["id"], item["verdict"]) for item in listed] == [(second["id"], "useful")]
    assert first["id"] != second["id"]
    third = said(directory, buyer, verdict="not_useful", partner_id=foundry["id"], hide_until="2026-12-01")
    gone = f"{buyer['path']}/{third['id']}"
    assert directory.client.delete(gone, headers=buyer["headers"]).status_code == 428
    headers = {**buyer["headers"], "If-Match": '"v1"'}
    assert [directory.client.delete(gone, headers=headers).status_code for _ in range(2)] == [204, 404]
    assert partners(suggested(directory, buyer, buyer["headers"])) == [foundry["id"]]


def test_a_pair_that_does_not_fit_leaves_the_partner_in_the_list(
    directory: Directory, pair: tuple[dict[str, Any], dict[str, Any]]
) -> None:
    buyer, foundry = pair
    named = {"own_statement_id": buyer["need"]["id"], "statement_id": foundry["offer"]["id"]}
    made = said(directory, buyer, verdict="not_useful", partner_id=foundry["id"], **named)
    assert (made["hide_until"], made["statement_id"]) == (None, foundry["offer"]["id"])
    assert partners(suggested(directory, buyer, buyer["headers"])) == [foundry["id"]]
    said(directory, buyer, verdict="not_useful", partner_id=foundry["id"], hide_until=None)
    assert partners(suggested(directory, buyer, buyer["headers"])) == [foundry["id"]]
    listed = directory.client.get(f"{buyer['path']}?verdict=not_useful", headers=buyer["headers"]).json()
    assert len(listed["items"]) == 2
    only_useful = directory.client.get(f"{buyer['path']}?verdict=useful", headers=buyer["headers"]).json()
    assert only_useful["items"] == []


def test_an_anonymous_partner_is_rated_by_its_handle_and_stays_nameless(
    directory: Directory, pair: tuple[dict[str, Any], dict[str, Any]]
) -> None:
    buyer, foundry = pair
    directory.patch(f"/v1/organisations/{foundry['id']}", 1, visibility="anonymous")
    (handle,) = partners(suggested(directory, buyer, buyer["headers"]))
    assert handle != foundry["id"]
    by_id = directory.client.post(
        buyer["path"], json={"verdict": "useful", "partner_id": foundry["id"]}, headers=buyer["headers"]
    )
    assert (by_id.status_code, by_id.json()["errors"][0]["code"]) == (422, "partner_unknown")
    made = said(directory, buyer, verdict="not_useful", partner_id=handle)
    assert partners(suggested(directory, buyer, buyer["headers"])) == []
    listed = directory.client.get(buyer["path"], headers=buyer["headers"])
    assert [item["partner_id"] for item in listed.json()["items"]] == [handle] == [made["partner_id"]]
    assert foundry["id"] not in listed.text
    directory.patch(f"/v1/organisations/{foundry['id']}", 2, visibility="hidden")
    hidden = directory.client.get(buyer["path"], headers=buyer["headers"]).json()["items"]
    assert [item["partner_id"] for item in hidden] == [None]


WRONG: tuple[tuple[dict[str, Any], str, str], ...] = (
    ({"partner_id": "00000000-0000-7000-8000-000000000000"}, "/partner_id", "partner_unknown"),
    ({"partner_id": "own"}, "/partner_id", "partner_unknown"),
    ({"statement_id": "mine"}, "/statement_id", "statement_unknown"),
    ({"own_statement_id": "theirs"}, "/own_statement_id", "statement_unknown"),
    ({"verdict": "useful", "hide_until": "2027-01-01"}, "/hide_until", "not_of_useful"),
    ({"verdict": "useful", "reason": "other"}, "/reason", "not_of_useful"),
    ({"verdict": "perhaps"}, "/verdict", "unknown_value"),
    ({"rank": 0}, "/rank", "too_small"),
    ({"probability": 1.5}, "/probability", "too_big"),
)


def test_what_cannot_be_said(directory: Directory, pair: tuple[dict[str, Any], dict[str, Any]]) -> None:
    buyer, foundry = pair
    ids = {"own": buyer["id"], "mine": buyer["need"]["id"], "theirs": foundry["offer"]["id"]}
    for wrong, pointer, code in WRONG:
        named = {name: ids.get(str(value), value) for name, value in wrong.items()}
        body = {"verdict": "not_useful", "partner_id": foundry["id"], **named}
        answer = directory.client.post(buyer["path"], json=body, headers=buyer["headers"])
        assert answer.status_code == 422, answer.text
        assert [(error["pointer"], error["code"]) for error in answer.json()["errors"]] == [(pointer, code)]
    assert directory.client.get(buyer["path"], headers=buyer["headers"]).json()["items"] == []
