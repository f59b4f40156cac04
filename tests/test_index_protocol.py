"""Another engine behind the Index protocol: the keeper, the use cases and the API need nothing else."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app import indexing
from app.bootstrap import Runtime
from app.indexing import IndexKeeper
from app.matching.documents import MatchDocument
from app.matching.partners import suggest_partners
from app.settings import Settings
from app.storage import changes
from app.storage.documents import Conditions, live_documents
from tests.directory import Directory
from tests.matching.counting import CountingIndex
from tests.matching.samples import capability, index_of, need, wish

DAY = date(2026, 11, 24)


@pytest.fixture
def keeper() -> IndexKeeper:
    return IndexKeeper(CountingIndex.build, lambda: DAY)


@pytest.fixture
def directory(
    runtime: Runtime, settings: Settings, keeper: IndexKeeper, admin: dict[str, str]
) -> Iterator[Directory]:
    """The service over the other engine."""
    from app import main

    with TestClient(main.create_app(replace(runtime, keeper=keeper), settings)) as client:
        yield Directory(client, admin)


def known(documents: list[MatchDocument]) -> list[str]:
    return sorted(document.text for document in documents)


def in_database(session: Session) -> list[str]:
    return known(live_documents(session, Conditions(DAY)))


def test_the_api_answers_with_reasons_from_any_index(directory: Directory) -> None:
    foundry = directory.organisation(region="RU-PER")
    made = directory.statement(foundry, "capability", "Литьё чугуна")
    asking = directory.organisation()
    directory.statement(asking, "need", "Нужно литьё чугуна")
    path = f"/v1/organisations/{asking['id']}/suggestions"
    page = directory.client.get(path).json()
    (item,) = page["items"]
    assert item["organisation"]["id"] == foundry["id"]
    assert item["pairs"][0]["theirs"]["id"] == made["id"]
    assert [e["signal"] for e in item["pairs"][0]["evidence"]] == ["words"]
    assert directory.client.get(f"{path}?region=RU-SVE").json()["removed"]["region"] == 1
    assert directory.found("литьё чугуна") == [foundry["id"]]
    directory.patch(f"/v1/statements/{made['id']}", 1, text="Окраска", title=None)
    assert directory.client.get(path).json()["items"] == []
    assert directory.found("окраска") == [foundry["id"]]
    directory.patch(f"/v1/organisations/{foundry['id']}", 1, visibility="hidden")
    assert directory.found("окраска") == []


def test_the_keeper_brings_any_index_up_to_date_and_renews_it(
    runtime: Runtime, directory: Directory, keeper: IndexKeeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexing, "SMALLEST_DELTA", 3)
    owner = directory.organisation()
    for number in range(5):
        directory.statement(owner, "capability", f"Литьё {number}")
        with runtime.database.reading() as session:
            index = keeper.catch_up(session)
            assert known(list(index.documents())) == in_database(session)  # type: ignore[attr-defined]
            assert index.version == changes.last_seq(session)
        keeper.wait(20)
    current = keeper.current
    assert current is not None
    assert 0 < current.built_at <= current.version
    assert current.delta_size <= 3, "the renewed index was not taken"


def test_partners_are_joined_alike_over_any_index() -> None:
    mine = need("n1", "Литьё алюминия", organisation_id="me")
    offers = [capability(f"c{i}", "Литьё алюминия", organisation_id=f"o{i}") for i in range(3)]
    for index in (index_of(*offers), CountingIndex.build(offers, 1)):
        found = suggest_partners(index, [wish(mine)], 2)
        assert [partner.organisation_id for partner in found.partners] == ["o0", "o1"]
        assert suggest_partners(index, [], 2).partners == ()
