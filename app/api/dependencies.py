"""What routes are given: a session, the index, the caller, the language, the version a change is based on."""

import re
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Annotated, Protocol

from fastapi import Depends, Header, Path, Query, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy.orm import Session

from app.access import Admin, Caller, Website, Writer
from app.api import idempotency
from app.api.languages import language_of
from app.errors import Invalid, NotFound, PreconditionRequired, Unauthorized, Violation
from app.matching.documents import Index
from app.matching.semantics import Encoder
from app.outbound.addresses import Reach
from app.schemas.texts import Strict
from app.storage.database import Database
from app.storage.documents import Conditions
from app.vocabulary import Language

SESSIONS_AT_ONCE = 10
"""Requests of one kind that hold a session at a time; further ones wait without taking a thread."""

MOSCOW = timezone(timedelta(hours=3))
ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
VERSION_TAG = re.compile(r'"v([1-9]\d{0,8})"')

bearer = HTTPBearer(auto_error=False, description="The administrator's key from SMEZHNIK_ADMIN_KEY.")


class Keeper(Protocol):
    """Whatever holds the current index."""

    def catch_up(self, session: Session) -> Index:
        """An index that knows every change this session sees."""


class Runtime(Protocol):
    """The live objects of the process, as the API needs them."""

    @property
    def database(self) -> Database: ...  # noqa: D102

    @property
    def keeper(self) -> Keeper: ...  # noqa: D102

    @property
    def clock(self) -> Callable[[], datetime]: ...  # noqa: D102

    @property
    def admin_key(self) -> str | None: ...  # noqa: D102

    @property
    def encoder(self) -> Encoder | None: ...  # noqa: D102

    @property
    def language(self) -> Language: ...  # noqa: D102

    @property
    def public_url(self) -> str: ...  # noqa: D102

    @property
    def reach(self) -> Reach: ...  # noqa: D102


def runtime_of(request: Request) -> Runtime:
    """The live objects that serve this request."""
    runtime: Runtime = request.app.state.runtime
    return runtime


def read_session(request: Request) -> Iterator[Session]:
    """A session that sees one snapshot for the whole request."""
    with runtime_of(request).database.reading() as session:
        yield session


ReadSession = Annotated[Session, Depends(read_session, scope="function", max_concurrency=SESSIONS_AT_ONCE)]


def index(request: Request, session: ReadSession) -> Index:
    """An index that knows every change the request's own session sees."""
    return runtime_of(request).keeper.catch_up(session)


def caller(request: Request, key: Annotated[HTTPAuthorizationCredentials | None, Security(bearer)]) -> Caller:
    """Who asks: a visitor or the administrator. Raises Unauthorized for an unknown key."""
    if key is None:
        if request.headers.get("authorization"):
            raise Unauthorized
        return Website()
    expected = runtime_of(request).admin_key
    if expected and secrets.compare_digest(key.credentials.encode(), expected.encode()):
        return Admin()
    raise Unauthorized


def writer(caller: Annotated[Caller, Depends(caller)]) -> Writer:
    """A caller who may change something. Raises Unauthorized for visitors."""
    if isinstance(caller, Website):
        raise Unauthorized
    return caller


def write_session(request: Request, caller: Annotated[Writer, Depends(writer)]) -> Iterator[Session]:
    """A session that commits before the response is sent; repeats with an Idempotency-Key end here."""
    runtime = runtime_of(request)
    yield from idempotency.sessions(request, runtime.database, caller, runtime.clock)


WriteSession = Annotated[Session, Depends(write_session, scope="function", max_concurrency=SESSIONS_AT_ONCE)]


def language(request: Request) -> Language:
    """The language the caller reads best."""
    return language_of(request.headers.get("accept-language"), runtime_of(request).language)


def conditions(request: Request) -> Conditions:
    """The calendar day in Moscow, by which statements expire, and the encoder of meanings."""
    runtime = runtime_of(request)
    return Conditions(runtime.clock().astimezone(MOSCOW).date(), runtime.encoder)


def if_match(if_match: Annotated[str | None, Header(examples=['"v1"'])] = None) -> int:
    """The version a change is based on. Raises PreconditionRequired without one."""
    if if_match is None:
        raise PreconditionRequired
    tag = VERSION_TAG.fullmatch(if_match.strip())
    if tag is None:
        raise Invalid([Violation("if-match", "etag_invalid", {"in": "header"})])
    return int(tag.group(1))


def id_in_path(value: str) -> str:
    """The value where it can be an id. Raises NotFound otherwise."""
    if not ID.fullmatch(value):
        raise NotFound(what="record", id=value[:40])
    return value


def organisation_id(
    organisation_id: Annotated[str, Path(json_schema_extra={"format": "uuid"})],
) -> str:
    """The id from the path. Raises NotFound for what cannot be an id."""
    return id_in_path(organisation_id)


def statement_id(statement_id: Annotated[str, Path(json_schema_extra={"format": "uuid"})]) -> str:
    """The id from the path. Raises NotFound for what cannot be an id."""
    return id_in_path(statement_id)


class NoParameters(Strict):
    """An operation without query parameters refuses any, by name."""


def _no_parameters(_: Annotated[NoParameters, Query()]) -> None: ...


NO_PARAMETERS = Depends(_no_parameters)
CurrentIndex = Annotated[Index, Depends(index)]
AnyCaller = Annotated[Caller, Depends(caller)]
KeyHolder = Annotated[Writer, Depends(writer)]
Speech = Annotated[Language, Depends(language)]
UnderConditions = Annotated[Conditions, Depends(conditions)]


@dataclass(frozen=True, slots=True)
class Reading:
    """What an operation that only reads works with."""

    session: Session
    caller: Caller
    language: Language
    conditions: Conditions


@dataclass(frozen=True, slots=True)
class Writing:
    """What an operation that changes something works with; it commits before the response is sent."""

    session: Session
    caller: Writer
    language: Language
    conditions: Conditions


def reading(
    session: ReadSession, caller: AnyCaller, language: Speech, conditions: UnderConditions
) -> Reading:
    """A snapshot, and who looks at it."""
    return Reading(session, caller, language, conditions)


def writing(
    session: WriteSession, caller: KeyHolder, language: Speech, conditions: UnderConditions
) -> Writing:
    """A transaction, and who makes it."""
    return Writing(session, caller, language, conditions)


Reads = Annotated[Reading, Depends(reading)]
Writes = Annotated[Writing, Depends(writing)]
BasedOn = Annotated[int, Depends(if_match)]
OrganisationId = Annotated[str, Depends(organisation_id)]
StatementId = Annotated[str, Depends(statement_id)]
