"""Organisations over HTTP, on both databases."""

import base64
import json
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.directory import Directory, inn, profile

PATH = "/v1/organisations"


def consent(moment: object) -> dict[str, object]:
    return {"name": "Канарейка", "email": "canary@sample.example", "consent_at": moment}


def wrong_fields(answer: Any) -> dict[str, str]:
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    return {error["pointer"]: error["code"] for error in answer.json()["errors"]}


def test_created_read_changed_deleted(directory: Directory) -> None:
    made = directory.organisation(legal_name="ООО «Кварцит-Л»", city="Ирбит")
    path = f"{PATH}/{made['id']}"
    answer = directory.client.get(path)
    assert answer.status_code == 200
    assert answer.headers["ETag"] == '"v1"'
    assert answer.json()["legal_name"] == "ООО «Кварцит-Л»"
    changed = directory.patch(path, 1, city="Тавда", description=None)
    assert (changed.status_code, changed.json()["city"], changed.json()["version"]) == (200, "Тавда", 2)
    assert directory.client.get(path).json() == changed.json()
    assert directory.delete(path, 2).status_code == 204
    assert directory.client.get(path).status_code == 404
    assert directory.delete(path, 2).status_code == 404


def test_created_answers_with_its_place(client: TestClient, admin: dict[str, str]) -> None:
    answer = client.post(PATH, json=profile(), headers=admin)
    assert answer.status_code == 201
    assert answer.headers["Location"] == f"{PATH}/{answer.json()['id']}"
    assert client.get(answer.headers["Location"]).json() == answer.json()


def test_all_violations_come_at_once_in_the_callers_language(
    client: TestClient, admin: dict[str, str]
) -> None:
    body = profile(
        region=None,
        okved2_main="24.5.3",
        identifiers=[{"scheme": "inn", "number": "7707083890"}, {"scheme": "kpp", "number": "1"}],
        nickname="x",
        site="ftp://x",
        city="",
    )
    russian = client.post(PATH, json=body, headers=admin)
    assert wrong_fields(russian) == {
        "/region": "region_required",
        "/okved2_main": "wrong_form",
        "/identifiers/0/number": "inn_checksum",
        "/identifiers/1/number": "kpp_format",
        "/nickname": "unknown_field",
        "/site": "wrong_form",
        "/city": "too_short",
    }
    english = client.post(PATH, json=body, headers={**admin, "Accept-Language": "en-GB, ru;q=0.5"})
    assert english.headers["Content-Language"] == "en"
    details = {e["pointer"]: e["detail"] for e in english.json()["errors"]}
    assert details["/region"] == "Russia needs a region: see /v1/regions"
    ours = {e["pointer"]: e["detail"] for e in russian.json()["errors"]}
    assert ours["/region"] == "Для России нужен регион: см. /v1/regions"
    assert client.get(PATH).json()["items"] == []


