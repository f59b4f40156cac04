"""What every test may ask for: a database of its own, the service over it, and an administrator's key."""

import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import structlog
from pydantic import SecretStr

from app import bootstrap
from app.bootstrap import Runtime
from app.settings import PREFIX, Settings
from tests import databases
from tests.databases import KINDS, NoPostgres, PostgresTemplate

if TYPE_CHECKING:
    from starlette.testclient import TestClient
    from xdist.scheduler import LoadScopeScheduling

ADMIN_KEY = "a-key-for-tests-only"
DATABASE = "database"

for name in [name for name in os.environ if name.upper().startswith(PREFIX)]:
    # A developer's own settings must not decide whether a test passes.
    del os.environ[name]

# Drawn with every local variable, as structlog does by itself, one traceback takes ten seconds of a core.
structlog.configure(
    processors=[
        *structlog.get_config()["processors"][:-1],
        structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
    ]
)


TOGETHER = "tests/browser/"
"""Tests that one worker runs, module after module: they share a browser and a service."""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> "LoadScopeScheduling | None":
    """A module is run by one worker, and so is the folder of the browser."""
    if config.getvalue("dist") != "loadscope":
        return None
    from xdist.scheduler import LoadScopeScheduling

    class Scheduling(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            scope: str = super()._split_scope(nodeid)
            return TOGETHER if nodeid.startswith(TOGETHER) else scope

    return Scheduling(config, log)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file that nobody writes to."""
    return databases.sqlite_template(tmp_path_factory.mktemp("template"))


@pytest.fixture(scope="session")
def postgres_template() -> Iterator[PostgresTemplate]:
    """A migrated PostgreSQL database; skipped without a server, which fails in CI."""
    with ExitStack() as stack:
        try:
            template = stack.enter_context(databases.postgres_template())
        except NoPostgres as error:
            pytest.skip(f"no PostgreSQL: {error}")
        yield template


@pytest.fixture
def sqlite_url(tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """A migrated SQLite database of this test's own."""
    request.node.user_properties.append((DATABASE, "sqlite"))
    return databases.sqlite_copy(request.getfixturevalue("sqlite_template"), tmp_path)


@pytest.fixture
def postgres_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """A migrated PostgreSQL database of this test's own."""
    request.node.user_properties.append((DATABASE, "postgresql"))
    template: PostgresTemplate = request.getfixturevalue("postgres_template")
    with template.fresh() as url:
        yield url


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest) -> str:
    """A migrated database of this test's own, once of each kind."""
    url: str = request.getfixturevalue({"sqlite": "sqlite_url", "postgresql": "postgres_url"}[request.param])
    return url


@pytest.fixture
def settings(database_url: str) -> Settings:
    """The settings of the service under test; a module may override this fixture or `database_url`."""
    return Settings(database_url=database_url, admin_key=SecretStr(ADMIN_KEY))


@pytest.fixture
def clock() -> Callable[[], datetime] | None:
    """The time the service sees; override it to hold the time."""
    return None


@pytest.fixture
def runtime(settings: Settings, clock: Callable[[], datetime] | None) -> Iterator[Runtime]:
    """The live objects over this test's database."""
    running = bootstrap.start(settings, clock)
    try:
        yield running
    finally:
        running.keeper.wait(30)
        running.database.dispose()


@pytest.fixture
def client(runtime: Runtime, settings: Settings) -> Iterator["TestClient"]:
    """The whole service over HTTP; what goes wrong in it is an answer, not an exception."""
    from starlette.testclient import TestClient

    from app import main  # most tests need no web framework, and start sooner without it

    with TestClient(main.create_app(runtime, settings), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def admin() -> dict[str, str]:
    """The headers of the administrator."""
    return {"Authorization": f"Bearer {ADMIN_KEY}"}


def pytest_sessionfinish(session: pytest.Session) -> None:
    """In CI a database without tests on it is a failure."""
    if not hasattr(session.config, "workerinput") and _untested(session.config):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say which databases the tests ran on."""
    terminalreporter.section("databases")
    ran, asked = _counts(config)
    for kind in KINDS:
        line = f"{kind}: {ran[kind]} tests ran"
        if ran[kind]:
            terminalreporter.line(line, green=True)
        elif asked[kind]:
            terminalreporter.line(f"{line}, {asked[kind]} WANTED IT: see their reasons", red=True, bold=True)
        else:
            terminalreporter.line(f"{line}, none was selected", yellow=True)
    if untested := _untested(config):
        terminalreporter.line(f"CI FAILS: not tested on {', '.join(untested)}", red=True, bold=True)


def _counts(config: pytest.Config) -> tuple[Counter[str], Counter[str]]:
    """How many tests ran on each database, and how many wanted one."""
    ran, asked = Counter[str](), Counter[str]()
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    for reports in reporter.stats.values() if reporter else ():
        for report in reports:
            kinds = {kind for key, kind in getattr(report, "user_properties", ()) if key == DATABASE}
            if kinds and report.when == "setup":
                asked.update(kinds)
            elif kinds and report.when == "call":
                ran.update(kinds)
    return ran, asked


def _untested(config: pytest.Config) -> list[str]:
    """The databases this run in CI should have been on, and was not."""
    if os.environ.get("CI", "").lower() not in ("1", "true") or config.option.collectonly:
        return []
    ran, asked = _counts(config)
    narrowed = config.args_source is not pytest.Config.ArgsSource.TESTPATHS or config.option.keyword
    return [kind for kind in KINDS if not ran[kind] and (asked[kind] or not narrowed)]
