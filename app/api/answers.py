"""Answers with a name: who has one already is told so, who asks alike gets the same bytes.

The name (a strong ETag) is made of everything a body depends on: the question with its filters, who asks,
in which language, on which day, the feed's version and the build of the index, the encoder and the code.
Whatever others can see moves the feed (docs/architecture.md), so no other row need be looked at.
"""

import asyncio
import re
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import date
from hashlib import blake2b
from typing import Any

from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from app import __version__
from app.access import Caller
from app.api.callers import signature_of
from app.api.dependencies import ID, conditions, known_at_once
from app.api.etags import is_known
from app.api.languages import language_of
from app.api.live import Runtime, runtime_of
from app.api.views import suggestion_page
from app.matching.documents import Index
from app.matching.scoring import MODEL_VERSION
from app.matching.semantics import Encoder
from app.storage.asking import Asking
from app.usecases.suggestions import Suggested, is_settled
from app.vocabulary import Language

Day = tuple[date, Encoder | None]
"""The day an answer is of, and what compared the meanings for it."""

NAMED_PATH = re.compile(rf"/v1/(organisations|statements)/{ID.pattern}/suggestions")


class KeptAnswers:
    """Stands before the routes and gives visitors and the administrator what is kept for them.

    Other callers pass: who they are is for the routes to say, which look here afterwards.
    """

    def __init__(self, app: ASGIApp, runtime: Runtime) -> None:
        self.app = app
        self._runtime = runtime
        self._lookout = Lookout(self._look)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        named = scope["type"] == "http" and scope["method"] == "GET" and NAMED_PATH.fullmatch(scope["path"])
        answer = await self._answer(scope) if named else None
        await (answer or self.app)(scope, receive, send)

    async def _answer(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        caller = known_at_once(headers.get("authorization"), self._runtime)
        if caller is None:
            return None
        scope.setdefault("state", {})["asked_by"] = signature_of(caller, "kept_answer")
        try:
            index = await self._lookout.now()
        except Exception:
            return None  # the route meets the same trouble, and says what it is
        language = language_of(headers.get("accept-language"), self._runtime.language)
        name = name_of(scope, (caller, language), index, _day(self._runtime))
        known = headers.get("if-none-match", "")
        if is_known(known, name):
            return unchanged(name, language)
        body = self._runtime.answers.get(name)
        return None if body is None else _given(body, name, language, known)

    def _look(self) -> Index:
        with self._runtime.database.reading() as session:
            return self._runtime.keeper.catch_up(session)


class Lookout:
    """One look at the database for all requests that wait for it; it begins after each of them came."""

    def __init__(self, look: Callable[[], Index]) -> None:
        self._look = look
        self._next: asyncio.Future[Index] | None = None
        self._task: asyncio.Task[None] | None = None

    async def now(self) -> Index:
        """An index that knows every change made before this call."""
        loop = asyncio.get_running_loop()
        if self._next is None or self._next.get_loop() is not loop:
            self._next = loop.create_future()
            if self._task is None or self._task.done() or self._task.get_loop() is not loop:
                self._task = loop.create_task(self._look_while_asked())
        return await asyncio.shield(self._next)

    async def _look_while_asked(self) -> None:
        while self._next is not None:
            asked, self._next = self._next, None
            try:
                asked.set_result(await run_in_threadpool(self._look))
            except Exception as error:
                asked.set_exception(error)
                asked.exception()  # seen, also where every asker has gone away


def answered(
    request: Request, asking: Asking, language: Language, suggest: Callable[[Asking], Suggested]
) -> Response:
    """The answer to a question, ranked only where nobody has it yet; refusals are not kept."""
    runtime = runtime_of(request)
    day = (asking.conditions.today, asking.conditions.encoder)
    name = name_of(request.scope, (asking.caller, language), asking.index, day)
    known = request.headers.get("if-none-match", "")
    if is_known(known, name):
        return unchanged(name, language)
    body = runtime.answers.get(name)
    if body is None:
        found = suggest(asking)
        body = suggestion_page(found, language).model_dump_json().encode()
        if not is_settled(asking) or _day(runtime) != day:
            # The index went on while this session stood still, or it is midnight: true, but not to be named.
            return _whole(body, None, language)
        runtime.answers.keep(asking.index.version, name, body)
    return _given(body, name, language, known)


def name_of(scope: Scope, view: tuple[Caller, Language], index: Index, day: Day) -> str:
    """A strong ETag for the answer to the question in this address, as this caller reads it."""
    (caller, language), (today, encoder) = view, day
    parts = (
        __version__,
        MODEL_VERSION,
        encoder.model if encoder else "",
        index.version,
        index.built_at,
        today.isoformat(),
        view_of(caller),
        language.value,
        scope["path"],
        scope["query_string"],
    )
    return f'"{blake2b(repr(parts).encode(), digest_size=16).hexdigest()}"'


def _day(runtime: Runtime) -> Day:
    now = conditions(runtime)
    return now.today, now.encoder


def view_of(caller: Any) -> str:
    """What a caller may see, as text; every field counts, so that one added later is not forgotten."""
    if is_dataclass(caller):
        values = (view_of(getattr(caller, field.name)) for field in fields(caller))
        return f"{type(caller).__name__}({', '.join(values)})"
    if isinstance(caller, frozenset):
        return f"{{{', '.join(sorted(map(view_of, caller)))}}}"
    return repr(caller)


def unchanged(name: str, language: Language) -> Response:
    """304: the caller has this answer already."""
    return Response(status_code=304, headers=_headers(name, language))


def _given(body: bytes, name: str, language: Language, known: str) -> Response:
    """A body there is, or 304 to «If-None-Match: *», which any body answers (RFC 9110, section 13.1.2)."""
    return unchanged(name, language) if known.strip() == "*" else _whole(body, name, language)


def _whole(body: bytes, name: str | None, language: Language) -> Response:
    return Response(body, headers=_headers(name, language), media_type="application/json")


def _headers(name: str | None, language: Language) -> dict[str, str]:
    """Every cache must ask again each time, and keep an answer for its caller alone."""
    headers = {
        "Cache-Control": "private, no-cache",
        "Vary": "Authorization, Accept-Language",
        "Content-Language": language.value,
    }
    return {**headers, "ETag": name} if name else headers
