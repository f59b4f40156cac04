"""Holding the current index, and bringing it up to the change feed before anybody is answered from it."""

import threading
from collections.abc import Callable, Iterable
from datetime import date
from typing import Protocol, Self

from sqlalchemy.orm import Session

from app.matching.documents import Index, MatchDocument
from app.matching.semantics import Encoder
from app.storage import changes
from app.storage.documents import Conditions, live_documents
from app.storage.statements import party_of

WHOLE_RELOAD = 5_000
"""Touched organisations from which reading the whole directory is cheaper than reading them by id."""

SMALLEST_DELTA = 500
"""Changed statements that are never worth a rebuild; ENGINE.md measured +25 µs a search at 1,000."""


class GrowingIndex(Index, Protocol):
    """An index that is kept up to date: what the keeper needs beyond what answers are made from."""

    @property
    def delta_size(self) -> int:
        """How many statements differ from the last build."""

    def refreshed(self) -> Self:
        """The same statements in a fresh build."""


Build = Callable[[Iterable[MatchDocument], int], GrowingIndex]
"""Makes the index of exactly these documents, true for this version of the feed."""


class IndexKeeper:
    """The only one that replaces an index; running requests keep the one they were given."""

    def __init__(
        self,
        build: Build,
        today: Callable[[], date],
        rebuild_share: float = 0.1,
        encoder: Encoder | None = None,
        settle: Callable[[], None] = lambda: None,
    ) -> None:
        """`settle` is called whenever an index was built that will stay."""
        self._build = build
        self._settle = settle
        self._today = today
        self._rebuild_share = rebuild_share
        self._encoder = encoder
        self._lock = threading.Lock()
        self._current: GrowingIndex | None = None
        self._built_on: date | None = None
        self._generation = 0
        self._rebuild: threading.Thread | None = None

    @property
    def current(self) -> GrowingIndex | None:
        """The newest index, for those who only look at it; None before the first one is built."""
        return self._current

    def catch_up(self, session: Session) -> GrowingIndex:
        """An index that knows every change this session sees."""
        seq = changes.last_seq(session)
        index = self._current
        if index is None or index.version < seq or self._built_on != self._today():
            with self._lock:
                index = self._brought_to(session, seq)
                self._rebuild_when_due(index)
        return index

    def reload(self, session: Session) -> GrowingIndex:
        """An index built anew from the database."""
        with self._lock:
            self._current = None
            return self._brought_to(session, changes.last_seq(session))

    def wait(self, timeout: float | None = None) -> None:
        """Wait for a rebuild in the background, if one runs."""
        thread = self._rebuild
        if thread is not None:
            thread.join(timeout)

    def _brought_to(self, session: Session, seq: int) -> GrowingIndex:
        index = self._current
        # Certificates lapse at midnight without a change in the feed. A session older than the index
        # must not replace it: another request of today will.
        new_day = index is not None and self._built_on != self._today() and index.version <= seq
        if index is None or new_day:
            index = self._read_all(session, seq)
        elif index.version < seq:
            touched = changes.touched_organisations(session, index.version)
            if len(touched) > WHOLE_RELOAD:
                index = self._read_all(session, seq)
            else:
                documents = live_documents(session, self._conditions(), touched)
                # The anonymous statements of an organisation are another party to the index.
                parties = touched | {party_of(one) for one in touched}
                index = index.with_changes(parties, documents, seq)
        self._current = index
        return index

    def _read_all(self, session: Session, seq: int) -> GrowingIndex:
        conditions = self._conditions()
        index = self._build(live_documents(session, conditions), seq)
        self._built_on = conditions.today
        self._generation += 1
        self._settle()
        return index

    def _conditions(self) -> Conditions:
        return Conditions(self._today(), self._encoder)

    def _rebuild_when_due(self, index: GrowingIndex) -> None:
        due = index.delta_size > max(SMALLEST_DELTA, self._rebuild_share * index.size)
        if due and (self._rebuild is None or not self._rebuild.is_alive()):
            arguments = (index, self._generation)
            self._rebuild = threading.Thread(target=self._rebuilt, args=arguments, name="index", daemon=True)
            self._rebuild.start()

    def _rebuilt(self, old: GrowingIndex, generation: int) -> None:
        fresh = old.refreshed()
        self._settle()
        with self._lock:
            # Where the whole directory was read again meanwhile, that index is newer than ours. What else
            # changed meanwhile is behind our version in the feed: the next request applies it.
            if generation == self._generation:
                self._current = fresh
