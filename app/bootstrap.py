"""The only place where live objects are made: settings become a database, an index keeper and a clock."""

import fcntl
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, make_url

from app import reference
from app.answers import AnswerCache
from app.clock import Deadlines, day_of
from app.configured import encoder_of, limiter_of, post_of, reach_of, terms_of
from app.indexing import IndexKeeper
from app.key_use import KeyUse
from app.matching import kernel, relations
from app.matching.documents import MatchDocument
from app.matching.engine import MatchIndex
from app.matching.geography import Geography, Place
from app.matching.semantics import Encoder
from app.outbound.addresses import Reach
from app.outbound.mail import Post
from app.rates import RateLimiter
from app.settings import Settings
from app.showings import Showings
from app.storage import reference as reference_tables
from app.storage.database import Database, connect
from app.storage.documents import Conditions
from app.usecases.digests import Schedule
from app.usecases.introductions import Terms
from app.vocabulary import Language


class SchemaMismatch(RuntimeError):
    """The database's tables are not those this code was written for."""


@dataclass(frozen=True, slots=True)
class Runtime:
    """The live objects of one process."""

    database: Database
    keeper: IndexKeeper
    answers: AnswerCache
    clock: Callable[[], datetime]
    deadlines: Deadlines
    encoder: Encoder | None
    admin_key: str | None
    test_keys: bool
    key_use: KeyUse
    showings: Showings
    language: Language
    public_url: str
    site_contact: str
    reach: Reach
    post: Post
    limiter: RateLimiter
    digests: Schedule
    feedback_hide_days: int
    terms: Terms


def conditions(runtime: Runtime) -> Conditions:
    """Under which statements are read and written just now."""
    return Conditions(day_of(runtime.clock()), runtime.encoder, runtime.deadlines)


def geography() -> Geography:
    """Where the regions lie."""
    places = {
        region.code: Place(region.latitude, region.longitude, region.district)
        for region in reference.regions().values()
    }
    return Geography(places)


def build_index(geography: Geography, documents: Iterable[MatchDocument], version: int) -> MatchIndex:
    """The index of exactly these documents: the engine everybody gets."""
    return MatchIndex.build(documents, geography, version)


def warm() -> None:
    """Compile what the engine compiles at its first use."""
    kernel.warm()
    relations.warm()


def start(
    settings: Settings,
    clock: Callable[[], datetime] | None = None,
    settle: Callable[[], None] = lambda: None,
) -> Runtime:
    """Everything a process needs, on a database that is at this code's migration.

    An empty SQLite file is migrated on the way. `settle` is called whenever an index was built.
    Raises SchemaMismatch where the tables do not fit.
    """
    clock = clock or (lambda: datetime.now(UTC))
    database = connect(settings.database_url, settings.database_pool_size)
    try:
        prepare(settings.database_url, database)
    except BaseException:
        database.dispose()
        raise
    encoder = encoder_of(settings)
    today = lambda: day_of(clock())  # noqa: E731 - the keeper asks it at midnight too
    return Runtime(
        database=database,
        keeper=IndexKeeper(partial(build_index, geography()), today, settings.rebuild_share, encoder, settle),
        answers=AnswerCache(settings.answer_cache_bytes),
        clock=clock,
        deadlines=Deadlines(settings.review_days, settings.expiry_warning_days),
        encoder=encoder,
        admin_key=settings.admin_key.get_secret_value() if settings.admin_key else None,
        test_keys=settings.test_keys,
        key_use=KeyUse(database),
        showings=Showings(database, settings.record_shown_days),
        language=settings.language,
        public_url=settings.public_url,
        site_contact=settings.site_contact,
        reach=reach_of(settings),
        post=post_of(settings),
        limiter=limiter_of(settings),
        digests=Schedule(settings.digest_weekday, settings.digest_hour),
        feedback_hide_days=settings.feedback_hide_days,
        terms=terms_of(settings),
    )


def prepare(url: str, database: Database) -> None:
    """Migrate an empty SQLite file; refuse any other database that is not at this code's migration."""
    if url.startswith("sqlite"):
        with _alone_in_folder(url):
            if _is_empty(database):
                upgrade(url, database)
    found, wanted = schema_revision(database), newest_revision()
    if found is not None and not _is_known(found):
        raise SchemaMismatch(
            f"the database is at migration {found}, which is newer than this code: install the newer version"
        )
    if found != wanted:
        raise SchemaMismatch(
            f"the database is at migration {found or 'none'}, this code needs {wanted}: "
            "run “smezhnik db upgrade”"
        )


def _is_empty(database: Database) -> bool:
    with database.read_engine.connect() as connection:
        return not inspect(connection).get_table_names()


def _is_known(revision: str) -> bool:
    return any(script.revision == revision for script in ScriptDirectory(str(_migrations())).walk_revisions())


@contextmanager
def _alone_in_folder(url: str) -> Iterator[None]:
    """Wait for other processes that prepare a file in the same folder.

    The lock is on the folder: closing a second handle of the file itself would drop SQLite's own locks.
    """
    folder = os.open(Path(make_url(url).database or ".").resolve().parent, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def upgrade(url: str, database: Database) -> None:
    """Bring the tables to the newest migration and the reference rows to the shipped data."""
    command.upgrade(alembic_config(url), "head")
    with database.writing() as session:
        reference_tables.load(session)


def alembic_config(url: str) -> Config:
    """Alembic's configuration for this database, without an ini file."""
    config = Config()
    config.set_main_option("script_location", str(_migrations()))
    config.attributes["url"] = url
    return config


def schema_revision(database: Database) -> str | None:
    """The migration the database is at; None where it has no tables."""
    with database.read_engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return MigrationContext.configure(connection).get_current_revision()


def newest_revision() -> str | None:
    """The migration this code was written for."""
    return ScriptDirectory(str(_migrations())).get_current_head()


def _migrations() -> Path:
    installed = Path(__file__).parent / "migrations"
    return installed if installed.is_dir() else Path(__file__).parent.parent / "alembic"