@pytest.mark.parametrize(
    ("changes", "pointer", "code"),
    [
        ({"country": "ZZ"}, "/country", "country_unknown"),
        ({"region": "RU-XXX"}, "/region", "region_unknown"),
        ({"country": "KZ", "identifiers": [], "okved2_main": None}, "/region", "region_foreign"),
        ({"identifiers": []}, "/identifiers", "inn_required"),
        ({"okved2_main": None}, "/okved2_main", "okved2_required"),
        ({"kind": "factory"}, "/kind", "unknown_value"),
        ({"city": "Ир\u0000бит"}, "/city", "control_character"),
        ({"legal_name": "ООО \u202eАБВ"}, "/legal_name", "control_character"),
        ({"legal_name": "x" * 301}, "/legal_name", "too_long"),
        (
            {"contacts": [{"name": "А", "consent_at": "2026-01-01T00:00:00Z"}]},
            "/contacts/0",
            "contact_unreachable",
        ),
        ({"languages": ["rus"]}, "/languages/0", "wrong_form"),
        ({"legal_name": "\u200b"}, "/legal_name", "nothing_written"),
        ({"legal_name": 7}, "/legal_name", "type_text"),
        ({"contacts": [consent("0001-01-01T00:00:00+14:00")]}, "/contacts/0/consent_at", "consent_date"),
        ({"contacts": [consent("9999-12-31T23:59:59-14:00")]}, "/contacts/0/consent_at", "consent_date"),
        ({"contacts": [consent("2999-01-01T00:00:00Z")]}, "/contacts/0/consent_at", "consent_date"),
        ({"contacts": [consent("2026-01-01T00:00:00")]}, "/contacts/0/consent_at", "type_datetime"),
        ({"contacts": [consent(1)]}, "/contacts/0/consent_at", "type_datetime"),
    ],
)
def test_a_broken_rule_is_named(
    client: TestClient, admin: dict[str, str], changes: dict[str, Any], pointer: str, code: str
) -> None:
    assert wrong_fields(client.post(PATH, json=profile(**changes), headers=admin)) == {pointer: code}


def test_a_foreign_member_needs_no_russian_numbers(directory: Directory) -> None:
    made = directory.organisation(
        country="BY", region=None, okved2_main=None, identifiers=[{"scheme": "unp", "number": "100316761"}]
    )
    assert made["identifiers"][0]["number"] == "100316761"


def test_a_public_list_may_lack_numbers_and_codes_until_it_is_confirmed(directory: Directory) -> None:
    listed = directory.organisation(source="directory", identifiers=[], okved2_main=None, contacts=[])
    answer = directory.patch(f"{PATH}/{listed['id']}", 1, source="member")
    assert set(wrong_fields(answer)) == {"/identifiers", "/okved2_main"}


def test_numbers_are_kept_in_one_form_and_are_the_identity(directory: Directory) -> None:
    number = inn(9_000_001)
    spaced = f"{number[:4]} {number[4:]}"
    first = directory.organisation(identifiers=[{"scheme": "inn", "number": spaced}])
    assert first["identifiers"][0]["number"] == number
    twin = profile(identifiers=[{"scheme": "inn", "number": number}])
    answer = directory.client.post(PATH, json=twin, headers=directory.headers)
    assert (answer.status_code, answer.json()["code"]) == (409, "already_exists")
    assert answer.json()["errors"][0]["pointer"] == "/identifiers"


def test_many_companies_may_share_a_kpp(directory: Directory) -> None:
    kpp = {"scheme": "kpp", "number": "668601001"}
    for number in (9_000_011, 9_000_012):
        directory.organisation(identifiers=[{"scheme": "inn", "number": inn(number)}, kpp])


def test_the_external_id_belongs_to_its_centre(directory: Directory) -> None:
    directory.organisation(external_id="17", centre_id="north")
    directory.organisation(external_id="17", centre_id="south")
    again = profile(external_id="17", centre_id="north")
    answer = directory.client.post(PATH, json=again, headers=directory.headers)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (409, "external_id_taken")


def test_two_changes_at_once_never_overwrite(directory: Directory) -> None:
    path = f"{PATH}/{directory.organisation()['id']}"
    assert directory.patch(path, 1, city="Тавда").status_code == 200
    late = directory.patch(path, 1, city="Реж")
    assert (late.status_code, late.json()["code"]) == (412, "version_mismatch")
    assert directory.client.get(path).json()["city"] == "Тавда"
    missing = directory.client.patch(path, json={"city": "Реж"}, headers=directory.headers)
    assert (missing.status_code, missing.json()["code"]) == (428, "precondition_required")


@pytest.mark.parametrize("value", [None, 1])
def test_an_unknown_field_of_a_patch_is_named_also_when_it_is_cleared(
    directory: Directory, value: object
) -> None:
    path = f"{PATH}/{directory.organisation()['id']}"
    assert wrong_fields(directory.patch(path, 1, adress=value)) == {"/adress": "unknown_field"}


