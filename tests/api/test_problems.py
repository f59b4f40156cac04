"""Every refusal is a problem in words, of one shape, that says nothing secret."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError
from starlette.testclient import TestClient

from app.api import problems
from app.errors import StorageFull, Unavailable
from app.usecases import organisations
from tests.directory import Directory, bearer, profile

PATH = "/v1/organisations"
JSON = {"Content-Type": "application/json"}


def checked(answer: Any, status: int, code: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert (problem["status"], problem["code"], problem["type"]) == (status, code, f"/problems/{code}")
    assert problem["title"]
    assert problem["request_id"] == answer.headers["X-Request-ID"]
    return problem


def test_unknown_paths_and_methods(client: TestClient) -> None:
    checked(client.get("/v1/nothing"), 404, "not_found")
    checked(client.get(f"{PATH}/"), 404, "not_found")
    refused = client.put(PATH, json={})
    checked(refused, 405, "method_not_allowed")
    assert {"GET", "POST"} <= set(refused.headers["Allow"].replace(" ", "").split(","))


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", "json_invalid"),
        (b"\xff\xfe", "json_invalid"),
        (b"[]", "type_object"),
        (b"null", "type_object"),
        (b"", "required"),
        (b"[" * 100_000, None),
        (b'{"kind": "\\ud800"}', None),
        (b'{"legal_name": NaN, "city": 1e999}', None),
        (b'{"text": ' + b"9" * 5000 + b"}", None),
    ],
)
def test_bodies_that_are_no_profile(
    client: TestClient, admin: dict[str, str], body: bytes, code: str | None
) -> None:
    answer = client.post(PATH, content=body, headers={**admin, **JSON})
    problem = checked(answer, answer.status_code, answer.json()["code"])
    assert answer.status_code in (400, 422)
    assert code is None or code in {error["code"] for error in problem["errors"]}
    assert len(answer.content) < 20_000


def test_too_large_whether_announced_or_streamed(client: TestClient, admin: dict[str, str]) -> None:
    large = b" " * 1_000_001
    checked(client.post(PATH, content=large, headers={**admin, **JSON}), 413, "too_large")

    def stream() -> Iterator[bytes]:
        for _ in range(20):
            yield b" " * 100_000

    checked(client.post(PATH, content=stream(), headers={**admin, **JSON}), 413, "too_large")


def test_formats_the_service_does_not_speak(client: TestClient, admin: dict[str, str]) -> None:
    xml = {"Content-Type": "application/xml"}
    checked(client.post(PATH, content=b"<a/>", headers={**admin, **xml}), 415, "unsupported_media_type")
    checked(client.get(PATH, headers={"Accept": "text/csv"}), 406, "not_acceptable")


def test_a_fault_inside_says_nothing_of_itself(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("canary-secret")

    monkeypatch.setattr(organisations, "read", broken)
    answer = client.get(f"{PATH}/00000000-0000-7000-8000-000000000000")
    checked(answer, 500, "error")
    assert "canary" not in answer.text


@pytest.mark.parametrize(
    ("reason", "status", "code"),
    [
        ("server closed the connection", 503, Unavailable.code),
        ("database or disk is full", 507, StorageFull.code),
        ('could not extend file "base/1/2": No space left on device', 507, StorageFull.code),
    ],
)
def test_a_database_that_is_away_or_full(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, reason: str, status: int, code: str
) -> None:
    def away(*_: object) -> None:
        raise OperationalError("SELECT 'canary-secret'", {}, Exception(reason))

    monkeypatch.setattr(organisations, "read", away)
    answer = client.get(f"{PATH}/00000000-0000-7000-8000-000000000000")
    checked(answer, status, code)
    assert answer.headers["Retry-After"] == "5"
    assert "canary" not in answer.text


def test_input_is_not_echoed(client: TestClient, admin: dict[str, str]) -> None:
    body = profile(contacts=[{"name": "x", "email": "canary-secret", "consent_at": "canary-date"}])
    answer = client.post(PATH, json=body, headers=admin)
    assert answer.status_code == 422
    assert "canary" not in answer.text


def test_the_request_id_comes_back_or_is_made(client: TestClient) -> None:
    assert client.get(PATH, headers={"X-Request-ID": "centre-7.1"}).headers["X-Request-ID"] == "centre-7.1"
    forged = client.get(PATH, headers={"X-Request-ID": "a b\tc"}).headers["X-Request-ID"]
    assert forged != "a b\tc"
    assert len(forged) == 36


def test_head_is_get_without_a_body(directory: Directory) -> None:
    path = f"{PATH}/{directory.organisation()['id']}"
    head, get = directory.client.head(path), directory.client.get(path)
    assert head.status_code == 200
    assert head.content == b""
    assert head.headers["ETag"] == get.headers["ETag"]
    assert head.headers["Content-Length"] == get.headers["Content-Length"]


def test_every_code_has_a_page(client: TestClient) -> None:
    from app.api.meta import problem_kinds

    for code, kind in problem_kinds().items():
        page = client.get(f"/problems/{code}").json()
        assert (page["code"], page["status"]) == (code, kind.status)
        assert page["title_ru"] != page["title_en"]
    checked(client.get("/problems/nonsense"), 404, "not_found")


def test_every_operation_refuses_an_unknown_parameter(
    client: TestClient, directory: Directory, admin: dict[str, str]
) -> None:
    document = client.get("/openapi.json").json()
    member = bearer(directory.key("member", "read", "write", organisation_id=directory.organisation()["id"]))
    known = "00000000-0000-7000-8000-000000000000"
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            callers = operation["x-access"]["callers"]
            asks = admin if "admin" in callers or not callers else member
            url = path.replace("{centre_id}", "x")
            url = re.sub(r"\{[a-z]+_id\}", known, url).format(code="error", kind="okved2")
            headers = {**asks, "If-Match": '"v1"'}
            body: dict[str, Any] = {"json": {}} if method in ("post", "patch") else {}
            if "text/csv" in operation.get("requestBody", {"content": ()})["content"]:
                body = {"content": b"inn", "headers": {**headers, "Content-Type": "text/csv"}}
            answer = client.request(method, f"{url}?nonsense=1", **{"headers": headers, **body})
            assert answer.status_code == 422, (method, path, answer.text)
            entries = [(e["pointer"], e["code"]) for e in answer.json()["errors"]]
            assert ("nonsense", "unknown_field") in entries, (method, path)


def test_texts_follow_the_language_of_the_caller() -> None:
    from app.api.languages import language_of
    from app.vocabulary import Language

    ru, en = Language.RU, Language.EN
    assert language_of(None, ru) is ru
    assert language_of("de, en;q=0.3", ru) is en
    assert language_of("ru;q=0.1, en-US;q=0.9", ru) is en
    assert language_of("en;q=0", ru) is ru
    assert language_of("en;q=x, *", ru) is ru
    assert json.loads(problems.response_to("en", Unavailable(), ru).body)["title"].startswith("The service")
