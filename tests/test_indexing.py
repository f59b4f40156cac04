"""The keeper of the index: the next answer of every process knows every change, also while it rebuilds."""

import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import partial

import numpy as np
import pytest
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from app import indexing
from app.access import Admin
from app.bootstrap import Runtime, build_index
from app.indexing import IndexKeeper
from app.matching.documents import Index, MatchDocument, Wish
from app.matching.engine import MatchIndex
from app.matching.geography import Geography, Place
from app.matching.semantics import encoded
from app.schemas.import_files import RawLine
from app.storage import changes
from app.storage.documents import Conditions, live_documents
from app.storage.organisation_names import find_by_external_key
from app.usecases import meanings
from app.usecases.imports import Outcome, store_lines
from app.vocabulary import StatementKind
from tests.directory import profile

ADMIN = Admin("test")
DAY = date(2026, 11, 24)


class Today:
    """A calendar that a test turns."""

    def __init__(self) -> None:
        self.day = DAY

    def __call__(self) -> date:
        return self.day


@pytest.fixture
def today() -> Today:
    return Today()


@pytest.fixture
def keepers(today: Today) -> list[IndexKeeper]:
    """Two keepers over one database, as two worker processes have them."""
    geography = Geography({"RU-SVE": Place(58, 61, "ural")})
    return [IndexKeeper(partial(build_index, geography), today) for _ in range(2)]


def store(runtime: Runtime, *records: dict[str, object]) -> None:
    with runtime.database.writing() as session:
        lines = [RawLine(number, record) for number, record in enumerate(records)]
        reports = store_lines(session, ADMIN, lines, Conditions(DAY))
        assert all(report.outcome is not Outcome.REFUSED for report in reports), reports


def titles(index: MatchIndex) -> list[str]:
    return sorted(document.title for document in index.documents())


def in_database(session: Session) -> list[str]:
    return sorted(document.title for document in live_documents(session, Conditions(DAY)))


def test_every_keeper_knows_every_change(runtime: Runtime, keepers: list[IndexKeeper]) -> None:
    for number in range(6):
        store(runtime, profile(external_id=str(number % 3), capabilities=[f"Литьё {number}"]))
        if number == 4:
            with runtime.database.writing() as session:
                session.delete(find_by_external_key(session, ":2"))
                session.flush()
                changes.record(session, ADMIN, ("organisation", "x", owner_of(runtime, "2")), "deleted")  # type: ignore[arg-type]
        for keeper in keepers:
            with runtime.database.reading() as session:
                index = keeper.catch_up(session)
                assert titles(index) == in_database(session)
                assert index.version == changes.last_seq(session)


def owner_of(runtime: Runtime, external_id: str) -> str:
    with runtime.database.reading() as session:
        row = find_by_external_key(session, f":{external_id}")
        assert row is not None
        return row.id


def test_an_unchanged_feed_gives_the_same_index(runtime: Runtime, keepers: list[IndexKeeper]) -> None:
    store(runtime, profile(external_id="a", capabilities=["Литьё"]))
    with runtime.database.reading() as session:
        assert keepers[0].catch_up(session) is keepers[0].catch_up(session)


def test_a_running_request_keeps_its_index(runtime: Runtime, keepers: list[IndexKeeper]) -> None:
    store(runtime, profile(external_id="a", capabilities=["Литьё"]))
    with runtime.database.reading() as session:
        old = keepers[0].catch_up(session)
    store(runtime, profile(external_id="a", capabilities=["Ковка"]))
    with runtime.database.reading() as session:
        new = keepers[0].catch_up(session)
    assert (titles(old), titles(new)) == (["Литьё"], ["Ковка", "Литьё"])


@pytest.fixture
def small_delta(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexing, "SMALLEST_DELTA", 3)


