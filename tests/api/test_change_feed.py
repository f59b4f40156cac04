"""The change feed: a copy kept by it is what the listings show, whatever happens to the records."""

import random
from typing import Any

import pytest
from pydantic import SecretStr

from app.settings import Settings
from tests.conftest import ADMIN_KEY
from tests.databases import on_both, sqlite_unless_asked
from tests.directory import Directory, bearer


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> str:
    return sqlite_unless_asked(request)


@pytest.fixture
def settings(database_url: str) -> Settings:
    return Settings(database_url=database_url, admin_key=SecretStr(ADMIN_KEY), encoder=False)


class Copy:
    """Another system that holds what one key keeps, and follows the feed."""

    def __init__(self, directory: Directory, headers: dict[str, str]) -> None:
        self.client, self.headers = directory.client, headers
        self.records: dict[str, dict[str, Any]] = {}
        self.after = self.get("/v1/changes")["next_after"]

    def get(self, path: str, **query: Any) -> Any:
        answer = self.client.get(path, params=query, headers=self.headers)
        return answer.json() if answer.status_code == 200 else None

    def fill(self, owners: list[dict[str, Any]]) -> None:
        for owner in owners:
            self.take(owner["id"])

    def take(self, organisation_id: str) -> None:
        self.records[organisation_id] = self.get(f"/v1/organisations/{organisation_id}")
        statements = self.get("/v1/statements", organisation_id=organisation_id, limit=100)
        for one in statements["items"]:
            self.records[one["id"]] = one

    def follow(self) -> list[dict[str, Any]]:
        items = []
        while True:
            page = self.get("/v1/changes", after=self.after, limit=3)
            for item in page["items"]:
                self.apply(item)
            items += page["items"]
            assert page["next_after"] >= self.after
            self.after = page["next_after"]
            if not page["more"]:
                return items

    def apply(self, item: dict[str, Any]) -> None:
        if item["state"] == "gone":
            of = {k for k, v in self.records.items() if v.get("organisation_id") == item["id"]}
            for key in {item["id"], *of}:
                self.records.pop(key, None)
        elif item["kind"] == "statement":
            self.records[item["id"]] = self.get(f"/v1/statements/{item['id']}")
        elif item["kind"] == "organisation":
            self.records[item["id"]] = self.get(f"/v1/organisations/{item['id']}")
            if item["whole"]:
                self.take(item["id"])

    def versions(self) -> dict[str, int]:
        return {key: record["version"] for key, record in self.records.items()}


def change_at_random(directory: Directory, alive: list[str], dice: random.Random) -> None:
    """One edit, hiding, move to another keeper, new statement or removal."""
    chosen = dice.choice(alive)
    path = f"/v1/organisations/{chosen}"
    row = directory.client.get(path, headers=directory.headers).json()
    made = directory.client.get(f"/v1/statements?organisation_id={chosen}", headers=directory.headers).json()[
        "items"
    ]
    match dice.randrange(8):
        case 0:
            directory.patch(path, row["version"], description=f"Цех {dice.random()}")
        case 1:
            directory.patch(path, row["version"], visibility=dice.choice(["hidden", "public"]))
        case 2 | 3:
            moved = dice.choice(
                [("north", "RU-SVE"), ("south", "RU-SVE"), (None, "RU-SVE"), (None, "RU-PER")]
            )
            answer = directory.patch(path, row["version"], centre_id=moved[0], region=moved[1])
            assert answer.status_code == 200, answer.text
        case 4 | 5:
            directory.statement(row, dice.choice(["need", "capability"]), f"Литьё {dice.random()}")
        case 6 if made:
            one = dice.choice(made)
            answer = (
                directory.delete(f"/v1/statements/{one['id']}", one["version"])
                if dice.random() < 0.5
                else directory.patch(
                    f"/v1/statements/{one['id']}", one["version"], text=f"Ковка {dice.random()}"
                )
            )
            assert answer.status_code in (200, 204), answer.text
        case 7 if len(alive) > 3:
            assert directory.delete(path, row["version"]).status_code == 204
            alive.remove(chosen)


@on_both
def test_a_copy_kept_by_the_feed_is_what_a_full_reading_gives(directory: Directory) -> None:
    directory.centre("north", "RU-SVE")
    directory.centre("south", "RU-PER")
    headers = {name: bearer(directory.key("centre", "read", centre_id=name)) for name in ("north", "south")}
    rows = [directory.organisation(region=region) for region in ("RU-SVE", "RU-PER") * 3]
    copies = {name: Copy(directory, headers[name]) for name in headers}
    copies["admin"] = Copy(directory, directory.headers)
    homes = {"north": rows[::2], "south": rows[1::2], "admin": rows}
    for name, copy in copies.items():
        copy.fill(homes[name])
    dice, alive = random.Random(5), [row["id"] for row in rows]
    for _ in range(8):
        for _ in range(7):
            change_at_random(directory, alive, dice)
        for copy in copies.values():
            copy.follow()
    whole = {}
    for key in alive:
        row = directory.client.get(f"/v1/organisations/{key}", headers=directory.headers).json()
        home = row["centre_id"] or {"RU-SVE": "north", "RU-PER": "south"}[row["region"]]
        asked = {"organisation_id": key, "limit": 100}
        made = directory.client.get("/v1/statements", params=asked, headers=directory.headers).json()["items"]
        whole.update({one["id"]: (home, one["version"]) for one in (row, *made)})
    for name, copy in copies.items():
        wanted = {key: version for key, (home, version) in whole.items() if name in (home, "admin")}
        assert copy.versions() == wanted, name
        assert wanted


def test_a_caller_follows_what_it_keeps_and_nothing_else(directory: Directory) -> None:
    directory.centre("north", "RU-SVE")
    directory.centre("south", "RU-PER")
    own, foreign = directory.organisation(), directory.organisation(region="RU-PER")
    member = Copy(directory, bearer(directory.key("member", "read", organisation_id=own["id"])))
    north = Copy(directory, bearer(directory.key("centre", "read", centre_id="north")))
    statement = directory.statement(own, "need", "Нужны отливки")
    directory.statement(foreign, "need", "Нужны поковки")
    assert {item["organisation_id"] for item in member.follow()} == {own["id"]}
    (item,) = north.follow()
    assert (item["kind"], item["id"], item["state"]) == ("statement", statement["id"], "present")
    assert "Нужны" not in str(item)
    # Taken away it is gone; what happens to it afterwards is no longer told.
    moved = directory.patch(f"/v1/organisations/{own['id']}", own["version"], centre_id="south").json()
    (item,) = north.follow()
    assert (item["id"], item["state"], item["whole"]) == (own["id"], "gone", False)
    directory.patch(f"/v1/organisations/{own['id']}", moved["version"], description="Цех")
    assert north.follow() == []
    assert directory.client.get("/v1/changes").status_code == 401
    beyond = directory.client.get("/v1/changes?after=999999", headers=directory.headers)
    assert (beyond.status_code, beyond.json()["code"]) == (400, "cursor_invalid")


def test_who_keeps_a_region_is_told_when_another_centre_claims_a_member(directory: Directory) -> None:
    """Two centres keep one region; one of them claims a member that named no centre."""
    directory.centre("north", "RU-SVE")
    directory.centre("east", "RU-SVE")
    own = directory.organisation()
    east = Copy(directory, bearer(directory.key("centre", "read", centre_id="east")))
    answer = directory.patch(f"/v1/organisations/{own['id']}", own["version"], centre_id="north")
    assert answer.status_code == 200
    (item,) = east.follow()
    assert (item["id"], item["state"]) == (own["id"], "gone")
