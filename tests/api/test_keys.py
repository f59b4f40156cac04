"""Keys over HTTP: whose they are, what they open, how they end, and that they stand nowhere."""

import json
import logging
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from starlette.testclient import TestClient

from app import bootstrap, main
from app.api import cors, front
from app.bootstrap import Runtime
from app.schemas.key_text import new_key
from app.settings import Settings
from app.storage import keys
from tests.clocks import Clock
from tests.directory import Directory, bearer

START = datetime(2026, 11, 24, 12, tzinfo=UTC)
ORGANISATIONS, KEYS = "/v1/organisations", "/v1/keys"
HOME = "https://partners.example"


@pytest.fixture
def clock() -> Clock:
    return Clock(START)


@pytest.fixture
def member(directory: Directory) -> dict[str, Any]:
    return directory.organisation(region="RU-SVE")


def refused(answer: Any) -> tuple[int, str]:
    problem = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.status_code == 401) is ("WWW-Authenticate" in answer.headers)
    return answer.status_code, problem["code"]


def test_a_key_is_shown_once(directory: Directory, member: dict[str, Any]) -> None:
    answer = directory.client.post(
        KEYS,
        json={"name": "ERP", "kind": "member", "organisation_id": member["id"], "scopes": ["write", "read"]},
        headers=directory.headers,
    )
    made = answer.json()
    assert (answer.status_code, answer.headers["Cache-Control"]) == (201, "no-store")
    assert answer.headers["Location"] == f"{KEYS}/{made['id']}"
    assert made["key"].startswith("smz_live_")
    assert (made["scopes"], made["masked"]) == (["read", "write"], f"smz_live_…{made['key'][-4:]}")
    for path in (KEYS, f"{KEYS}/{made['id']}"):
        shown = directory.client.get(path, headers=directory.headers)
        assert made["key"] not in shown.text
        assert made["masked"] in shown.text


def test_a_members_key_opens_its_own_and_nothing_else(directory: Directory, member: dict[str, Any]) -> None:
    other = directory.organisation(region="RU-SVE")
    headers = bearer(directory.key("member", "read", "write", organisation_id=member["id"]))
    own, foreign = (f"{ORGANISATIONS}/{made['id']}" for made in (member, other))
    changed = directory.client.patch(own, json={"city": "Тавда"}, headers={**headers, "If-Match": '"v1"'})
    assert changed.status_code == 200, changed.text
    assert changed.json()["provenance"]["place"]["by"] == f"member:{member['id']}"
    out = directory.client.patch(foreign, json={"city": "Тавда"}, headers={**headers, "If-Match": '"v1"'})
    assert refused(out) == (404, "not_found")
    assert refused(directory.client.get(f"{own}/contacts", headers=headers)) == (403, "scope_missing")
    assert "contacts" in directory.client.get(f"{own}/contacts", headers=headers).json()["detail"]
    assert refused(directory.client.post(ORGANISATIONS, json={}, headers=headers)) == (403, "forbidden")


def test_a_member_does_not_choose_who_keeps_it(directory: Directory, member: dict[str, Any]) -> None:
    headers = bearer(directory.key("member", "read", "write", organisation_id=member["id"]))
    path = f"{ORGANISATIONS}/{member['id']}"
    wanted = {"centre_id": "south", "region": "RU-PER", "committee_ids": ["x"], "city": "Пермь"}
    answer = directory.client.patch(path, json=wanted, headers={**headers, "If-Match": '"v1"'})
    assert refused(answer) == (403, "forbidden")
    fields = {error["pointer"]: error["code"] for error in answer.json()["errors"]}
    assert fields == dict.fromkeys(("/centre_id", "/region", "/committee_ids"), "field_fixed")
    assert directory.client.get(path, headers=headers).json() == member


