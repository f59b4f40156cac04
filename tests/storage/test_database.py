"""The promises of the two ways into the database, on SQLite and on PostgreSQL."""

import threading
from collections.abc import Iterator

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.storage.database import Database, connect

CLIENTS, ROUNDS = 8, 15


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = connect(database_url)
    yield database
    database.dispose()


def test_no_update_is_lost_when_many_processes_read_then_write(database: Database, database_url: str) -> None:
    with database.writing() as session:
        session.execute(text("CREATE TABLE counter (n INTEGER NOT NULL)"))
        session.execute(text("INSERT INTO counter VALUES (0)"))

    def add() -> None:
        own = connect(database_url)  # a pool of its own, as another process has
        for _ in range(ROUNDS):
            with own.writing() as session:
                lock = "" if session.get_bind().dialect.name == "sqlite" else " FOR UPDATE"
                value = session.scalar(text(f"SELECT n FROM counter{lock}"))
                session.execute(text("UPDATE counter SET n = :n"), {"n": value + 1})
        own.dispose()

    threads = [threading.Thread(target=add) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as session:
        assert session.scalar(text("SELECT n FROM counter")) == CLIENTS * ROUNDS


def test_a_reader_sees_one_snapshot(database: Database) -> None:
    with database.writing() as session:
        session.execute(text("CREATE TABLE seen (n INTEGER)"))
    with database.reading() as reader:
        assert reader.scalar(text("SELECT count(*) FROM seen")) == 0
        with database.writing() as session:
            session.execute(text("INSERT INTO seen VALUES (1)"))
        assert reader.scalar(text("SELECT count(*) FROM seen")) == 0
    with database.reading() as reader:
        assert reader.scalar(text("SELECT count(*) FROM seen")) == 1


def test_a_failed_change_leaves_nothing(database: Database) -> None:
    with database.writing() as session:
        session.execute(text("CREATE TABLE half (n INTEGER)"))

    def fail_after_insert() -> None:
        with database.writing() as session:
            session.execute(text("INSERT INTO half VALUES (1)"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_after_insert()
    with database.reading() as reader:
        assert reader.scalar(text("SELECT count(*) FROM half")) == 0


def test_foreign_keys_are_enforced(database: Database) -> None:
    with pytest.raises(DBAPIError), database.writing() as session:
        session.execute(
            text("INSERT INTO statement_code (statement_id, scheme, code) VALUES ('none', 'okpd2', '01')")
        )


def test_a_live_sqlite_connection_survives_power_loss(sqlite_url: str) -> None:
    database = connect(sqlite_url)
    for way in (database.reading, database.writing):
        with way() as session:
            pragmas = {
                name: session.scalar(text(f"PRAGMA {name}"))
                for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
            }
            wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}
            assert pragmas == wanted
    database.dispose()


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://host/name"])
def test_other_databases_are_refused_in_words(url: str) -> None:
    with pytest.raises(ValueError, match=r"SQLite|supported"):
        connect(url)
