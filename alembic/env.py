"""Running migrations: the URL comes from the caller, or from the settings when Alembic is run by hand."""

from alembic import context
from sqlalchemy import Connection, create_engine, pool, text

import app.storage  # noqa: F401  (registers all tables)
from app.settings import read_settings
from app.storage.mapping import Table


def url() -> str:
    """The database to migrate."""
    given = context.config.attributes.get("url")
    return str(given) if given else read_settings().database_url


def run(connection: Connection) -> None:
    """Run the migrations in one transaction each."""
    sqlite = connection.dialect.name == "sqlite"
    context.configure(
        connection=connection,
        target_metadata=Table.metadata,
        render_as_batch=sqlite,
        compare_type=True,
        compare_server_default=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()
    if sqlite:
        broken = connection.execute(text("PRAGMA foreign_key_check")).all()
        if broken:
            raise RuntimeError(f"migration left broken references: {broken[:10]}")


def online() -> None:
    """Connect and migrate.

    On SQLite foreign keys stay off meanwhile: a batch rebuild of a parent table with them on
    deletes the children without a word (RELIABILITY.md, trap 21).
    """
    engine = create_engine(url(), poolclass=pool.NullPool, hide_parameters=True)
    with engine.connect() as connection:
        run(connection)
        connection.commit()
    engine.dispose()


if context.is_offline_mode():
    raise SystemExit("offline migrations are not supported: give a database")
online()
