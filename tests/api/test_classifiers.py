"""Classifiers: loaded from their tables, looked up, and asked for the code of a text."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from app.access import Admin
from app.bootstrap import Runtime
from app.schemas.classifiers import ClassifierKind
from app.settings import Settings
from app.usecases import classifiers
from tests.api.test_imports import Importing, row, table
from tests.conftest import ADMIN_KEY

# Invented names: the official tables are not part of the project.
NAMES = {
    "24": "Металлы основные",
    "24.53": "Услуги по литью лёгких металлов",
    "24.53.10": "Услуги по литью алюминия и его сплавов под давлением",
    "24.54": "Услуги по литью прочих цветных металлов",
    "25.50": "Услуги по ковке и штамповке металлов",
    "25.50.11": "Услуги по ковке металла",
    "25.50.12": "Услуги по штамповке металла",
    "25.62": "Услуги по обработке изделий точением",
    "25.62.10": "Услуги токарные",
    "13.20": "Ткани",
    "13.20.20": "Ткани хлопчатобумажные",
}


@pytest.fixture
def settings(database_url: str) -> Settings:
    return Settings(database_url=database_url, admin_key=ADMIN_KEY, encoder=False)  # type: ignore[arg-type]


def load(runtime: Runtime, names: dict[str, str] = NAMES) -> None:
    with runtime.database.writing() as session:
        classifiers.load(session, Admin(), ClassifierKind.OKPD2, names)


def ask(client: TestClient, text: str, **options: Any) -> dict[str, Any]:
    answer = client.post("/v1/classifiers/okpd2/suggest", json={"text": text, **options})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_the_service_works_without_any(client: TestClient) -> None:
    found = client.get("/v1/classifiers/okpd2?q=литьё").json()
    assert (found["loaded"], found["items"]) == (False, [])
    assert ask(client, "Литьё")["items"] == []
    assert client.get("/v1/classifiers/unknown").status_code == 404


def test_codes_are_found_by_their_beginning_and_by_words(client: TestClient, runtime: Runtime) -> None:
    load(runtime)

    def codes(question: str) -> list[str]:
        items = client.get("/v1/classifiers/okpd2", params={"q": question}).json()["items"]
        return [item["code"] for item in items]

    assert codes("25.50") == ["25.50", "25.50.11", "25.50.12"]
    assert codes("штамповка металла") == ["25.50", "25.50.12"]
    assert codes("ЛЕГКИЕ") == ["24.53"]
    assert codes("100%") == []


def test_a_text_gets_codes_with_the_words_that_speak_for_them(client: TestClient, runtime: Runtime) -> None:
    load(runtime)
    best = ask(client, "Отливки из алюминиевых сплавов: литьё под давлением, АК12")["items"][0]
    assert (best["code"], best["name"]) == ("24.53.10", NAMES["24.53.10"])
    assert {"литьё", "давлением"} <= set(best["words"])
    assert 0 < best["confidence"] <= 1
    assert ask(client, "Ковка колец", digits=4)["items"][0]["code"] == "25.50"
    assert ask(client, "Zzz")["items"] == []


def test_a_new_edition_replaces_the_old_one_for_everybody(client: TestClient, runtime: Runtime) -> None:
    load(runtime)
    assert ask(client, "Ткани хлопковые")["items"]
    load(runtime, {"01.11": "Пшеница"})
    assert ask(client, "Ткани хлопковые")["items"] == []
    assert ask(client, "Пшеница озимая")["items"][0]["code"] == "01.11"


def test_the_report_of_an_import_names_a_likely_code(
    client: TestClient, runtime: Runtime, admin: dict[str, str]
) -> None:
    load(runtime)
    importing = Importing(client, runtime, admin)
    end = importing.done(
        table(row(1, Продукция="Токарная обработка точением"), row(2, Продукция="Всё подряд"))
    )
    assert [(e["severity"], e["row"], e["column"], e["code"]) for e in importing.errors(end)] == [
        ("note", 2, "J", "code_likely")
    ]
    assert "25.62" in importing.errors(end)[0]["detail"]
