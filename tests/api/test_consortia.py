"""Consortia over HTTP: members with reasons, prices, conflicts, and nobody whom the caller may not know."""

import json
from typing import Any

import pytest
from pydantic import SecretStr

from app.matching.consortia import NotProved, Program
from app.settings import Settings
from tests.conftest import ADMIN_KEY
from tests.directory import Directory, bearer

CASTING, PAINT, RESEARCH = "Отливки чугунные корпусные", "Окраска порошковая", "Расчёт прочности сосудов"


@pytest.fixture
def settings(database_url: str) -> Settings:
    """By words alone: the needs of a brief have none in common."""
    return Settings(database_url=database_url, admin_key=SecretStr(ADMIN_KEY), encoder=False)


@pytest.fixture
def able(directory: Directory) -> dict[str, str]:
    """Who can do what, ids by name: a plant that does two things, a painter, an institute."""
    made = {}
    for name, kind, region, offers in (
        ("Завод", "enterprise", "RU-SVE", (CASTING, PAINT)),
        ("Маляр", "enterprise", "RU-PER", (PAINT,)),
        ("Институт", "research", "RU-CHE", (RESEARCH, PAINT)),
    ):
        owner = directory.organisation(legal_name=name, kind=kind, region=region)
        made[name] = owner["id"]
        for offer in offers:
            directory.statement(owner, "capability", offer)
    return made


def solve(directory: Directory, *texts: str, status: int = 200, **conditions: Any) -> dict[str, Any]:
    brief = {"needs": [{"text": text} for text in texts], **conditions}
    answer = directory.client.post("/v1/consortia/solve", json=brief)
    assert answer.status_code == status, answer.text
    found: dict[str, Any] = answer.json()
    return found


def names(consortium: dict[str, Any]) -> set[str]:
    return {member["name"] for member in consortium["members"]}


def test_the_smallest_cover_with_its_reasons(directory: Directory, able: dict[str, str]) -> None:
    found = solve(directory, CASTING, PAINT, RESEARCH)
    best = found["best"]
    assert names(best) == {"Завод", "Институт"}
    assert (best["uncovered"], found["conflict"]) == ([], [])
    assert [part["need"] for part in best["parts"]] == [0, 1, 2]
    for part in best["parts"]:
        assert part["organisation_id"] in able.values()
        assert "Совпадает" in part["pair"]["sentence"]
    assert [names(one) for one in found["alternatives"]] == [{"Завод", "Институт", "Маляр"}]
    again = solve(directory, CASTING, PAINT, RESEARCH)
    assert again == found


def test_conditions_have_prices(directory: Directory, able: dict[str, str]) -> None:
    found = solve(directory, CASTING, PAINT, required_kinds=["research"], max_members=4)
    assert names(found["best"]) == {"Завод", "Институт"}
    prices = {price["condition"]: price for price in found["prices"]}
    assert prices["required_kinds/research"]["members"] == 1
    assert prices["required_kinds/research"]["changes"]
    assert not prices["max_members"]["changes"]
    assert names(solve(directory, PAINT, include=[able["Маляр"]])["best"]) == {"Маляр"}
    assert names(solve(directory, PAINT, exclude=[able["Завод"]], kind=["enterprise"])["best"]) == {"Маляр"}


def test_what_cannot_be_had_together_is_named(directory: Directory, able: dict[str, str]) -> None:
    found = solve(directory, CASTING, RESEARCH, max_members=1, country=["RU"])
    assert found["best"] is None
    assert sorted(found["conflict"]) == ["max_members", "needs/0", "needs/1"]
    found = solve(directory, CASTING, "Выращивание вешенки")
    assert found["conflict"] == ["needs/1"]
    foreign = solve(directory, CASTING, country=["BY"])
    assert sorted(foreign["conflict"]) == ["country", "needs/0"]


def test_an_optional_need_may_stay_open(directory: Directory, able: dict[str, str]) -> None:
    needs = [{"text": CASTING}, {"text": "Выращивание вешенки", "optional": True}]
    answer = directory.client.post("/v1/consortia/solve", json={"needs": needs}).json()
    assert names(answer["best"]) == {"Завод"}
    assert answer["best"]["uncovered"] == [1]


def test_nobody_takes_part_whom_the_caller_may_not_know(directory: Directory, able: dict[str, str]) -> None:
    directory.patch(f"/v1/organisations/{able['Институт']}", 1, visibility="anonymous")
    found = solve(directory, RESEARCH)
    (member,) = found["best"]["members"]
    assert member["anonymous"]
    assert found["best"]["parts"][0]["organisation_id"] == member["id"] != able["Институт"]
    assert found["best"]["parts"][0]["pair"]["theirs"]["id"] is None
    shown = json.dumps(found, ensure_ascii=False)
    assert able["Институт"] not in shown
    assert "Институт" not in shown
    assert solve(directory, RESEARCH, exclude=[member["id"]])["best"] is None
    assert solve(directory, PAINT, include=[member["id"]])["best"]["members"][0]["id"] == member["id"]
    solve(directory, PAINT, include=[able["Институт"]], status=404)
    directory.patch(f"/v1/organisations/{able['Институт']}", 2, visibility="members")
    assert solve(directory, RESEARCH)["conflict"] == ["needs/0"]


def test_whom_the_asking_member_blocked_takes_no_part(directory: Directory, able: dict[str, str]) -> None:
    asker = directory.organisation(legal_name="Заказчик")
    key = bearer(directory.key("member", "read", "write", organisation_id=asker["id"]))
    path = f"/v1/organisations/{asker['id']}/blocks/{able['Завод']}"
    brief = {"needs": [{"text": PAINT}], "min_strength": "possible", "alternatives": 2}

    def found() -> str:
        return directory.client.post("/v1/consortia/solve", json=brief, headers=key).text

    assert able["Завод"] in found()
    assert directory.client.put(path, headers=key).status_code == 200
    assert able["Маляр"] in found()
    assert able["Завод"] not in found()


def test_a_brief_that_is_none_is_refused(directory: Directory) -> None:
    for brief, pointer in (
        ({"needs": []}, "/needs"),
        ({"needs": [{"optional": True}]}, "/needs/0"),
        ({"needs": [{"text": CASTING}], "max_members": 0}, "/max_members"),
    ):
        answer = directory.client.post("/v1/consortia/solve", json=brief)
        assert answer.status_code == 422
        assert [one["pointer"] for one in answer.json()["errors"]] == [pointer]


def test_a_brief_that_cannot_be_solved_in_time_is_refused(
    directory: Directory, able: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_late(*_: object) -> None:
        raise NotProved

    monkeypatch.setattr(Program, "best", too_late)
    refusal = solve(directory, "Отливка корпуса насоса", status=422)
    assert [(one["pointer"], one["code"]) for one in refusal["errors"]] == [("/needs", "brief_too_hard")]
