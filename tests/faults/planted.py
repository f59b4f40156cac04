"""The service with a defect planted in it, for harnesses that must notice.

`TEST_DEFECT=NAME python -m tests.faults.planted serve` starts it. Only this entry point reads a defect's
name; the service itself knows nothing of them. Worker processes import this module again, so the defect is
in each of them.
"""

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy.orm import Session

from app.storage import changes
from app.storage.database import Database

DEFECT = "TEST_DEFECT"
LATE = 0.4
"""Seconds by which a planted second step comes late: long enough for a kill to fall into."""


def ack_early() -> None:
    """The answer is given before the change is stored."""

    @contextmanager
    def writing(database: Database) -> Iterator[Session]:
        session = database._writers()
        try:
            yield session
            session.flush()
        except BaseException:
            session.rollback()
            session.close()
            raise
        threading.Thread(target=lambda: (time.sleep(LATE), session.commit(), session.close())).start()

    Database.writing = writing  # type: ignore[method-assign]


def split_tx() -> None:
    """The change is stored in one transaction, its line of the feed in another."""
    right, stored = changes.record, Database.writing

    def later(session: Session, *given: Any, **named: Any) -> None:
        session.info.setdefault("feed", []).append((given, named))

    @contextmanager
    def writing(database: Database) -> Iterator[Session]:
        with stored(database) as session:
            yield session
        if session.info.get("feed"):
            time.sleep(LATE)
            with stored(database) as second:
                for given, named in session.info["feed"]:
                    right(second, *given, **named)

    changes.record = later
    Database.writing = writing  # type: ignore[method-assign]


def stale_index() -> None:
    """The index is that of the start, whatever was changed since."""
    from app.indexing import IndexKeeper

    right = IndexKeeper.catch_up

    def catch_up(keeper: IndexKeeper, session: Session) -> Any:
        known = getattr(stale_index, "index", None)
        if known is None:
            known = stale_index.index = right(keeper, session)  # type: ignore[attr-defined]
        return known

    IndexKeeper.catch_up = catch_up  # type: ignore[method-assign]


DEFECTS: Mapping[str, Callable[[], None]] = {
    defect.__name__: defect for defect in (ack_early, split_tx, stale_index)
}

if os.environ.get(DEFECT):
    DEFECTS[os.environ[DEFECT]]()

if __name__ == "__main__":
    from app.cli import app

    app(sys.argv[1:])
