"""Statements over HTTP: their fields, their life, their lists."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from tests.directory import Directory, bearer

NOW = datetime(2026, 11, 24, 22, 30, tzinfo=UTC)
"""Half past one in the morning of the 25th in Moscow."""

PRIVATE = ("budget", "rejection_reason", "review", "visibility")


@pytest.fixture
def clock() -> Callable[[], datetime]:
    return lambda: NOW


def test_a_need_ends_after_180_days_by_the_calendar_of_moscow(directory: Directory) -> None:
    need = directory.statement(directory.organisation(), "need", "Отливки корпусов насосов")
    assert need["expires_on"] == "2027-05-24"
    assert need["need_type"] == "supply"
    assert need["title"] == "Отливки корпусов насосов"


def test_a_capability_stands_until_it_is_withdrawn(directory: Directory) -> None:
    made = directory.statement(
        directory.organisation(), "capability", "Литьё. Все размеры", okpd2=["24.53.10"]
    )
    assert (made["expires_on"], made["sector"], made["title"]) == (None, "24", "Литьё")
    assert made["published_at"] == "2026-11-24T22:30:00Z" or made["published_at"].endswith("Z")


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({"kind": "need", "text": "Отливки", "equipment": ["печь"]}, "/equipment", "capability_only"),
        ({"kind": "capability", "text": "Литьё", "must_have": ["ISO"]}, "/must_have", "need_only"),
        ({"kind": "capability", "text": "Литьё", "okpd2": ["24.5.3"]}, "/okpd2/0", "wrong_form"),
        ({"kind": "need", "text": "Отливки", "expires_on": "2026-11-24"}, "/expires_on", "date_past"),
        ({"kind": "need", "text": "Отливки", "status": "matched"}, "/status", "status_at_start"),
        ({"kind": "need", "text": "x"}, "/text", "too_short"),
        ({"kind": "capability", "text": "Литьё", "readiness_level": 10}, "/readiness_level", "too_big"),
        ({"kind": "capability", "text": "Литьё", "sector": "04"}, "/sector", "sector_unknown"),
        ({"kind": "capability", "text": "Литьё", "lead_time_days": 10**30}, "/lead_time_days", "too_big"),
        (
            {"kind": "need", "text": "Да", "deliver_from": "2027-02-01", "deliver_until": "2027-01-01"},
            "/deliver_until",
            "window_reversed",
        ),
    ],
)
def test_a_broken_rule_is_named(
    directory: Directory, body: dict[str, object], pointer: str, code: str
) -> None:
    owner = directory.organisation()
    path = f"/v1/organisations/{owner['id']}/statements"
    answer = directory.client.post(path, json=body, headers=directory.headers)
    assert answer.status_code == 422, answer.text
    assert {e["pointer"]: e["code"] for e in answer.json()["errors"]} == {pointer: code}


def test_publishing_needs_a_contact(directory: Directory) -> None:
    owner = directory.organisation(contacts=[])
    path = f"/v1/organisations/{owner['id']}/statements"
    body = {"kind": "need", "text": "Отливки", "status": "published"}
    answer = directory.client.post(path, json=body, headers=directory.headers)
    assert answer.json()["errors"][0]["code"] == "contact_required"
    draft = directory.client.post(path, json={**body, "status": "draft"}, headers=directory.headers)
    assert draft.status_code == 201


def test_the_life_of_a_statement(directory: Directory) -> None:
    owner = directory.organisation()
    made = directory.statement(owner, "capability", "Литьё", status="draft")
    path, version = f"/v1/statements/{made['id']}", 1
    for status in (
        "in_review",
        "rejected",
        "in_review",
        "published",
        "withdrawn",
        "draft",
        "published",
        "matched",
    ):
        reason = {"rejection_reason": "Непонятно, что отливаете"} if status == "rejected" else {}
        answer = directory.patch(path, version, status=status, **reason)
        assert (answer.status_code, answer.json()["status"]) == (200, status)
        version = answer.json()["version"]
    refused = directory.patch(path, version, status="in_review")
    assert (refused.status_code, refused.json()["code"]) == (409, "transition_refused")
    assert "matched" in refused.json()["detail"]


def test_visitors_see_published_statements_only(directory: Directory) -> None:
    owner = directory.organisation()
    draft = directory.statement(owner, "capability", "Литьё", status="draft")
    shown = directory.statement(owner, "capability", "Ковка")
    assert directory.client.get(f"/v1/statements/{draft['id']}").status_code == 404
    assert directory.client.get(f"/v1/statements/{shown['id']}", headers=directory.headers).json() == shown
    public = {name: value for name, value in shown.items() if name not in PRIVATE}
    assert directory.client.get(f"/v1/statements/{shown['id']}").json() == public
    listed = directory.client.get("/v1/statements").json()["items"]
    assert [item["id"] for item in listed] == [shown["id"]]
    both = directory.client.get("/v1/statements", headers=directory.headers).json()["items"]
    assert [item["id"] for item in both] == [shown["id"], draft["id"]]


def test_private_fields_are_for_those_who_keep_the_statement(directory: Directory) -> None:
    directory.centre("north", "RU-SVE")
    directory.centre("south", "RU-PER")
    owner, other = directory.organisation(region="RU-SVE"), directory.organisation(region="RU-SVE")
    made = directory.statement(owner, "need", "Отливки", budget="canary-budget")
    assert made["budget"] == "canary-budget"
    path = f"/v1/statements/{made['id']}"
    keepers = [
        directory.headers,
        bearer(directory.key("member", organisation_id=owner["id"])),
        bearer(directory.key("centre", centre_id="north")),
    ]
    others = [
        {},
        bearer(directory.key("member", organisation_id=other["id"])),
        bearer(directory.key("centre", centre_id="south")),
    ]
    for headers in keepers:
        shown = directory.client.get(path, headers=headers).json()
        assert {name: shown[name] for name in PRIVATE} == {
            "budget": "canary-budget",
            **dict.fromkeys(("rejection_reason", "review", "visibility")),
        }
        assert directory.client.get("/v1/statements", headers=headers).json()["items"] == [shown]
    for headers in others:
        for url in (path, "/v1/statements"):
            answer = directory.client.get(url, headers=headers)
            assert answer.status_code == 200
            assert not [name for name in PRIVATE if name in answer.text]


def test_a_rejection_has_a_reason_and_nothing_else_has(directory: Directory) -> None:
    made = directory.statement(directory.organisation(), "capability", "Литьё", status="in_review")
    path = f"/v1/statements/{made['id']}"

    def code(version: int, **changes: object) -> str:
        answer = directory.patch(path, version, **changes)
        assert answer.status_code == 422, answer.text
        return str(answer.json()["errors"][0]["code"])

    assert code(1, status="rejected") == "reason_required"
    assert code(1, rejection_reason="Нет") == "reason_out_of_place"
    assert directory.patch(path, 1, status="rejected", rejection_reason="Нет размеров").status_code == 200
    assert code(2, rejection_reason=None) == "reason_required"
    draft = directory.patch(path, 2, status="draft").json()
    assert draft["rejection_reason"] == "Нет размеров", "its owner still reads it while redrafting"
    assert directory.patch(path, 3, status="published").json()["rejection_reason"] is None


def test_a_members_statement_is_published_by_its_centre(directory: Directory) -> None:
    directory.centre("north", "RU-SVE")
    owner = directory.organisation(region="RU-SVE")
    member = bearer(directory.key("member", "read", "write", organisation_id=owner["id"]))
    clerk = bearer(directory.key("centre", "read", "write", centre_id="north"))
    reviewer = bearer(directory.key("centre", "read", "write", "review", centre_id="north"))
    url = f"/v1/organisations/{owner['id']}/statements"
    body = {"kind": "capability", "text": "Литьё"}
    for headers in (member, clerk):
        early = directory.client.post(url, json={**body, "status": "published"}, headers=headers)
        assert (early.status_code, early.json()["code"]) == (403, "scope_missing")
        assert [(e["pointer"], e["code"]) for e in early.json()["errors"]] == [("/status", "review_first")]
    waiting = directory.client.post(url, json={**body, "status": "in_review"}, headers=member).json()
    path, version = f"/v1/statements/{waiting['id']}", 1

    def patch(headers: dict[str, str], **changes: object) -> int:
        nonlocal version
        tagged = {**headers, "If-Match": f'"v{version}"'}
        answer = directory.client.patch(path, json=changes, headers=tagged)
        version = answer.json().get("version", version)
        return int(answer.status_code)

    assert patch(member, status="published") == patch(clerk, status="published") == 403
    assert patch(member, status="rejected", rejection_reason="Нет") == 403
    assert patch(reviewer, status="rejected", rejection_reason="Нет размеров") == 200
    assert patch(member, rejection_reason="Хорошо") == 403
    assert patch(member, status="in_review", text="Литьё до 3 кг") == 200
    assert patch(reviewer, status="published") == 200
    assert patch(member, status="matched") == 200
    assert patch(member, status="published") == 200, "renewing needs no review"


def test_codes_are_replaced_whole_and_texts_found_by_part(directory: Directory) -> None:
    made = directory.statement(
        directory.organisation(), "capability", "Крепёж особый", okpd2=["25.94.11", "25.94"]
    )
    answer = directory.patch(f"/v1/statements/{made['id']}", 1, okpd2=["25.94.11", "25.93"])
    assert answer.json()["okpd2"] == ["25.93", "25.94.11"]
    found = directory.client.get("/v1/statements?q=КРЕПЕЖ").json()["items"]
    assert [item["id"] for item in found] == [made["id"]]


def test_filters_and_pages(directory: Directory) -> None:
    owner = directory.organisation()
    other = directory.organisation(region="RU-PER", city="Пермь")
    made = [directory.statement(owner, "need", f"Отливка {n}", sector="24") for n in range(3)]
    directory.statement(other, "capability", "Ковка", sector="25")
    page = directory.client.get("/v1/statements?kind=need&limit=2&sort=created_at").json()
    rest = directory.client.get(
        f"/v1/statements?kind=need&limit=2&sort=created_at&cursor={page['next_cursor']}"
    ).json()
    assert [item["id"] for item in page["items"] + rest["items"]] == [item["id"] for item in made]
    assert rest["next_cursor"] is None
    other_filter = directory.client.get(
        f"/v1/statements?kind=capability&sort=created_at&cursor={page['next_cursor']}"
    )
    assert (other_filter.status_code, other_filter.json()["code"]) == (400, "cursor_invalid")
    for query in ("sector=25", "region=RU-PER", f"organisation_id={other['id']}"):
        titles = [item["title"] for item in directory.client.get(f"/v1/statements?{query}").json()["items"]]
        assert titles == ["Ковка"]


def test_a_deleted_organisation_takes_its_statements_along(directory: Directory) -> None:
    owner = directory.organisation()
    made = directory.statement(owner, "need", "Отливки")
    assert directory.delete(f"/v1/organisations/{owner['id']}", 1).status_code == 204
    assert directory.client.get(f"/v1/statements/{made['id']}").status_code == 404


def test_a_statement_is_deleted_once(directory: Directory) -> None:
    made = directory.statement(directory.organisation(), "need", "Отливки")
    path = f"/v1/statements/{made['id']}"
    assert directory.delete(path, 7).status_code == 412
    assert directory.delete(path, 1).status_code == 204
    assert directory.delete(path, 1).status_code == 404
