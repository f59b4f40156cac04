"""The service over a world of its own, whose writes are undone; made once for a whole module."""

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pydantic import SecretStr
from starlette.testclient import TestClient

from app import bootstrap, main, worker
from app.api import front
from app.settings import Settings
from tests import databases
from tests.access import world
from tests.access.matrix import Matrix, Undoing
from tests.conftest import ADMIN_KEY


@contextmanager
def matrix_over(url: str) -> Iterator[Matrix]:
    """The matrix over a migrated database, which is filled."""
    # Thousands of questions in a minute, and more than one wrong key.
    unlimited = {"rate_per_key": 0, "rate_per_address": 0, "rate_failed_keys": 0}
    settings = Settings(database_url=url, admin_key=SecretStr(ADMIN_KEY), encoder=False, **unlimited)
    runtime = bootstrap.start(settings, lambda: world.NOW)
    with runtime.database.writing() as session:
        made = world.build(session)
    worker.do_duty(runtime, "map_gaps")
    undoing = Undoing(runtime.database)
    app = main.create_app(dataclasses.replace(runtime, database=undoing), settings)  # type: ignore[arg-type]
    with pytest.MonkeyPatch.context() as quiet, TestClient(app, raise_server_exceptions=False) as client:
        # Thousands of lines that nobody reads; tests/api/test_keys.py looks at what they hold.
        quiet.setattr(front.log, "info", lambda *_, **__: None)
        yield Matrix(made, client, undoing, runtime.answers)


@pytest.fixture(scope="module")
def matrix(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Matrix]:
    """The matrix on SQLite."""
    with matrix_over(databases.sqlite_copy(sqlite_template, tmp_path_factory.mktemp("matrix"))) as found:
        yield found
