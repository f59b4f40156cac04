"""The directory in numbers: public ones only, the same for everybody."""

import pytest
from starlette.testclient import TestClient

from tests.databases import on_both, sqlite_unless_asked
from tests.directory import Directory


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> str:
    return sqlite_unless_asked(request)


@on_both
def test_public_organisations_and_statements_are_counted(client: TestClient, admin: dict[str, str]) -> None:
    directory = Directory(client, admin)
    first = directory.organisation(region="RU-SVE")
    directory.statement(first, "need", "Отливки корпусов", sector="24")
    directory.statement(first, "capability", "Обработка валов", sector="25")
    directory.statement(first, "need", "Тайная оснастка", visibility="members")
    second = directory.organisation(region="RU-MOW", visibility="members")
    directory.statement(second, "need", "Подшипники")
    answer = client.get("/v1/statistics").json()
    assert answer["totals"] == {
        "organisations": 1, "regions": 1, "countries": 1, "capabilities": 1, "needs": 1
    }  # fmt: skip
    assert answer["regions"] == [{"code": "RU-SVE", "organisations": 1, "capabilities": 1, "needs": 1}]
    assert {(one["code"], one["needs"]) for one in answer["sectors"]} == {("24", 1), ("25", 0)}
    assert answer["kinds"] == {"enterprise": 1}
    assert client.get("/v1/statistics", headers=admin).json() == answer
