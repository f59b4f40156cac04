"""Noting when keys were last used, beside the requests: no read waits for a write or fails with it."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import structlog
from sqlalchemy.exc import SQLAlchemyError

from app.storage import keys
from app.storage.database import Database

OFTEN_ENOUGH = timedelta(minutes=1)
"""Uses of a key within this time are noted once, over all workers: each sees the other's note in the row."""

log = structlog.get_logger("smezhnik.keys")


class KeyUse:
    """Writes `last_used_at` in a thread of its own, one key at a time; a note that fails is left out."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._writer: ThreadPoolExecutor | None = None
        self._waiting: set[str] = set()

    def note(self, key_id: str, noted_at: datetime | None, now: datetime) -> None:
        """The key was used now; `noted_at` is what its row says of the last time."""
        if noted_at is not None and now - noted_at < OFTEN_ENOUGH:
            return
        with self._lock:
            if key_id in self._waiting:
                return
            self._waiting.add(key_id)
            if self._writer is None:
                self._writer = ThreadPoolExecutor(1, "key-use")
            self._writer.submit(self._write, key_id, now)

    def close(self) -> None:
        """Write what waits, and end the thread; a later note starts another."""
        with self._lock:
            writer, self._writer = self._writer, None
        if writer is not None:
            writer.shutdown()

    def _write(self, key_id: str, now: datetime) -> None:
        try:
            with self._database.writing() as session:
                keys.stamp_use(session, key_id, now)
        except SQLAlchemyError as error:
            log.warning("use of a key not noted", key=key_id, kind=type(error).__name__)
        finally:
            with self._lock:
                self._waiting.discard(key_id)
