"""Suggestions over HTTP: both directions, reasons, filters, and every change in the next answer."""

from typing import Any

import pytest

from app.vocabulary import Visibility
from tests.directory import Directory

CASTING = "Литьё корпусных деталей из алюминиевого сплава АК12 под давлением, серия от 500 штук"
HOUSINGS = "Нужны отливки корпусов из алюминия АК12, литьё под давлением, 2000 штук в год"


@pytest.fixture
def foundry(directory: Directory) -> dict[str, Any]:
    owner = directory.organisation(legal_name="Литейный двор", region="RU-PER", city="Пермь")
    directory.statement(owner, "capability", CASTING, okpd2=["24.53.10"], core=True)
    return owner


@pytest.fixture
def machine_builder(directory: Directory) -> dict[str, Any]:
    owner = directory.organisation(legal_name="Насосы")
    directory.statement(
        owner, "need", HOUSINGS, okpd2=["24.53.10"], must_have=["АК12", "сертификат ISO 9001"]
    )
    return owner


def suggestions(directory: Directory, owner: dict[str, Any], query: str = "") -> dict[str, Any]:
    answer = directory.client.get(f"/v1/organisations/{owner['id']}/suggestions{query}")
    assert answer.status_code == 200, answer.text
    page: dict[str, Any] = answer.json()
    return page


def partners(page: dict[str, Any]) -> list[str]:
    return [item["organisation"]["name"] for item in page["items"]]


def test_both_sides_find_each_other_with_reasons(
    directory: Directory, foundry: dict[str, Any], machine_builder: dict[str, Any]
) -> None:
    for asking, answering, kind in (
        (machine_builder, foundry, "need"),
        (foundry, machine_builder, "capability"),
    ):
        page = suggestions(directory, asking)
        assert partners(page) == [answering["legal_name"]]
        (pair,) = page["items"][0]["pairs"]
        assert pair["mine"]["kind"] == kind
        assert sum(e["contribution"] for e in pair["evidence"]) == pytest.approx(pair["score"], abs=1e-5)
        assert {"words", "shared_codes"} <= {e["signal"] for e in pair["evidence"]}
        assert pair["covered"] == ["АК12"]
        assert pair["uncovered"] == ["сертификат ISO 9001"]
        assert "24.53" in pair["sentence"]


def test_the_sentence_speaks_the_callers_language(
    directory: Directory, foundry: dict[str, Any], machine_builder: dict[str, Any]
) -> None:
    path = f"/v1/organisations/{machine_builder['id']}/suggestions"
    russian = directory.client.get(path, headers={"Accept-Language": "ru"}).json()
    english = directory.client.get(path, headers={"Accept-Language": "en"}).json()
    one, other = (page["items"][0]["pairs"][0] for page in (russian, english))
    assert one["sentence"] != other["sentence"]
    assert "окрыто" in one["sentence"]
    assert [e["signal"] for e in one["evidence"]] == [e["signal"] for e in other["evidence"]]
    assert one["score"] == other["score"]


def test_the_same_question_gives_the_same_bytes(
    directory: Directory, foundry: dict[str, Any], machine_builder: dict[str, Any]
) -> None:
    path = f"/v1/organisations/{machine_builder['id']}/suggestions"
    assert directory.client.get(path).content == directory.client.get(path).content


def test_a_statement_of_any_state_may_ask(directory: Directory, foundry: dict[str, Any]) -> None:
    owner = directory.organisation()
    draft = directory.statement(owner, "need", HOUSINGS, status="draft")
    path = f"/v1/statements/{draft['id']}/suggestions"
    assert directory.client.get(path).status_code == 404
    page = directory.client.get(path, headers=directory.headers).json()
    assert partners(page) == ["Литейный двор"]


def test_free_text_asks_both_ways_and_stores_nothing(
    directory: Directory, foundry: dict[str, Any], machine_builder: dict[str, Any]
) -> None:
    assert directory.found(HOUSINGS) == [foundry["id"]]
    assert directory.found(CASTING, kind_of_text="capability") == [machine_builder["id"]]
    assert len(directory.client.get("/v1/statements").json()["items"]) == 2


def test_a_change_is_in_the_next_answer(directory: Directory, foundry: dict[str, Any]) -> None:
    made = directory.statement(foundry, "capability", "Ремонт гидроцилиндров экскаваторов")
    path = f"/v1/statements/{made['id']}"
    assert directory.found("ремонт гидроцилиндров") == [foundry["id"]]
    directory.patch(path, 1, text="Хромирование штоков", title=None)
    assert directory.found("ремонт гидроцилиндров") == []
    assert directory.found("хромирование штоков") == [foundry["id"]]
    directory.patch(f"/v1/organisations/{foundry['id']}", 1, visibility="hidden")
    assert directory.found("хромирование штоков") == []
    directory.patch(f"/v1/organisations/{foundry['id']}", 2, visibility="public")
    assert directory.found("хромирование штоков") == [foundry["id"]]
    directory.delete(path, 2)
    assert directory.found("хромирование штоков") == []


@pytest.mark.parametrize("visibility", [Visibility.MEMBERS, Visibility.HIDDEN])
def test_who_is_not_public_takes_no_place_in_a_visitors_list(
    directory: Directory, visibility: Visibility
) -> None:
    for number in range(3):
        owner = directory.organisation(visibility=visibility)
        directory.statement(owner, "capability", f"{HOUSINGS} {number}")
    shown = directory.organisation(legal_name="Открытый")
    directory.statement(shown, "capability", "Отливки из чугуна")
    assert directory.found(HOUSINGS, limit=1) == [shown["id"]]
    page = directory.search("гальваника")
    assert page["considered"] == 1, "a count would tell that there is more"