@pytest.mark.usefixtures("small_delta")
def test_a_rebuild_in_the_background_loses_no_change_made_meanwhile(
    runtime: Runtime, keepers: list[IndexKeeper], monkeypatch: pytest.MonkeyPatch
) -> None:
    keeper, go, begun = keepers[0], threading.Event(), threading.Event()
    refreshed = MatchIndex.refreshed

    def slowly(index: MatchIndex) -> MatchIndex:
        begun.set()
        assert go.wait(20)
        return refreshed(index)

    monkeypatch.setattr(MatchIndex, "refreshed", slowly)
    with runtime.database.reading() as session:
        keeper.catch_up(session)
    for number in range(6):
        store(runtime, profile(external_id=str(number), capabilities=[f"Литьё {number}"]))
        with runtime.database.reading() as session:
            keeper.catch_up(session)
    assert begun.wait(20)
    store(runtime, profile(external_id="0", capabilities=["Ковка"]))
    with runtime.database.reading() as session:
        assert "Ковка" in titles(keeper.catch_up(session))
    go.set()
    keeper.wait(20)
    with runtime.database.reading() as session:
        index = keeper.catch_up(session)
        assert titles(index) == in_database(session)
        assert index.version == changes.last_seq(session)
        # Two new organisations and one replaced since the rebuild began; 7 rows without it.
        assert index.delta_size == 5, "the rebuilt index was not taken"


@pytest.mark.usefixtures("small_delta")
def test_a_failed_rebuild_is_tried_again(
    runtime: Runtime, keepers: list[IndexKeeper], monkeypatch: pytest.MonkeyPatch
) -> None:
    keeper, tries = keepers[0], []
    refreshed = MatchIndex.refreshed

    def failing_once(index: MatchIndex) -> MatchIndex:
        tries.append(1)
        if len(tries) == 1:
            raise MemoryError
        return refreshed(index)

    monkeypatch.setattr(MatchIndex, "refreshed", failing_once)
    monkeypatch.setattr(threading, "excepthook", lambda _: None)
    for number in range(8):
        store(runtime, profile(external_id=str(number), capabilities=[f"Литьё {number}"]))
        with runtime.database.reading() as session:
            keeper.catch_up(session)
        keeper.wait(20)
    assert len(tries) >= 2
    with runtime.database.reading() as session:
        assert titles(keeper.catch_up(session)) == in_database(session)


def test_certificates_lapse_at_midnight_without_a_change(
    runtime: Runtime, keepers: list[IndexKeeper], today: Today
) -> None:
    held = {"kind": "ISO 9001", "valid_until": DAY.isoformat()}
    store(runtime, profile(external_id="a", capabilities=["Литьё"], certificates=[held]))
    for day, certificates in ((DAY, {"ISO 9001"}), (date(2026, 11, 25), set())):
        today.day = day
        with runtime.database.reading() as session:
            (document,) = keepers[0].catch_up(session).documents()
        assert document.certificates == certificates


def test_reload_builds_from_the_tables(runtime: Runtime, keepers: list[IndexKeeper]) -> None:
    store(runtime, profile(external_id="a", capabilities=["Литьё"]))
    with runtime.database.reading() as session:
        first = keepers[0].catch_up(session)
        again = keepers[0].reload(session)
    assert again is not first
    assert titles(again) == titles(first)


class LetterEncoder:
    """Means by a text how often each letter stands in it."""

    model = "letters-1"

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        rows = np.array([[text.lower().count(letter) + 0.1 for letter in "абвгдежз"] for text in texts])
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def test_vectors_filled_in_later_are_a_change_that_every_index_takes_up(
    runtime: Runtime, today: Today
) -> None:
    encoder = LetterEncoder()
    keeper = IndexKeeper(partial(build_index, Geography({})), today, encoder=encoder)
    store(runtime, profile(external_id="a", capabilities=["Литьё", "Ковка"]))
    with runtime.database.reading() as session:
        before = keeper.catch_up(session)
        missing = meanings.without_vectors(session, Conditions(DAY, encoder))
    asked = MatchDocument("", "", StatementKind.NEED, "", "Литьё")
    wish = Wish(replace(asked, passages=encoded([asked], encoder)[0]), DAY)

    def meant(index: Index) -> set[str]:
        found = index.search(wish).matches
        return {match.document.title for match in found for one in match.evidence if one.signal == "meaning"}

    assert meant(before) == set()
    with runtime.database.writing() as session:
        meanings.encode(session, ADMIN, Conditions(DAY, encoder), missing)
    with runtime.database.reading() as session:
        after = keeper.catch_up(session)
        assert meanings.without_vectors(session, Conditions(DAY, encoder)) == []
    assert after.version == before.version + 2
    assert meant(after) == {"Литьё", "Ковка"}
