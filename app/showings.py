"""Recording what members and centres were shown, beside the requests, where the operator has turned it on.

It is for evaluation, so losing some is tolerable: lists that wait when the process is killed, that come while
the database is away, or that find MOST_WAITING before them are left out.
"""

import threading
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import structlog
from sqlalchemy.exc import SQLAlchemyError

from app.access import Caller, Centre, Member
from app.storage import showings
from app.storage.database import Database
from app.storage.showings import ShownList, ShownPartner

MOST_WAITING = 1_000
"""Lists held in memory at most: with 100 partners each, about 20 MB."""

AT_ONCE = 50
"""Lists written in one transaction, so that a request that writes waits but a moment."""

log = structlog.get_logger("smezhnik.showings")


class Showings:
    """Writes lists in a thread of its own; `days` is how long they are kept, 0 records nothing."""

    def __init__(self, database: Database, days: int) -> None:
        self._database = database
        self._days = days
        self._lock = threading.Lock()
        self._waiting: deque[tuple[Caller, ShownList]] = deque()
        self._writer: ThreadPoolExecutor | None = None
        self.lost = 0

    def wants(self, caller: Caller) -> bool:
        """Whether what this caller is shown is recorded: never a visitor's."""
        return self._days > 0 and isinstance(caller, Member | Centre)

    def note(
        self, caller: Caller, organisation_id: str, day: date, model: str, partners: list[ShownPartner]
    ) -> None:
        """The caller was shown this list for an organisation; whether it acts for it is looked up later."""
        if not partners or not self.wants(caller):
            return
        shown = ShownList(organisation_id, day, day + timedelta(days=self._days), model, partners)
        with self._lock:
            if len(self._waiting) >= MOST_WAITING:
                self.lost += 1
                return
            self._waiting.append((caller, shown))
            if self._writer is None:
                self._writer = ThreadPoolExecutor(1, "showings")
            self._writer.submit(self._write)

    def close(self) -> None:
        """Write what waits, and end the thread; a later note starts another."""
        with self._lock:
            writer, self._writer = self._writer, None
        if writer is not None:
            writer.shutdown()
        if self.lost:
            log.warning("lists shown and not recorded", lost=self.lost)

    def _write(self) -> None:
        with self._lock:
            lists = [self._waiting.popleft() for _ in range(min(AT_ONCE, len(self._waiting)))]
        if not lists:
            return
        try:
            with self._database.writing() as session:
                for caller, shown in lists:
                    showings.keep(session, caller, shown)
        except SQLAlchemyError as error:
            self.lost += len(lists)
            log.warning("lists shown and not recorded", lost=len(lists), kind=type(error).__name__)
