"""What routes are given: a session, the index, the caller, the language, the version a change is based on."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Header, Path, Query, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy.orm import Session

from app.access import Admin, Caller, Website, Writer
from app.api import idempotency
from app.api.callers import Door, admit, is_first_admin
from app.api.languages import language_of
from app.api.live import Runtime, runtime_of
from app.clock import day_of
from app.errors import Invalid, NotFound, PreconditionRequired, Unauthorized, Violation
from app.matching.documents import Index
from app.schemas.texts import Strict
from app.storage.asking import Asking
from app.storage.documents import Conditions
from app.usecases.keys import Desk
from app.vocabulary import Language

SESSIONS_AT_ONCE = 10
"""Requests of one kind that hold a session at a time; further ones wait without taking a thread."""

ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
VERSION_TAG = re.compile(r'"v([1-9]\d{0,8})"')

# What waits for nothing is a coroutine: handing it to a thread costs more than doing it.

bearer = HTTPBearer(auto_error=False, description="A key: `smz_live_…`, `smz_test_…` or `smz_pub_…`.")


def read_session(request: Request) -> Iterator[Session]:
    """A session that sees one snapshot for the whole request."""
    with runtime_of(request).database.reading() as session:
        yield session


def write_session(request: Request) -> Iterator[Session]:
    """A session that commits before the response is sent, or, for a keyed POST, together with it."""
    yield from idempotency.sessions(request, runtime_of(request).database)


ReadSession = Annotated[Session, Depends(read_session, scope="function", max_concurrency=SESSIONS_AT_ONCE)]
WriteSession = Annotated[Session, Depends(write_session, scope="function", max_concurrency=SESSIONS_AT_ONCE)]


def index(request: Request, session: ReadSession) -> Index:
    """An index that knows every change the request's own session sees."""
    return runtime_of(request).keeper.catch_up(session)


async def desk(request: Request) -> Desk:
    """The moment by which keys are judged, and whether this is a trial installation."""
    runtime = runtime_of(request)
    return Desk(runtime.clock(), runtime.test_keys)


AtDesk = Annotated[Desk, Depends(desk)]
SentKey = Annotated[HTTPAuthorizationCredentials | None, Security(bearer)]


async def door(request: Request, desk: AtDesk) -> Door:
    """What callers are checked with."""
    runtime = runtime_of(request)
    return Door(runtime.admin_key, desk, runtime.key_use.note)


AtDoor = Annotated[Door, Depends(door)]


def caller(request: Request, key: SentKey, session: ReadSession, door: AtDoor) -> Caller:
    """Who asks, as the rule of an operation that reads lets them in."""
    return admit(request, key, session, door)


def writer(request: Request, key: SentKey, session: WriteSession, door: AtDoor) -> Writer:
    """Who asks, as the rule of an operation that writes lets them in; never a visitor."""
    admitted = admit(request, key, session, door)
    if isinstance(admitted, Website):
        raise Unauthorized
    return admitted


def known_at_once(authorization: str | None, runtime: Runtime) -> Caller | None:
    """Who asks, where it takes no look into the database; None for those `caller` must look up or refuse."""
    if authorization is None:
        return Website()
    scheme, _, key = authorization.partition(" ")
    return Admin() if scheme.lower() == "bearer" and is_first_admin(key, runtime.admin_key) else None


def first_time(request: Request, session: WriteSession, caller: Annotated[Writer, Depends(writer)]) -> None:
    """Pass a request that was not served before; raise Replayed with its answer otherwise."""
    idempotency.begin(request, session, caller, runtime_of(request).clock())


async def language(request: Request) -> Language:
    """The language the caller reads best."""
    return language_of(request.headers.get("accept-language"), runtime_of(request).language)


def conditions(runtime: Runtime) -> Conditions:
    """The calendar day in Moscow, by which statements expire, the encoder of meanings, the deadlines."""
    return Conditions(day_of(runtime.clock()), runtime.encoder, runtime.deadlines)


async def conditions_now(request: Request) -> Conditions:
    """The conditions under which this request is served."""
    return conditions(runtime_of(request))


async def if_match(if_match: Annotated[str | None, Header(examples=['"v1"'])] = None) -> int:
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


async def organisation_id(
    organisation_id: Annotated[str, Path(json_schema_extra={"format": "uuid"})],
) -> str:
    """The id from the path. Raises NotFound for what cannot be an id."""
    return id_in_path(organisation_id)


async def statement_id(statement_id: Annotated[str, Path(json_schema_extra={"format": "uuid"})]) -> str:
    """The id from the path. Raises NotFound for what cannot be an id."""
    return id_in_path(statement_id)


class NoParameters(Strict):
    """An operation without query parameters refuses any, by name."""


async def _no_parameters(_: Annotated[NoParameters, Query()]) -> None: ...


NO_PARAMETERS = Depends(_no_parameters)
CurrentIndex = Annotated[Index, Depends(index)]
AnyCaller = Annotated[Caller, Depends(caller)]
KeyHolder = Annotated[Writer, Depends(writer)]
Speech = Annotated[Language, Depends(language)]
UnderConditions = Annotated[Conditions, Depends(conditions_now)]


async def asking(
    conditions: UnderConditions, session: ReadSession, caller: AnyCaller, index: CurrentIndex
) -> Asking:
    """What one request asks with; the day is read first, so that a later look tells whether it ended."""
    return Asking(session, index, caller, conditions)


Question = Annotated[Asking, Depends(asking)]


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


async def reading(
    session: ReadSession, caller: AnyCaller, language: Speech, conditions: UnderConditions
) -> Reading:
    """A snapshot, and who looks at it."""
    return Reading(session, caller, language, conditions)


async def writing(
    session: WriteSession,
    caller: KeyHolder,
    language: Speech,
    conditions: UnderConditions,
    _: Annotated[None, Depends(first_time)],
) -> Writing:
    """A transaction, and who makes it."""
    return Writing(session, caller, language, conditions)


Reads = Annotated[Reading, Depends(reading)]
Writes = Annotated[Writing, Depends(writing)]
BasedOn = Annotated[int, Depends(if_match)]
OrganisationId = Annotated[str, Depends(organisation_id)]
StatementId = Annotated[str, Depends(statement_id)]
