"""Recording what was shown: for whom, once a day, for how long, and never more than fits."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import select
from starlette.testclient import TestClient

from app.access import Member, Website
from app.bootstrap import Runtime
from app.settings import Settings
from app.showings import MOST_WAITING, Showings
from app.storage import showings as table
from app.storage.showings import Showing, ShownPartner
from tests.conftest import ADMIN_KEY
from tests.directory import Directory, bearer

DAY, NOON = date(2026, 11, 24), datetime(2026, 11, 24, 9, tzinfo=UTC)


@pytest.fixture
def clock() -> Any:
    return lambda: NOON


@pytest.fixture
def settings(database_url: str) -> Settings:
    return Settings(
        database_url=database_url, admin_key=SecretStr(ADMIN_KEY), encoder=False, record_shown_days=30
    )


@pytest.fixture
def directory(client: TestClient, admin: dict[str, str]) -> Directory:
    return Directory(client, admin)


def kept(runtime: Runtime) -> list[Showing]:
    runtime.showings.close()
    with runtime.database.reading() as session:
        return list(session.scalars(select(Showing).order_by(Showing.organisation_id, Showing.rank)))


def test_own_lists_of_members_and_centres_are_kept_once_a_day(directory: Directory, runtime: Runtime) -> None:
    directory.centre("north", "RU-SVE")
    buyer, other = directory.organisation(), directory.organisation(region="RU-PER")
    makers = [directory.organisation(region="RU-PER") for _ in range(2)]
    for owner in (buyer, other):
        directory.statement(owner, "need", "Отливки корпусов насосов из чугуна")
    for maker, text in zip(makers, ("Отливки корпусов насосов из чугуна", "Отливки чугуна"), strict=True):
        directory.statement(maker, "capability", text)
    member = bearer(directory.key("member", "read", organisation_id=buyer["id"]))
    centre = bearer(directory.key("centre", "read", centre_id="north"))

    def ask(owner: dict[str, Any], headers: dict[str, str], query: str = "") -> dict[str, Any]:
        path = f"/v1/organisations/{owner['id']}/suggestions{query}"
        found: dict[str, Any] = directory.client.get(path, headers=headers).json()
        return found

    for headers in ({}, directory.headers):
        assert ask(buyer, headers)["items"]
    assert ask(other, member)["items"]
    assert kept(runtime) == []
    page = ask(buyer, member)
    for headers, query in ((member, "?limit=1"), (centre, "?country=RU"), (centre, "")):
        ask(buyer, headers, query)
    rows = kept(runtime)
    assert [(row.partner_id, row.rank, row.probability) for row in rows] == [
        (item["organisation"]["id"], rank, item["probability"])
        for rank, item in enumerate(page["items"], start=1)
    ]
    assert {(row.day, row.kept_until, row.model_version) for row in rows} == {
        (DAY, DAY + timedelta(days=30), page["model_version"])
    }
    with runtime.database.writing() as session:
        assert table.sweep(session, NOON + timedelta(days=30)) == 0
        assert table.sweep(session, NOON + timedelta(days=31)) == len(rows)
    assert kept(runtime) == []


def test_recording_is_off_by_default_bounded_and_survives_a_missing_database(runtime: Runtime) -> None:
    assert Settings().record_shown_days == 0
    off = Showings(runtime.database, 0)
    member, partner = Member("a"), [ShownPartner("b", 1, 0.5)]
    assert not off.wants(member)
    on = Showings(runtime.database, 1)
    assert not on.wants(Website())
    with runtime.database.writing():
        # Nobody can write meanwhile: what comes waits, up to the bound.
        for _ in range(MOST_WAITING + 200):
            on.note(member, "a", DAY, "m", partner)
        lost = on.lost
    on.close()
    assert 100 <= lost <= 200
    runtime.database.dispose()