def test_a_member_does_not_become_the_centre_that_letters_go_to(directory: Directory) -> None:
    directory.centre("north", "RU-SVE")
    made = directory.organisation(region="RU-SVE", centre_id="north")
    headers = {**bearer(directory.key("member", "write", organisation_id=made["id"])), "If-Match": '"v1"'}
    path = f"{ORGANISATIONS}/{made['id']}"
    answer = directory.client.patch(path, json={"kind": "promotion_centre"}, headers=headers)
    assert refused(answer) == (403, "forbidden")
    assert answer.json()["errors"][0]["pointer"] == "/kind"
    assert directory.client.patch(path, json={"kind": "research"}, headers=headers).status_code == 200


def test_a_centre_keeps_its_members_and_its_unclaimed_regions(directory: Directory) -> None:
    directory.centre("north", "RU-SVE")
    directory.centre("south", "RU-SVE")
    headers = bearer(directory.key("centre", "read", "write", centre_id="north"))
    kept = [
        directory.organisation(region="RU-PER", centre_id="north", visibility="hidden"),
        directory.organisation(region="RU-SVE", visibility="hidden"),
    ]
    foreign = [
        directory.organisation(region="RU-SVE", centre_id="south", visibility="hidden"),
        directory.organisation(region="RU-PER", visibility="hidden"),
    ]
    for made in kept:
        assert directory.client.get(f"{ORGANISATIONS}/{made['id']}", headers=headers).status_code == 200
    for made in foreign:
        assert directory.client.get(f"{ORGANISATIONS}/{made['id']}", headers=headers).status_code == 404
    listed = directory.client.get(ORGANISATIONS, headers=headers).json()["items"]
    assert {item["id"] for item in listed} == {made["id"] for made in kept}
    # What it would no longer keep it cannot make of a record.
    path = f"{ORGANISATIONS}/{kept[1]['id']}"
    moved = directory.client.patch(path, json={"region": "RU-PER"}, headers={**headers, "If-Match": '"v1"'})
    assert refused(moved) == (403, "forbidden")
    assert directory.client.get(path, headers=headers).json()["region"] == "RU-SVE"


def test_all_keys_that_open_nothing_look_the_same(
    directory: Directory, member: dict[str, Any], clock: Clock
) -> None:
    revoked = directory.key("member", organisation_id=member["id"])
    expired = directory.key(
        "member", organisation_id=member["id"], expires_at=(START + timedelta(hours=1)).isoformat()
    )
    orphan = directory.key("member", organisation_id=directory.organisation()["id"])
    assert directory.client.get(ORGANISATIONS, headers=bearer(expired)).status_code == 200
    assert directory.delete(f"{KEYS}/{revoked['id']}", 1).status_code == 204
    assert directory.delete(f"{ORGANISATIONS}/{orphan['organisation_id']}", 1).status_code == 204
    clock.now = START + timedelta(hours=1)
    texts = [revoked["key"], expired["key"], orphan["key"], new_key("smz_live_"), new_key("smz_test_")]
    texts += [revoked["key"][:-1], "smz_live_" + "0" * 38, "x", "é"]
    answers = [
        directory.client.get(
            ORGANISATIONS, headers={"Authorization": f"Bearer {key}".encode(), "X-Request-ID": "r"}
        )
        for key in texts
    ]
    assert {refused(answer) for answer in answers} == {(401, "unauthorized")}
    assert len({answer.text for answer in answers}) == 1
    # How often this very text was sent is known to its sender, and counted alike for right and wrong ones.
    told = [{**answer.headers, "ratelimit": ""} for answer in answers]
    assert len({json.dumps(headers, sort_keys=True) for headers in told}) == 1


