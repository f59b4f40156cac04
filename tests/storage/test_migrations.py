"""Migrations up, down and up again, on a filled database, without losing what they do not touch."""

from alembic import command
from sqlalchemy import inspect, text

from app import bootstrap
from app.storage.database import connect
from app.storage.mapping import Table


def test_the_migrated_tables_are_those_of_the_code(database_url: str) -> None:
    command.check(bootstrap.alembic_config(database_url))


def test_down_to_nothing_and_up_again(database_url: str) -> None:
    config = bootstrap.alembic_config(database_url)
    command.downgrade(config, "base")
    database = connect(database_url)
    assert set(inspect(database.read_engine).get_table_names()) <= {"alembic_version"}
    database.dispose()
    bootstrap.upgrade(database_url, database)
    command.check(config)
    assert set(Table.metadata.tables) <= set(inspect(database.read_engine).get_table_names())
    with database.reading() as session:
        assert session.scalar(text("SELECT count(*) FROM region")) == 89
    database.dispose()


def test_an_upgrade_of_an_upgraded_database_changes_nothing(database_url: str) -> None:
    database = connect(database_url)
    before = bootstrap.schema_revision(database)
    bootstrap.upgrade(database_url, database)
    assert bootstrap.schema_revision(database) == before == bootstrap.newest_revision()
    database.dispose()
