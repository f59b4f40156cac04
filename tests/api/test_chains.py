"""Cooperation chains over HTTP: reasons, filters, and nobody in them whom the caller may not know."""

import json
from typing import Any

import pytest
from pydantic import SecretStr

from app.settings import Settings
from tests.conftest import ADMIN_KEY
from tests.directory import Directory, bearer

NEEDED = "Отливки корпусов насосов из чугуна СЧ20"
MOULDS = "Модельная оснастка деревянная для песчаных форм"
TIMBER = "Брус сухой из ольхи"


@pytest.fixture
def settings(database_url: str) -> Settings:
    """By words alone: the needs of these chains have none in common."""
    return Settings(database_url=database_url, admin_key=SecretStr(ADMIN_KEY), encoder=False)


@pytest.fixture
def pumps(directory: Directory) -> dict[str, Any]:
    owner = directory.organisation(legal_name="Насосы")
    directory.statement(owner, "need", NEEDED)
    return owner


@pytest.fixture
def chain(directory: Directory, pumps: dict[str, Any]) -> list[dict[str, Any]]:
    """A foundry, whose patterns a workshop makes, whose timber a mill has."""
    steps = [(NEEDED, MOULDS, "RU-PER"), (MOULDS, TIMBER, "RU-CHE"), (TIMBER, None, "RU-SVE")]
    made = []
    for number, (offered, needed, region) in enumerate(steps):
        owner = directory.organisation(legal_name=f"Звено {number}", region=region)
        directory.statement(owner, "capability", offered)
        if needed:
            directory.statement(owner, "need", needed)
        made.append(owner)
    return made


def search(directory: Directory, headers: dict[str, str] | None = None, **question: Any) -> dict[str, Any]:
    answer = directory.client.post("/v1/chains/search", json=question, headers=headers or {})
    assert answer.status_code == 200, answer.text
    page: dict[str, Any] = answer.json()
    return page


def statements_of(directory: Directory, owner: dict[str, Any]) -> list[dict[str, Any]]:
    every = directory.client.get("/v1/statements?limit=100", headers=directory.headers).json()["items"]
    return [one for one in every if one["organisation_id"] == owner["id"]]


def names(page: dict[str, Any]) -> list[list[str]]:
    return [[link["organisation"]["name"] for link in item["links"]] for item in page["items"]]


def test_a_text_a_need_and_an_organisation_begin_a_chain(
    directory: Directory, pumps: dict[str, Any], chain: list[dict[str, Any]]
) -> None:
    need = statements_of(directory, pumps)[0]
    for question in ({"text": NEEDED}, {"statement_id": need["id"]}, {"organisation_id": pumps["id"]}):
        page = search(directory, **question)
        assert names(page) == [["Звено 0", "Звено 1", "Звено 2"]]
        (item,) = page["items"]
        assert item["end"] == "complete"
        product = 1.0
        for link in item["links"]:
            assert "Совпадает" in link["pair"]["sentence"]
            assert link["pair"]["mine"]["text"] == link["pair"]["theirs"]["text"]
            product *= link["pair"]["probability"]
        assert item["probability"] == pytest.approx(product, abs=0.02)
    assert names(search(directory, text=NEEDED, depth=2)) == [["Звено 0", "Звено 1"]]
    assert search(directory, text=NEEDED, depth=2)["items"][0]["end"] == "depth"


def test_the_hole_is_shown(directory: Directory, chain: list[dict[str, Any]]) -> None:
    page = search(directory, text=NEEDED, exclude=[chain[2]["id"]])
    assert names(page) == [["Звено 0", "Звено 1"]]
    assert page["items"][0]["end"] == "open"
    assert [need["text"] for need in page["items"][0]["open_needs"]] == [TIMBER]


def test_filters_hold_for_every_link(directory: Directory, chain: list[dict[str, Any]]) -> None:
    page = search(directory, text=NEEDED, region=["RU-PER", "RU-CHE"])
    assert names(page) == [["Звено 0", "Звено 1"]]
    page = search(directory, text=NEEDED, region=["RU-PER"])
    assert (page["items"], page["empty_reason"]) == ([], "no_further_link")
    page = search(directory, text=NEEDED, region=["RU-CHE"])
    assert (page["items"], page["empty_reason"]) == ([], "filters_too_tight")
    assert "регион" in page["advice"]


def test_a_centre_may_look_among_its_own_members(directory: Directory, chain: list[dict[str, Any]]) -> None:
    directory.centre("ural", "RU-PER", "RU-CHE")
    headers = bearer(directory.key("centre", centre_id="ural"))
    assert names(search(directory, headers, text=NEEDED)) == [["Звено 0", "Звено 1", "Звено 2"]]
    assert names(search(directory, headers, text=NEEDED, own_members=True)) == [["Звено 0", "Звено 1"]]
    nobody = search(directory, text=NEEDED, own_members=True)
    assert nobody["items"] == []
    assert nobody["removed"]["own_members"] == 3


def test_who_is_not_to_be_seen_is_no_link(directory: Directory, chain: list[dict[str, Any]]) -> None:
    directory.patch(f"/v1/organisations/{chain[1]['id']}", 1, visibility="members")
    assert search(directory, text=NEEDED)["items"] == []
    assert len(search(directory, directory.headers, text=NEEDED)["items"]) == 1
    directory.patch(f"/v1/organisations/{chain[1]['id']}", 2, visibility="hidden")
    assert search(directory, directory.headers, text=NEEDED)["items"] == []


def test_an_anonymous_link_stays_nameless(directory: Directory, chain: list[dict[str, Any]]) -> None:
    directory.patch(f"/v1/organisations/{chain[1]['id']}", 1, visibility="anonymous")
    page = search(directory, text=NEEDED)
    link, after = page["items"][0]["links"][1:]
    assert link["organisation"]["anonymous"]
    assert link["organisation"]["name"].startswith("Организация (")
    assert link["pair"]["theirs"]["id"] is None
    assert after["pair"]["mine"]["id"] is None
    shown = json.dumps(page, ensure_ascii=False)
    theirs = statements_of(directory, chain[1])
    for secret in ("Звено 1", chain[1]["id"], *(one["id"] for one in theirs)):
        assert secret not in shown
    without = search(directory, text=NEEDED, exclude=[link["organisation"]["id"]])
    assert without["items"] == []
    assert search(directory, text=NEEDED, exclude=[chain[1]["id"]])["items"] == page["items"]


def test_a_question_that_is_none_is_refused(directory: Directory, chain: list[dict[str, Any]]) -> None:
    offer = statements_of(directory, chain[2])[0]["id"]
    for question, wrong in (
        ({}, ("", "one_of_needed")),
        ({"text": NEEDED, "organisation_id": chain[0]["id"]}, ("", "one_of_needed")),
        ({"text": NEEDED, "depth": 5}, ("/depth", "too_big")),
        ({"text": NEEDED, "kind_of_text": "capability"}, ("/kind_of_text", "unknown_field")),
        ({"statement_id": offer}, ("/statement_id", "need_needed")),
    ):
        answer = directory.client.post("/v1/chains/search", json=question)
        assert answer.status_code == 422
        assert [(one["pointer"], one["code"]) for one in answer.json()["errors"]] == [wrong]


def test_the_same_question_gives_the_same_bytes(directory: Directory, chain: list[dict[str, Any]]) -> None:
    question = {"text": NEEDED, "min_strength": "possible"}
    first = directory.client.post("/v1/chains/search", json=question).content
    assert first == directory.client.post("/v1/chains/search", json=question).content
