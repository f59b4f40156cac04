"""Visibility of single statements: the stricter of theirs and their organisation's, on every path."""

import itertools
import json
from typing import Any

import pytest

from app.settings import Settings
from tests.directory import Directory, bearer

WANTED = "Нужны отливки корпусов насосов из чугуна СЧ20"
OFFER = "Отливки корпусов насосов из чугуна СЧ20"
LEVELS = ("public", "members", "anonymous", "hidden")


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"encoder": False})


class Seekers:
    """Who looks for partners, and what is found."""

    def __init__(self, directory: Directory) -> None:
        self.directory, self.client = directory, directory.client
        directory.centre("north", "RU-SVE")
        self.other = directory.organisation(region="RU-PER", city="Пермь")
        self.member = bearer(directory.key("member", "read", organisation_id=self.other["id"]))
        self.keeper = bearer(directory.key("centre", "read", centre_id="north"))

    def search(self, headers: dict[str, str], **options: Any) -> dict[str, Any]:
        body = {"text": WANTED, "limit": 100, **options}
        answer = self.client.post("/v1/suggestions/search", json=body, headers=headers)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def found(self, headers: dict[str, str], **options: Any) -> list[tuple[bool, str]]:
        """Of each partner whether it is nameless, and its id."""
        cards = [item["organisation"] for item in self.search(headers, **options)["items"]]
        return [(card["anonymous"], card["id"]) for card in cards]

    def status(self, statement: dict[str, Any], headers: dict[str, str]) -> int:
        return int(self.client.get(f"/v1/statements/{statement['id']}", headers=headers).status_code)


@pytest.fixture
def seekers(directory: Directory) -> Seekers:
    return Seekers(directory)


def test_the_stricter_of_both_counts(directory: Directory, seekers: Seekers) -> None:
    for own, its in itertools.product(LEVELS, (None, *LEVELS)):
        owner = directory.organisation(visibility=own, legal_name="ООО «Вомашка»", centre_id="north")
        made = directory.statement(owner, "capability", f"{OFFER}, Вомашка", visibility=its)
        assert made["visibility"] == its
        both = {own, its or own}
        for headers, reader in (({}, "visitor"), (seekers.member, "member")):
            reads = both <= ({"public"} if reader == "visitor" else {"public", "members"})
            assert seekers.status(made, headers) == (200 if reads else 404), (own, its, reader)
            listed = seekers.client.get("/v1/statements", headers=headers).text
            assert (made["id"] in listed) is reads
            found = seekers.found(headers)
            shown = "hidden" not in both and ("members" not in both or reader == "member")
            assert len(found) == shown, (own, its, reader, found)
            if shown:
                assert found[0][0] is ("anonymous" in both)
                assert (found[0][1] == owner["id"]) is ("anonymous" not in both)
                assert ("омашка" in json.dumps(seekers.search(headers), ensure_ascii=False)) is not found[0][
                    0
                ]
        assert seekers.status(made, seekers.keeper) == 200
        assert directory.delete(f"/v1/organisations/{owner['id']}", 1).status_code == 204


def test_an_anonymous_statement_is_not_linked_to_its_organisation(
    directory: Directory, seekers: Seekers
) -> None:
    owner = directory.organisation(legal_name="ООО «Вомашка»", region="RU-SVE", city="Ирбит")
    need = directory.statement(owner, "need", WANTED)
    named = directory.statement(owner, "capability", "Отливки корпусов насосов из чугуна")
    secret = directory.statement(owner, "capability", f"{OFFER}, Вомашка, Ирбит", visibility="anonymous")
    for headers in ({}, seekers.member):
        page = seekers.search(headers)
        by_veil = {item["organisation"]["anonymous"]: item for item in page["items"]}
        assert len(page["items"]) == 2
        assert by_veil[False]["organisation"]["id"] == owner["id"]
        assert [pair["theirs"]["id"] for pair in by_veil[False]["pairs"]] == [named["id"]]
        handle = by_veil[True]["organisation"]["id"]
        assert handle != owner["id"]
        veiled = json.dumps(by_veil[True], ensure_ascii=False)
        for told in (owner["id"], secret["id"], "омашк", "Ирбит", owner["identifiers"][0]["number"]):
            assert told not in veiled
        assert seekers.found(headers, exclude=[owner["id"]]) == [(True, handle)], "an id must not unveil it"
        assert seekers.found(headers, exclude=[handle]) == [(False, owner["id"])]
        assert seekers.status(secret, headers) == 404
        # Asked as the organisation itself by a stranger: what is left out must not tell what is its own.
        path = f"/v1/statements/{need['id']}/suggestions"
        asked = seekers.client.get(path, headers=headers).json()
        assert [item["organisation"]["id"] for item in asked["items"]] == [handle]
        assert asked["removed"]["own_organisation"] == 1
        mine = seekers.client.get(f"/v1/organisations/{owner['id']}/suggestions", headers=headers).text
        assert secret["id"] not in mine
    own = bearer(directory.key("member", "read", organisation_id=owner["id"]))
    assert (
        seekers.client.get(f"/v1/organisations/{owner['id']}/suggestions", headers=own).json()["items"] == []
    )
    assert {name for _, name in seekers.found(seekers.keeper)} == {owner["id"]}
    assert seekers.found(seekers.keeper, exclude=[owner["id"]]) == []


def test_a_change_of_visibility_is_in_the_next_answer(directory: Directory, seekers: Seekers) -> None:
    owner = directory.organisation(legal_name="ООО «Вомашка»")
    made = directory.statement(owner, "capability", f"{OFFER}, Вомашка")
    path = f"/v1/statements/{made['id']}"
    assert [veiled for veiled, _ in seekers.found({})] == [False]
    for version, (level, shown) in enumerate(
        (("anonymous", [True]), ("members", []), ("hidden", []), ("anonymous", [True]), (None, [False])), 1
    ):
        assert directory.patch(path, version, visibility=level).status_code == 200
        assert [veiled for veiled, _ in seekers.found({})] == shown, level
    assert directory.patch(path, 6, visibility="anonymous").status_code == 200
    renamed = directory.patch(
        f"/v1/organisations/{owner['id']}", 1, legal_name="ООО «Корпуса Насосов Ребмаш»"
    )
    assert renamed.status_code == 200
    assert [veiled for veiled, _ in seekers.found({})] == [True]
    assert directory.delete(f"/v1/organisations/{owner['id']}", 2).status_code == 204
    assert seekers.found({}) == []
