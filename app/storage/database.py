"""The two ways into the database: reading in one snapshot, writing one change at a time."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.orm import Session, sessionmaker

BUSY_TIMEOUT_MS = 30_000
"""How long a SQLite writer waits for its turn; RELIABILITY.md trap 3 found no lost update with it."""

LOG_TIMEOUT_MS = 2_000
"""How long an erasure waits for readers before it leaves the log to the next checkpoint."""

LEAVES_NOTHING = "leaves_nothing"


@dataclass(frozen=True, slots=True)
class Database:
    """Engines for reading and for writing, with their session makers."""

    read_engine: Engine
    write_engine: Engine
    _readers: sessionmaker[Session]
    _writers: sessionmaker[Session]

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that sees one snapshot and changes nothing."""
        with self._readers() as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session whose changes are committed when the block ends well, and undone otherwise."""
        with self._writers.begin() as session:
            yield session
        if session.info.get(LEAVES_NOTHING):
            self._empty_log()

    def dispose(self) -> None:
        """Close all connections."""
        self.read_engine.dispose()
        self.write_engine.dispose()

    def _empty_log(self) -> None:
        """Bring what was erased out of SQLite's write-ahead log too, unless a reader holds on to it."""
        if self.write_engine.dialect.name != "sqlite":
            return
        connection = self.write_engine.raw_connection()
        try:
            cursor = connection.cursor()
            cursor.execute(f"PRAGMA busy_timeout={LOG_TIMEOUT_MS}")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
            cursor.close()
        finally:
            connection.close()


def leaves_nothing(session: Session) -> None:
    """What this transaction removes shall not stay in any file of the database once it is committed."""
    session.info[LEAVES_NOTHING] = True


def connect(url: str, pool_size: int = 20) -> Database:
    """Open the database at a SQLAlchemy URL; `pool_size` bounds the connections of this process.

    Raises ValueError for a database that is neither a SQLite file nor PostgreSQL.
    """
    parsed = make_url(url)
    match parsed.get_backend_name():
        case "sqlite" if parsed.database and parsed.database != ":memory:":
            read, write = _sqlite(url, pool_size)
        case "postgresql":
            read, write = _postgresql(url, pool_size)
        case "sqlite":
            raise ValueError(
                "an in-memory SQLite database cannot be shared by readers and writers; name a file"
            )
        case other:
            raise ValueError(f"{other} is not supported; use sqlite:///FILE or postgresql+psycopg://…")
    return Database(
        read, write, sessionmaker(read, autoflush=False), sessionmaker(write, expire_on_commit=False)
    )


def _sqlite(url: str, pool_size: int) -> tuple[Engine, Engine]:
    read = create_engine(url, pool_size=pool_size, max_overflow=0, hide_parameters=True)
    # One writer at a time is all SQLite has; a pool of one queues them here, where waiting is cheap.
    write = create_engine(url, pool_size=1, max_overflow=0, pool_timeout=30, hide_parameters=True)
    for engine, begin in ((read, "BEGIN"), (write, "BEGIN IMMEDIATE")):
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_with(begin))
    return read, write


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # The driver's own transaction handling would run reads outside the transaction and lose updates.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_with(statement: str) -> Any:
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql(statement)

    return begin


def _postgresql(url: str, pool_size: int) -> tuple[Engine, Engine]:
    write = create_engine(
        url, pool_size=pool_size, max_overflow=0, pool_timeout=10, pool_pre_ping=True, hide_parameters=True
    )
    # One snapshot for the whole request: the feed position and the rows it is joined with must agree.
    read = write.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return read, write


def shown_url(url: str) -> str:
    """The database's URL as it may be shown: without the password."""
    return make_url(url).render_as_string(hide_password=True)