def test_a_new_record_was_not_changed_before_it_was_made(directory: Directory) -> None:
    made = directory.organisation()
    assert made["created_at"] <= made["updated_at"]


def test_a_change_of_a_part_alone_raises_the_version(directory: Directory) -> None:
    made = directory.organisation()
    path = f"{PATH}/{made['id']}"
    answer = directory.patch(path, 1, certificates=[{"kind": "ISO 9001", "valid_until": "2020-01-01"}])
    assert answer.json()["version"] == 2
    assert answer.json()["certificates"][0]["valid"] is False
    same = directory.patch(path, 2, certificates=[{"kind": "ISO 9001", "valid_until": "2020-01-01"}])
    assert same.json()["version"] == 2
    another = directory.patch(path, 2, certificates=[{"kind": "ISO 14001"}])
    assert another.json()["version"] == 3


def test_replacing_one_number_of_two_keeps_the_other(directory: Directory) -> None:
    kept = {"scheme": "inn", "number": inn(9_000_021)}
    made = directory.organisation(identifiers=[kept, {"scheme": "kpp", "number": "668601001"}])
    numbers = [kept, {"scheme": "kpp", "number": "667101001"}]
    answer = directory.patch(f"{PATH}/{made['id']}", 1, identifiers=numbers)
    assert [n["number"] for n in answer.json()["identifiers"]] == [kept["number"], "667101001"]


def test_an_unchanged_read_is_not_sent_again(directory: Directory) -> None:
    path = f"{PATH}/{directory.organisation()['id']}"
    again = directory.client.get(path, headers={"If-None-Match": '"v1"'})
    assert (again.status_code, again.content) == (304, b"")
    assert directory.client.get(path, headers={"If-None-Match": '"v9"'}).status_code == 200


def test_visitors_cannot_write_and_do_not_see_what_is_not_public(
    directory: Directory, client: TestClient
) -> None:
    for visibility in ("members", "anonymous", "hidden"):
        hidden = directory.organisation(visibility=visibility)
        assert client.get(f"{PATH}/{hidden['id']}").status_code == 404
        assert client.get(f"{PATH}/{hidden['id']}", headers=directory.headers).status_code == 200
    assert client.get(PATH).json()["items"] == []
    refused = client.post(PATH, json=profile())
    assert (refused.status_code, refused.headers["WWW-Authenticate"]) == (401, "Bearer")
    wrong = client.get(PATH, headers={"Authorization": "Bearer wrong"})
    assert (wrong.status_code, wrong.json()["code"]) == (401, "unauthorized")


def test_contacts_are_for_those_who_keep_the_profile(directory: Directory, client: TestClient) -> None:
    made = directory.organisation()
    for path in (PATH, f"{PATH}/{made['id']}"):
        assert "canary" not in client.get(path, headers=directory.headers).text
    assert client.get(f"{PATH}/{made['id']}/contacts").status_code == 401
    kept = client.get(f"{PATH}/{made['id']}/contacts", headers=directory.headers)
    assert kept.json()["items"][0]["email"] == "canary@sample.example"


def test_a_list_is_read_page_by_page_without_repeats_under_inserts(directory: Directory) -> None:
    names = ["Ёлка", "Бук", "яма", "Арбуз", "ель", "Ёж", "Берёза"]
    for name in names:
        directory.organisation(legal_name=name)
    seen: list[str] = []
    url: str | None = f"{PATH}?limit=2"
    while url:
        answer = directory.client.get(url)
        seen += [item["legal_name"] for item in answer.json()["items"]]
        directory.organisation(legal_name="Аа")
        url = answer.links["next"]["url"] if "next" in answer.links else None
    assert [name for name in seen if name != "Аа"] == ["Арбуз", "Берёза", "Бук", "Ёж", "Ёлка", "ель", "яма"]


