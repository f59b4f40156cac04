"""The gap map over HTTP: counted for each kind of caller, named, and behind it the needs one may read."""

from typing import Any

import pytest
from pydantic import SecretStr

from app import worker
from app.bootstrap import Runtime
from app.settings import Settings
from tests.conftest import ADMIN_KEY
from tests.directory import Directory, bearer

CASTING, TIMBER = "Отливки корпусов насосов из чугуна СЧ20", "Брус сухой из ольхи"


@pytest.fixture
def settings(database_url: str) -> Settings:
    return Settings(database_url=database_url, admin_key=SecretStr(ADMIN_KEY), encoder=False)


def ask(directory: Directory, headers: dict[str, str], path: str = "", **params: Any) -> dict[str, Any]:
    answer = directory.client.get(f"/v1/analytics/gaps{path}", params=params, headers=headers)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def test_the_map_and_the_needs_behind_it(directory: Directory, runtime: Runtime) -> None:
    unmade = ask(directory, {})
    assert (unmade["index_version"], unmade["total"]["needs"], unmade["total"]["nobody"]) == (
        None,
        None,
        None,
    )
    assert "smezhnik worker" in unmade["note"]
    foundry = directory.organisation(region="RU-PER")
    directory.statement(foundry, "capability", CASTING)
    for region, text in (("RU-SVE", CASTING), ("RU-PER", CASTING), ("RU-SVE", TIMBER), ("RU-SVE", TIMBER)):
        directory.statement(directory.organisation(region=region), "need", text, okved2=["24.51"])
    hidden = directory.organisation(region="RU-SVE", visibility="members")
    secret = directory.statement(hidden, "need", TIMBER, sector="16")
    nameless = directory.organisation(region="RU-SVE", visibility="anonymous")
    directory.statement(nameless, "need", TIMBER, sector="16")
    assert worker.do_duty(runtime, "map_gaps") > 0
    assert worker.do_duty(runtime, "map_gaps") == 0, "it stands for a while"
    member = bearer(directory.key("member", "read", organisation_id=foundry["id"]))

    seen = ask(directory, member, places="region", sectors="class", section="C")
    cells = {(cell["region"], cell["sector"]): cell for cell in seen["items"]}
    assert cells["RU-PER", "24"]["own_region"] == 1
    assert (cells["RU-SVE", "24"]["another_region"], cells["RU-SVE", "24"]["nobody"]) == (1, 2)
    assert cells["RU-SVE", "16"]["nobody"] == 2
    assert (seen["total"]["needs"], seen["total"]["suppressed"]) == (6, False)
    assert seen["computed_at"]
    assert seen["index_version"] > 0

    public = ask(directory, {})
    shown = {cell["federal_district"]: cell for cell in public["items"]}
    assert (shown["ural"]["needs"], shown["ural"]["nobody"]) == (4, None), "the members' need is not counted"
    assert shown["volga"] | {"needs": None, "own_region": None, "suppressed": True} == shown["volga"]
    assert public["total"]["needs"] == 4
    for params in ({"region": "RU-SVE"}, {"places": "region"}, {"sectors": "class"}, {"kind": "enterprise"}):
        assert directory.client.get("/v1/analytics/gaps", params=params).status_code == 401
    assert directory.client.get("/v1/analytics/gaps/needs").status_code == 401

    first = ask(directory, member, "/needs", covered_by="nobody", limit=2)
    rest = ask(directory, member, "/needs", covered_by="nobody", cursor=first["next_cursor"])
    read = [item["statement"]["organisation_id"] for item in (*first["items"], *rest["items"])]
    assert len(read) == 3
    assert hidden["id"] in read
    assert nameless["id"] not in read
    near = ask(directory, member, "/needs", covered_by="own_region")["items"]
    assert [item["own_region"] > 0.3 for item in near] == [True]

    answer = directory.client.get("/v1/analytics/gaps", headers=member)
    again = directory.client.get(
        "/v1/analytics/gaps", headers={**member, "If-None-Match": answer.headers["etag"]}
    )
    assert (again.status_code, again.content) == (304, b"")
    directory.delete(f"/v1/statements/{secret['id']}", secret["version"])
    assert ask(directory, member)["total"]["needs"] == 5, "what is withdrawn is not counted on"


def test_imported_items_without_a_domestic_maker(directory: Directory, runtime: Runtime) -> None:
    maker = directory.organisation(region="RU-PER")
    directory.statement(maker, "capability", CASTING)
    waiting = [directory.organisation() for _ in range(3)]
    for owner, item in zip(waiting, ("Брус Vuddo", " брус VUDDO", "Рейка Vuddo"), strict=True):
        directory.statement(owner, "need", TIMBER, replaces_import=item)
    directory.statement(waiting[0], "need", CASTING, replaces_import="Насос Pumppo")
    nameless = directory.organisation(visibility="anonymous")
    directory.statement(nameless, "need", TIMBER, replaces_import="Брус Vuddo")
    worker.do_duty(runtime, "map_gaps")
    member = bearer(directory.key("member", "read", organisation_id=maker["id"]))
    found = directory.client.get("/v1/analytics/sovereignty", headers=member).json()["items"]
    assert [(one["item"], one["needs"], one["organisations"], one["foreign"]) for one in found] == [
        ("Брус Vuddo", 2, 2, 0),
        ("Рейка Vuddo", 1, 1, 0),
    ]
    assert directory.client.get("/v1/analytics/sovereignty").status_code == 401