def test_a_malformed_key_is_refused_without_asking_the_database(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def asked(*_: object) -> None:
        raise AssertionError("asked the database")

    monkeypatch.setattr("app.storage.keys.find_by_digest", asked)
    typed = new_key("smz_live_")[:-1] + "!"
    answer = client.get(ORGANISATIONS, headers={"Authorization": f"Bearer {typed}"})
    assert refused(answer) == (401, "unauthorized")


@pytest.fixture
def second(settings: Settings, clock: Clock, runtime: Runtime) -> Iterator[TestClient]:
    """Another process over the same database, as far as one can be had in a test."""
    other = bootstrap.start(settings, clock)
    with TestClient(main.create_app(other, settings)) as client:
        yield client


def test_a_revoked_key_opens_nothing_from_the_next_request_on_in_every_process(
    directory: Directory, member: dict[str, Any], second: TestClient
) -> None:
    key = directory.key("member", "read", "write", organisation_id=member["id"])
    for client in (directory.client, second):
        assert client.get(ORGANISATIONS, headers=bearer(key)).status_code == 200
    assert directory.delete(f"{KEYS}/{key['id']}", 1).status_code == 204
    for client in (second, directory.client):
        assert client.get(ORGANISATIONS, headers=bearer(key)).status_code == 401
        tagged = {**bearer(key), "If-Match": '"v1"'}
        assert client.delete(f"{ORGANISATIONS}/{member['id']}", headers=tagged).status_code == 401


def test_a_holder_has_no_more_active_keys_than_one_may_have(
    directory: Directory, member: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.usecases.keys.KEYS_OF_ONE_HOLDER", 2)
    first = directory.key("member", "read", "keys", organisation_id=member["id"])
    directory.key("member", "read", organisation_id=member["id"])
    another = {"name": "ERP", "kind": "member", "organisation_id": member["id"], "scopes": ["read"]}
    full = directory.client.post(KEYS, json=another, headers=directory.headers)
    assert (full.status_code, full.json()["code"]) == (409, "limit_reached")
    rotation = directory.client.post(f"{KEYS}/{first['id']}/rotation", json={}, headers=directory.headers)
    assert rotation.status_code == 201
    for spare in (first["id"], rotation.json()["id"]):
        tag = directory.client.get(f"{KEYS}/{spare}", headers=directory.headers).headers["etag"]
        away = {**directory.headers, "If-Match": tag}
        assert directory.client.delete(f"{KEYS}/{spare}", headers=away).status_code == 204
    assert directory.client.post(KEYS, json=another, headers=directory.headers).status_code == 201


def test_a_rotated_key_works_beside_its_successor_until_the_stated_moment(
    directory: Directory, member: dict[str, Any], clock: Clock
) -> None:
    old = directory.key("member", "read", "keys", organisation_id=member["id"])
    until = START + timedelta(hours=2)
    path = f"{KEYS}/{old['id']}/rotation"
    answer = directory.client.post(path, json={"old_works_until": until.isoformat()}, headers=bearer(old))
    new = answer.json()
    assert (answer.status_code, new["scopes"], new["organisation_id"]) == (
        201,
        old["scopes"],
        old["organisation_id"],
    )
    shown = directory.client.get(f"{KEYS}/{old['id']}", headers=bearer(new)).json()
    assert (shown["replaced_by"], shown["expires_at"]) == (new["id"], "2026-11-24T14:00:00Z")
    for moment, status in ((until - timedelta(seconds=1), 200), (until, 401)):
        clock.now = moment
        assert directory.client.get(ORGANISATIONS, headers=bearer(old)).status_code == status
        assert directory.client.get(ORGANISATIONS, headers=bearer(new)).status_code == 200
    again = directory.client.post(path, json={}, headers=bearer(new))
    assert refused(again) == (409, "key_inactive")


@pytest.mark.parametrize("hours", [-1, 0, 24 * 31])
def test_an_overlap_has_an_end(directory: Directory, member: dict[str, Any], hours: int) -> None:
    key = directory.key("member", organisation_id=member["id"])
    body = {"old_works_until": (START + timedelta(hours=hours)).isoformat()}
    answer = directory.client.post(f"{KEYS}/{key['id']}/rotation", json=body, headers=directory.headers)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "moment_out_of_range")


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", 1e18, "x"])
def test_moments_at_the_ends_of_the_calendar(directory: Directory, moment: object) -> None:
    body = {"name": "x", "kind": "admin", "expires_at": moment}
    assert directory.client.post(KEYS, json=body, headers=directory.headers).status_code == 422


def test_nobody_gives_a_scope_it_lacks(directory: Directory, member: dict[str, Any]) -> None:
    weak = directory.key("member", "read", "keys", organisation_id=member["id"])
    strong = directory.key("member", "read", "write", organisation_id=member["id"])
    body = {"name": "x", "kind": "member", "organisation_id": member["id"], "scopes": ["read", "write"]}
    assert refused(directory.client.post(KEYS, json=body, headers=bearer(weak))) == (403, "scope_missing")
    path = f"{KEYS}/{strong['id']}/rotation"
    assert refused(directory.client.post(path, json={}, headers=bearer(weak))) == (403, "scope_missing")
    fewer = {**body, "scopes": ["read"]}
    assert directory.client.post(KEYS, json=fewer, headers=bearer(weak)).status_code == 201
    for kind, holder in (("admin", {}), ("website", {"origins": [HOME]}), ("centre", {"centre_id": "north"})):
        other = {"name": "x", "kind": kind, **holder}
        assert refused(directory.client.post(KEYS, json=other, headers=bearer(weak))) == (403, "forbidden")


def test_a_centre_manages_its_own_keys_and_those_of_its_members(
    directory: Directory, member: dict[str, Any]
) -> None:
    directory.centre("north", "RU-SVE")
    directory.centre("south", "RU-PER")
    foreign = directory.organisation(region="RU-PER")
    centre = directory.key("centre", "read", "keys", centre_id="north")
    mine = [centre["id"], directory.key("member", organisation_id=member["id"])["id"]]
    theirs = [
        directory.key("centre", centre_id="south"),
        directory.key("member", organisation_id=foreign["id"]),
        directory.key("website", origins=[HOME]),
        directory.key("admin"),
    ]
    listed = directory.client.get(KEYS, headers=bearer(centre)).json()["items"]
    assert {key["id"] for key in listed} == set(mine)
    for key in theirs:
        answers = [
            directory.client.get(f"{KEYS}/{key['id']}", headers=bearer(centre)),
            directory.client.post(f"{KEYS}/{key['id']}/rotation", json={}, headers=bearer(centre)),
            directory.client.delete(f"{KEYS}/{key['id']}", headers={**bearer(centre), "If-Match": '"v1"'}),
        ]
        assert {refused(answer) for answer in answers} == {(404, "not_found")}
    unknown = "00000000-0000-7000-8000-000000000000"
    for holder in (
        {"kind": "member", "organisation_id": foreign["id"]},
        {"kind": "member", "organisation_id": unknown},
        {"kind": "centre", "centre_id": "south"},
        {"kind": "centre", "centre_id": "nowhere"},
    ):
        answer = directory.client.post(KEYS, json={"name": "x", **holder}, headers=bearer(centre))
        assert answer.status_code == 422, answer.text


def test_the_websites_key_reads_public_fields_from_its_own_pages(
    directory: Directory, member: dict[str, Any]
) -> None:
    key = directory.key("website", origins=[HOME, "https://www.partners.example:8443"])
    assert key["key"].startswith("smz_pub_")
    for origin, status in (
        (HOME, 200),
        ("https://www.partners.example:8443", 200),
        ("https://evil.example", 403),
        ("https://partners.example.evil.example", 403),
        ("null", 403),
        (None, 403),
    ):
        headers = {**bearer(key), **({"Origin": origin} if origin else {})}
        answer = directory.client.get(ORGANISATIONS, headers=headers)
        assert answer.status_code == status, origin
        assert status == 200 or refused(answer) == (403, "origin_refused")
    here = {**bearer(key), "Origin": HOME}
    path = f"{ORGANISATIONS}/{member['id']}"
    assert refused(directory.client.get(f"{path}/contacts", headers=here)) == (403, "forbidden")
    assert refused(directory.client.get(KEYS, headers=here)) == (403, "forbidden")


def preflight(client: TestClient, origin: str) -> Any:
    asked = {"Origin": origin, "Access-Control-Request-Method": "GET"}
    return client.options(ORGANISATIONS, headers={**asked, "Access-Control-Request-Headers": "authorization"})


def test_browsers_may_read_from_the_pages_of_the_websites_keys(
    directory: Directory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cors, "KNOWN_FOR_SECONDS", 0)
    assert preflight(directory.client, HOME).status_code == 400
    key = directory.key("website", origins=[HOME])
    allowed = preflight(directory.client, HOME)
    assert (allowed.status_code, allowed.headers["Access-Control-Allow-Origin"]) == (200, HOME)
    for headers in (bearer(key), {"Authorization": "Bearer x"}):
        answer = directory.client.get(ORGANISATIONS, headers={**headers, "Origin": HOME})
        assert answer.headers["Access-Control-Allow-Origin"] == HOME, "also when it refuses"
    assert preflight(directory.client, "https://evil.example").status_code == 400
    assert directory.delete(f"{KEYS}/{key['id']}", 1).status_code == 204
    assert preflight(directory.client, HOME).status_code == 400


def test_browsers_keep_their_pages_while_the_database_is_away(
    directory: Directory, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise OperationalError("SELECT", {}, Exception("closed"))

    monkeypatch.setattr(cors, "KNOWN_FOR_SECONDS", 0)
    key = directory.key("website", origins=[HOME])
    assert preflight(directory.client, HOME).status_code == 200
    monkeypatch.setattr(keys, "of_websites", away)
    monkeypatch.setattr(keys, "find_by_digest", away)
    answer = directory.client.get(ORGANISATIONS, headers={**bearer(key), "Origin": HOME})
    assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (503, HOME)


@pytest.mark.parametrize(
    "query", ["api_key=x", "key=", "access_token=x", "q={key}", "q=%73mz_live_{rest}", "Authorization=Bearer"]
)
def test_a_key_in_the_address_is_refused_in_clear_words(client: TestClient, query: str) -> None:
    key = new_key("smz_live_")
    for path in (ORGANISATIONS, "/v1/regions", "/docs"):
        answer = client.get(f"{path}?{query.format(key=key, rest=key[9:])}")
        assert refused(answer) == (400, "key_in_query")
        assert "Authorization: Bearer" in answer.json()["detail"]
        assert key not in answer.text


def test_the_last_use_is_noted_once_a_minute(
    directory: Directory, runtime: Runtime, member: dict[str, Any], clock: Clock
) -> None:
    key = directory.key("member", organisation_id=member["id"])
    used = []
    for seconds in (0, 30, 59, 61):
        clock.now = START + timedelta(seconds=seconds)
        assert directory.client.get(ORGANISATIONS, headers=bearer(key)).status_code == 200
        runtime.key_use.close()
        shown = directory.client.get(f"{KEYS}/{key['id']}", headers=directory.headers).json()
        used.append(shown["last_used_at"])
    assert used == ["2026-11-24T12:00:00Z"] * 3 + ["2026-11-24T12:01:01Z"]
    assert shown["version"] == 1


def test_a_read_is_answered_while_nobody_can_write(
    directory: Directory, runtime: Runtime, member: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise OperationalError("UPDATE", {}, Exception("disk full"))

    key = directory.key("member", organisation_id=member["id"])
    monkeypatch.setattr(keys, "stamp_use", broken)
    assert directory.client.get(ORGANISATIONS, headers=bearer(key)).status_code == 200
    runtime.key_use.close()
    monkeypatch.undo()
    assert directory.client.get(ORGANISATIONS, headers=bearer(key)).status_code == 200
    runtime.key_use.close()
    shown = directory.client.get(f"{KEYS}/{key['id']}", headers=directory.headers).json()
    assert shown["last_used_at"]


def test_the_access_line_says_who_and_holds_no_key_no_query_no_contact(
    directory: Directory, member: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    lines: list[dict[str, Any]] = []
    monkeypatch.setattr(front.log, "info", lambda event, **values: lines.append({"event": event, **values}))
    key = directory.key("member", organisation_id=member["id"])
    paths = [
        f"{ORGANISATIONS}/{member['id']}?q=canary-query",
        f"{ORGANISATIONS}/ivan@canary.example",
        f"{ORGANISATIONS}/+79990000000",
        f"{KEYS}/{key['key']}",
        f"{KEYS}?api_key={key['key']}",
    ]
    lines.clear()
    for path in paths:
        directory.client.get(path, headers={**bearer(key), "X-Request-ID": key["key"]})
    written = json.dumps(lines, ensure_ascii=False)
    assert len(lines) == len(paths)
    for secret in (key["key"], "canary", "79990000000", "q="):
        assert secret not in written
    assert lines[0]["path"] == f"{ORGANISATIONS}/{member['id']}"
    assert lines[3]["path"] == f"{KEYS}/…"
    assert (lines[3]["caller"], lines[3]["key"], lines[3]["operation"], lines[3]["status"]) == (
        f"member:{member['id']}",
        key["id"],
        "get_key",
        403,
    )


def test_no_log_at_any_level_holds_a_key(
    directory: Directory, member: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    key = directory.key("member", "read", "keys", organisation_id=member["id"])
    directory.client.get(KEYS, headers=bearer(key))
    directory.client.get(KEYS, headers=bearer({"key": key["key"][:-1]}))
    directory.client.post(f"{KEYS}/{key['id']}/rotation", json={}, headers=bearer(key))
    assert key["key"][9:41] not in caplog.text


def test_what_happens_to_keys_is_in_the_feed_without_values(
    directory: Directory, runtime: Runtime, member: dict[str, Any]
) -> None:
    key = directory.key("member", organisation_id=member["id"])
    directory.delete(f"{KEYS}/{key['id']}", 1)
    with runtime.database.reading() as session:
        rows = session.execute(
            text("SELECT action, fields, actor_kind FROM change WHERE entity = 'key' ORDER BY seq")
        ).all()
    assert [(row[0], row[2]) for row in rows] == [("created", "admin"), ("updated", "admin")]
    assert directory.found("литьё") == []


def test_centres_are_the_administrators_to_change(directory: Directory, client: TestClient) -> None:
    directory.centre("north", "RU-SVE")
    path = "/v1/centres/north"
    assert client.get(path).json()["regions"] == ["RU-SVE"]
    changed = directory.patch(path, 1, regions=["RU-PER", "RU-PER"])
    assert (changed.json()["regions"], changed.json()["version"]) == (["RU-PER"], 2)
    assert directory.patch(path, 1, name_ru="Север").status_code == 412
    assert directory.patch(path, 2, id="south").json()["errors"][0]["code"] == "id_fixed"
    twin = {"id": "north", "name_ru": "Север", "name_en": "North"}
    assert refused(client.post("/v1/centres", json=twin, headers=directory.headers)) == (
        409,
        "already_exists",
    )
    for unknown in ("south", "N%00", "x" * 99):
        assert refused(client.get(f"/v1/centres/{unknown}")) == (404, "not_found")


def test_no_cache_mixes_what_two_callers_see(directory: Directory, member: dict[str, Any]) -> None:
    for headers in ({}, directory.headers, {"Authorization": "Bearer x"}):
        answer = directory.client.get(f"{ORGANISATIONS}/{member['id']}", headers=headers)
        assert {"Authorization", "Accept-Language", "Origin"} <= set(answer.headers["Vary"].split(", "))


def test_a_trial_installation_gives_and_takes_trial_keys(
    settings: Settings, admin: dict[str, str], clock: Callable[[], datetime]
) -> None:
    trial = settings.model_copy(update={"test_keys": True})
    with TestClient(main.create_app(bootstrap.start(trial, clock), trial)) as client:
        key = Directory(client, admin).key("admin")
        assert key["key"].startswith("smz_test_")
        assert client.get(KEYS, headers=bearer(key)).status_code == 403
    with TestClient(main.create_app(bootstrap.start(settings, clock), settings)) as client:
        assert client.get(KEYS, headers=bearer(key)).status_code == 401