@pytest.mark.parametrize("sort", ["name", "-name", "created_at", "-created_at"])
def test_equals_are_all_seen_once(directory: Directory, sort: str) -> None:
    made = {directory.organisation(legal_name="Тёзка")["id"] for _ in range(5)}
    seen: list[str] = []
    url: str | None = f"{PATH}?limit=2&sort={sort}"
    while url:
        answer = directory.client.get(url)
        seen += [item["id"] for item in answer.json()["items"]]
        url = answer.links["next"]["url"] if "next" in answer.links else None
    assert (len(seen), set(seen)) == (5, made)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("q=КРЕПЁЖ", {"крепёж"}),
        ("q=крепеж", {"крепёж"}),
        ("q=ирбит", {"крепёж"}),
        ("q=100%25", set()),
        ("region=RU-SVE", {"крепёж"}),
        ("region=RU-SVE&region=RU-PER", {"крепёж", "литьё"}),
        ("federal_district=ural", {"крепёж"}),
        ("country=BY", {"ткани"}),
        ("kind=research", {"ткани"}),
        ("sort=-name", {"ткани", "литьё", "крепёж"}),
    ],
)
def test_filters(directory: Directory, query: str, expected: set[str]) -> None:
    directory.organisation(legal_name="крепёж")
    directory.organisation(legal_name="литьё", region="RU-PER", city="Пермь")
    directory.organisation(
        legal_name="ткани", country="BY", region=None, city="Минск", kind="research", identifiers=[]
    )
    items = directory.client.get(f"{PATH}?{query}").json()["items"]
    assert {item["legal_name"] for item in items} == expected


@pytest.mark.parametrize(
    ("query", "pointer", "code"),
    [
        ("nonsense=1", "nonsense", "unknown_field"),
        ("limit=101", "limit", "too_big"),
        ("limit=x", "limit", "type_number"),
        ("sort=colour", "sort", "unknown_value"),
        ("region=Москва", "region/0", "region_unknown"),
    ],
)
def test_a_wrong_parameter_is_named(client: TestClient, query: str, pointer: str, code: str) -> None:
    answer = client.get(f"{PATH}?{query}")
    assert wrong_fields(answer) == {pointer: code}
    assert answer.json()["errors"][0]["location"] == "query"


@pytest.mark.parametrize("cursor", ["x", "W10", "bnVsbA", "WyJuYW1lIiwidCIsIngiLCJ5Il0"])
def test_a_foreign_cursor_is_refused(client: TestClient, cursor: str) -> None:
    answer = client.get(f"{PATH}?cursor={cursor}")
    assert (answer.status_code, answer.json()["code"]) == (400, "cursor_invalid")


@pytest.mark.parametrize(
    "place", [["t", "yesterday", "x"], ["s", 7, "x"], ["s", "\0", "x"], ["s", "x", None]]
)
def test_a_cursor_with_a_forged_place_is_refused(directory: Directory, place: list[object]) -> None:
    directory.organisation()
    directory.organisation()
    real = directory.client.get(f"{PATH}?limit=1").json()["next_cursor"]
    order = json.loads(base64.urlsafe_b64decode(real + "=" * (-len(real) % 4)))[0]
    forged = base64.urlsafe_b64encode(json.dumps([order, *place]).encode()).decode().rstrip("=")
    answer = directory.client.get(f"{PATH}?cursor={forged}")
    assert (answer.status_code, answer.json()["code"]) == (400, "cursor_invalid")


def test_doubtful_numbers_are_noticed_not_refused(directory: Directory) -> None:
    made = directory.organisation()
    assert [notice["code"] for notice in made["notices"]] == ["inn_invented"]


def test_the_source_of_each_group_of_fields_is_remembered(directory: Directory) -> None:
    made = directory.organisation()
    assert made["provenance"]["place"]["source"] == "admin"
    assert made["provenance"]["place"]["by"] == "admin:admin"
