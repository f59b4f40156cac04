"""Accepting and withdrawing at the same moment, on both databases: one of them wins, and it holds."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from pydantic import SecretStr

from app.bootstrap import Runtime
from app.settings import Settings
from tests.api.acquaintance import Party
from tests.conftest import ADMIN_KEY
from tests.directory import Directory

ROUNDS = 8


@pytest.fixture
def settings(database_url: str) -> Settings:
    free = {"introduction_daily": 1_000, "rate_per_key": 0}
    return Settings(database_url=database_url, admin_key=SecretStr(ADMIN_KEY), encoder=False, **free)


def test_of_two_decisions_at_once_one_holds(directory: Directory, runtime: Runtime) -> None:
    asker, foundry = Party(directory, "Насосы"), Party(directory, "Литейная")
    for _ in range(ROUNDS):
        row = asker.asked(foundry.id)
        start = Barrier(2)

        def decide(party: Party, state: str, row: Any = row, start: Barrier = start) -> int:
            start.wait()
            status: int = party.step(row["id"], 1, state=state).status_code
            return status

        with ThreadPoolExecutor(2) as pool:
            accepted = pool.submit(decide, foundry, "accepted")
            withdrawn = pool.submit(decide, asker, "withdrawn")
        assert sorted([accepted.result(), withdrawn.result()]) == [200, 412]
        seen = asker.read(row["id"]).json()
        assert (seen["state"], seen["version"]) == (
            "accepted" if accepted.result() == 200 else "withdrawn",
            2,
        )
        assert asker.contacts(row["id"]).status_code == (200 if seen["contacts_open"] else 409)
        if seen["contacts_open"]:
            foundry.withdraw(row["id"])


def test_of_interests_at_once_one_is_open(directory: Directory) -> None:
    asker, foundry = Party(directory, "Насосы"), Party(directory, "Литейная")
    pairs = [(asker, foundry), (foundry, asker)] * 3
    with ThreadPoolExecutor(len(pairs)) as pool:
        answers = list(pool.map(lambda pair: pair[0].ask(pair[1].id).status_code, pairs))
    assert sorted(answers) == [201] + [409] * (len(pairs) - 1)