def test_filters_are_counted_and_a_tight_one_is_named(directory: Directory, foundry: dict[str, Any]) -> None:
    assert directory.found(HOUSINGS, region=["RU-PER"]) == [foundry["id"]]
    assert directory.found(HOUSINGS, federal_district=["volga"]) == [foundry["id"]]
    page = directory.search(HOUSINGS, region=["RU-SVE"])
    assert (page["items"], page["empty_reason"]) == ([], "filters_too_tight")
    assert sum(page["removed"].values()) == page["considered"] == 1
    assert "фильтры: регион." in page["advice"]
    assert page["removed"]["region"] == 1
    assert directory.found(HOUSINGS, exclude=[foundry["id"]]) == []


def test_nobody_and_too_little_are_told_apart(directory: Directory, foundry: dict[str, Any]) -> None:
    assert directory.search("выращивание грибов вешенка")["empty_reason"] == "nobody_offers_this"
    assert directory.search("ООО и для")["empty_reason"] == "says_too_little"


def test_an_organisation_without_statements_gets_an_empty_list(
    directory: Directory, foundry: dict[str, Any]
) -> None:
    page = suggestions(directory, directory.organisation())
    assert page["items"] == []
    assert page["advice"]


def test_region_preference(directory: Directory) -> None:
    asking = directory.organisation(region="RU-SVE")
    directory.statement(asking, "need", HOUSINGS)
    near = directory.organisation(legal_name="Ближний", region="RU-SVE")
    directory.statement(near, "capability", "Отливки корпусов")
    far = directory.organisation(legal_name="Дальний", region="RU-PRI")
    directory.statement(far, "capability", CASTING)
    assert partners(suggestions(directory, asking, "?prefer=own_first")) == ["Ближний", "Дальний"]
    assert partners(suggestions(directory, asking, "?prefer=others_first")) == ["Дальний", "Ближний"]


def test_the_answer_shows_a_probability_and_whether_both_sides_fit(
    directory: Directory, foundry: dict[str, Any], machine_builder: dict[str, Any]
) -> None:
    (item,) = suggestions(directory, machine_builder)["items"]
    (pair,) = item["pairs"]
    assert 0 < item["probability"] == pair["probability"] == round(pair["probability"], 2) < 1
    assert (item["mutual"], item["strength"]) == (False, pair["strength"])
    directory.statement(machine_builder, "capability", "Ремонт и наладка литейных машин")
    directory.statement(foundry, "need", "Наладка и ремонт литейных машин")
    (both,) = suggestions(directory, machine_builder)["items"]
    assert both["mutual"]
    assert both["probability"] > item["probability"]
    assert {one["mine"]["kind"] for one in both["pairs"]} == {"need", "capability"}


def test_weak_partners_can_be_left_out_and_are_counted(directory: Directory, foundry: dict[str, Any]) -> None:
    asking = directory.organisation()
    asked = directory.statement(asking, "need", "Алюминиевый сплав АД31, профили")
    for path in (f"/v1/organisations/{asking['id']}", f"/v1/statements/{asked['id']}"):
        page = directory.client.get(f"{path}/suggestions").json()
        assert (partners(page), "min_strength" in page["removed"]) == (["Литейный двор"], False)
        assert page["items"][0]["strength"] != "strong"
        strict = directory.client.get(f"{path}/suggestions?min_strength=strong").json()
        assert (strict["items"], strict["removed"]["min_strength"]) == ([], 1)
        assert strict["empty_reason"] == "filters_too_tight"
        assert "сила совпадения" in strict["advice"]


def test_regions_are_mixed_on_demand(directory: Directory) -> None:
    for region, name in (("RU-PER", "Первый"), ("RU-PER", "Второй"), ("RU-PRI", "Третий")):
        owner = directory.organisation(legal_name=name, region=region)
        directory.statement(owner, "capability", CASTING)
    for diversity, regions in (
        ("none", ["RU-PER", "RU-PER", "RU-PRI"]),
        ("regions", ["RU-PER", "RU-PRI", "RU-PER"]),
    ):
        page = directory.search(CASTING, own_region="RU-PER", diversity=diversity)
        assert [item["organisation"]["region"] for item in page["items"]] == regions
        assert (page["diversity_loss"] > 0) is (diversity == "regions")
        assert page["diversity_loss"] <= 0.2


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({}, "/text", "required"),
        ({"text": "литьё", "limit": 0}, "/limit", "too_small"),
        ({"text": "литьё", "min_strength": "sure"}, "/min_strength", "unknown_value"),
        ({"text": "литьё", "diversity": "all"}, "/diversity", "unknown_value"),
        ({"text": "литьё", "regions": ["RU-SVE"]}, "/regions", "unknown_field"),
        ({"text": "литьё", "federal_district": ["north"]}, "/federal_district/0", "district_unknown"),
        ({"text": "а" * 20_001}, "/text", "too_long"),
        ({"text": "ли\u0000тьё"}, "/text", "control_character"),
    ],
)
def test_a_wrong_question_is_named(
    directory: Directory, body: dict[str, object], pointer: str, code: str
) -> None:
    answer = directory.client.post("/v1/suggestions/search", json=body)
    assert answer.status_code == 422, answer.text
    assert {e["pointer"]: e["code"] for e in answer.json()["errors"]} == {pointer: code}


def test_unknown_organisations_and_statements(directory: Directory) -> None:
    for path in ("organisations/00000000-0000-7000-8000-000000000000", "statements/x"):
        answer = directory.client.get(f"/v1/{path}/suggestions")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
