"""A repeated POST has one effect and one answer (draft-ietf-httpapi-idempotency-key-header-07).

The layer hands each POST with a key an Exchange. Once its caller is let in, the key is taken in the request's
own transaction, which the write session leaves open; the layer writes the answer into it and commits, and
only then the answer goes out.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime

from fastapi import FastAPI, Request, Response
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.access import Writer, actor_of
from app.api.problems import as_app_error, response_to
from app.errors import AppError, IdempotencyInFlight, Invalid, Violation
from app.storage import idempotency
from app.storage.database import Database
from app.storage.idempotency import Repeatable
from app.vocabulary import Language

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
KEY = re.compile(r'"?([\x21\x23-\x7e]{1,255})"?')
KEPT_HEADERS = frozenset({"content-type", "content-language", "etag", "link", "location"})
SHOWN_ONCE = frozenset({"key", "secret"})
"""Fields of an answer that are shown once and stored nowhere: a repeat shows null in their place."""


class Replayed(Exception):
    """The request was answered before; this is that answer."""

    def __init__(self, response: Response) -> None:
        super().__init__()
        self.response = response


class Exchange:
    """One POST with a key, from its first byte to its answer."""

    def __init__(self, key: str, request: tuple[str, str]) -> None:
        self._key = key
        self._request = request
        self._body = hashlib.sha256()
        self._asked: Repeatable | None = None
        self._open: tuple[Session, ExitStack] | None = None

    def read(self, part: bytes) -> None:
        """Take note of a piece of the body."""
        self._body.update(part)

    def transaction(self, database: Database) -> Iterator[Session]:
        """A write session that stays open after its user is done, where the key was taken in it."""
        with ExitStack() as stack:
            session = stack.enter_context(database.writing())
            yield session
            if self._asked is not None:
                self._open = session, stack.pop_all()

    def take(self, session: Session, caller: Writer, moment: datetime) -> None:
        """Take the key for this caller, who was let in before. Raises Replayed for a repeat."""
        asked = Repeatable.of(actor_of(caller), self._key, self._request, self._body.digest())
        known = idempotency.begin(session, asked, moment)
        if known is not None:
            raise Replayed(_response(known.status or 200, known.headers, known.body or b""))
        self._asked = asked

    def settle(self, status: int, headers: Headers, body: bytes) -> None:
        """Keep the answer with its effect, and commit both. Without an effect there is nothing to do."""
        if self._open is None or self._asked is None:
            return
        (session, stack), self._open = self._open, None
        with stack:
            kept = [part for name in sorted(KEPT_HEADERS & set(headers)) for part in (name, headers[name])]
            idempotency.keep(session, self._asked, status, kept, _without_secrets(body))

    def undo(self) -> None:
        """Roll back what nobody settled."""
        if self._open is not None:
            (session, stack), self._open = self._open, None
            session.rollback()
            stack.close()


class Idempotency:
    """Wraps the application; POSTs with a key get one effect and one answer."""

    def __init__(self, app: ASGIApp, language: Language) -> None:
        self.app = app
        self.language = language
        self._in_flight: set[tuple[str, str]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        headers = Headers(scope=scope) if scope["type"] == "http" else Headers()
        if HEADER not in headers or scope.get("method") != "POST":
            await self.app(scope, receive, send)
            return
        key = KEY.fullmatch(headers[HEADER].strip())
        twin = (headers.get("authorization", ""), headers[HEADER])
        refusal: AppError | None = None
        if key is None:
            refusal = Invalid([Violation("idempotency-key", "idempotency_key_invalid", {"in": "header"})])
        elif twin in self._in_flight:
            refusal = IdempotencyInFlight()
        if key is None or refusal is not None:
            await self._refuse(refusal or AppError(), scope, receive, send)
            return
        self._in_flight.add(twin)
        try:
            await self._serve(Exchange(key[1], ("POST", scope["path"])), scope, receive, send)
        finally:
            self._in_flight.discard(twin)

    async def _serve(self, exchange: Exchange, scope: Scope, receive: Receive, send: Send) -> None:
        answer: list[Message] = []

        async def receive_noted() -> Message:
            message = await receive()
            exchange.read(message.get("body", b""))
            return message

        async def collect(message: Message) -> None:
            answer.append(message)

        scope = {**scope, "state": {**scope.get("state", {}), "idempotency": exchange}}
        try:
            await self.app(scope, receive_noted, collect)
            await run_in_threadpool(exchange.settle, *_parts(answer))
        except Exception as error:
            await self._refuse(as_app_error(error), scope, receive, send)
            return
        finally:
            await run_in_threadpool(exchange.undo)
        for message in answer:
            await send(message)

    async def _refuse(self, refusal: AppError, scope: Scope, receive: Receive, send: Send) -> None:
        response = response_to(Headers(scope=scope).get("accept-language"), refusal, self.language)
        await response(scope, receive, send)


def install(app: FastAPI) -> None:
    """Answer a repeat with what was answered before."""

    def replay(_: Request, error: Exception) -> Response:
        assert isinstance(error, Replayed)  # noqa: S101 - registered for this class only
        return error.response

    app.add_exception_handler(Replayed, replay)


def sessions(request: Request, database: Database) -> Iterator[Session]:
    """The write session of a request: committed at its end, or, with a key, together with its answer."""
    exchange = _exchange(request)
    if exchange is not None:
        yield from exchange.transaction(database)
        return
    with database.writing() as session:
        yield session


def begin(request: Request, session: Session, caller: Writer, moment: datetime) -> None:
    """Take the key of a request that has one, in its own transaction. Raises Replayed for a repeat."""
    exchange = _exchange(request)
    if exchange is not None:
        exchange.take(session, caller, moment)


def _exchange(request: Request) -> Exchange | None:
    exchange: Exchange | None = getattr(request.state, "idempotency", None)
    return exchange


def _parts(answer: list[Message]) -> tuple[int, Headers, bytes]:
    start = answer[0]
    body = b"".join(message.get("body", b"") for message in answer[1:])
    return start["status"], Headers(raw=start["headers"]), body


def _response(status: int, headers: list[str], body: bytes) -> Response:
    named = dict(zip(headers[::2], headers[1::2], strict=True))
    return Response(body, status, {**named, REPLAYED: "true"})


def _without_secrets(body: bytes) -> bytes:
    if not any(f'"{name}"'.encode() in body for name in SHOWN_ONCE):
        return body
    found: dict[str, object] = json.loads(body)
    shown = {name: None if name in SHOWN_ONCE else value for name, value in found.items()}
    return json.dumps(shown, ensure_ascii=False, separators=(",", ":")).encode()
