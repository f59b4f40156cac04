"""`smezhnik evaluate --recorded`: shares by place, intervals, reliability, a word where data is little."""

import json
from datetime import UTC, date, datetime

import pytest
from starlette.testclient import TestClient

from app.bootstrap import Runtime
from app.storage.feedback import Feedback
from app.storage.introductions import Introduction
from app.storage.showings import Showing
from app.usecases.recorded import measure
from tests.cli.conftest import Run
from tests.directory import Directory

DAY, NOON = date(2026, 11, 24), datetime(2026, 11, 24, 9, tzinfo=UTC)


@pytest.fixture
def directory(client: TestClient, admin: dict[str, str]) -> Directory:
    return Directory(client, admin)


def fill(runtime: Runtime, directory: Directory) -> None:
    """Ten organisations were shown one partner each; ranks 1 and 2; most said or did something of it."""
    ids = [directory.organisation()["id"] for _ in range(11)]
    partner, askers = ids[0], ids[1:]
    with runtime.database.writing() as session:
        for number, one in enumerate(askers):
            rank, chance = (1, 0.85) if number < 6 else (2, 0.35)
            session.add(
                Showing(
                    organisation_id=one, partner_id=partner, day=DAY, rank=rank, probability=chance,
                    model_version="m", kept_until=DAY,
                )
            )  # fmt: skip
            if number in (0, 1, 2, 6, 7):
                session.add(
                    Feedback(
                        organisation_id=one, partner_id=partner, given_by="member:x", rank=9, probability=0.1,
                        verdict="useful" if number < 2 else "not_useful",
                    )
                )  # fmt: skip
            if number in (3, 4, 5, 8):
                state = {5: "declined", 8: "interest"}.get(number, "accepted")
                session.add(
                    Introduction(
                        initiator_id=one, partner_id=partner, reason="x", deadline_at=NOON, remind_at=NOON,
                        created_at=NOON, state=state, answered_at=None if state == "interest" else NOON,
                    )
                )  # fmt: skip


def test_outcomes_are_measured_by_place(runtime: Runtime, directory: Directory, run: Run) -> None:
    fill(runtime, directory)
    with runtime.database.reading() as session:
        found = measure(session)
    counts = {
        name: {rank: (share.hits, share.cases) for rank, share in getattr(found, name).items() if share.cases}
        for name in ("useful", "interest", "acceptance")
    }
    assert counts == {
        "useful": {"1": (2, 3), "2": (0, 2), "all": (2, 5)},
        "interest": {"1": (3, 6), "2": (1, 4), "all": (4, 10)},
        "acceptance": {"1": (2, 3), "all": (2, 3)},
    }
    assert sorted((pair.probability, pair.right) for pair in found.judged) == [
        (0.35, False), (0.35, False), (0.85, False), (0.85, False),
        (0.85, True), (0.85, True), (0.85, True), (0.85, True),
    ]  # fmt: skip
    told = json.loads(run("evaluate", "--recorded", "--json").stdout)
    assert (told["useful"]["1"]["share"], told["useful"]["1"]["enough"]) == (0.6667, False)
    bins = {one["from"]: (one["right"], one["pairs"]) for one in told["reliability"]["bins"]}
    assert bins == {0.3: (0.0, 2), 0.8: (0.6667, 6)}
    shown = run("evaluate", "--recorded").stdout
    assert shown.count("too little data") == 4
    assert "0.67 (мало / few)" in shown
    assert run("evaluate", "--recorded", "--fit").exit_code == 2


def test_nothing_recorded_is_said_plainly(run: Run) -> None:
    shown = run("evaluate", "--recorded")
    assert shown.exit_code == 0, shown.output
    assert shown.stdout.count("0 < 30") == 4
