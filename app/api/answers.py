"""Answers with a name: who has one already is told so, who asks alike gets the same bytes.

The name (a strong ETag) is made of everything a body depends on: the question with its filters, who asks,
in which language, on which day, the feed's version and the build of the index, the encoder and the code.
Whatever others can see is in the feed (docs/architecture.md), so the rows need not be looked at.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass
from hashlib import blake2b
from typing import Annotated, Any

from fastapi import Depends, Request, Response

from app import __version__
from app.access import Caller
from app.api.dependencies import AnyCaller, Runtime, conditions, language, runtime_of
from app.api.etags import is_known
from app.api.views import suggestion_page
from app.matching.documents import Index
from app.matching.scoring import MODEL_VERSION
from app.schemas.suggestions import WishQuery
from app.usecases.suggestions import Asking, Suggested
from app.vocabulary import Language


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, and what the answer depends on beside the question and the database."""

    runtime: Runtime
    caller: Caller
    language: Language
    known_tags: str


async def asker(request: Request, caller: AnyCaller) -> Asker:
    """Who asks, without a session: most answers need none for long."""
    known = request.headers.get("if-none-match", "")
    return Asker(runtime_of(request), caller, await language(request), known)


Asks = Annotated[Asker, Depends(asker)]


def answered(
    asker: Asker, question: tuple[str, WishQuery], suggest: Callable[[Asking], Suggested]
) -> Response:
    """The answer to a question (what is asked about, and the filters), ranked only where it must be."""
    runtime = asker.runtime
    with runtime.database.reading() as session:
        index = runtime.keeper.catch_up(session)
        now = conditions(runtime)
        tag = name_of(asker, question, index, now.today.isoformat())
        if is_known(asker.known_tags, tag):
            return Response(status_code=304, headers=_headers(asker, tag))
        body = runtime.answers.get(tag)
        if body is None:
            found = suggest(Asking(session, index, asker.caller, now))
            body = suggestion_page(found, asker.language).model_dump_json().encode()
            if not found.is_settled:
                # The index has gone on while this session stands still: true, but not to be named.
                return Response(body, headers=_headers(asker, None), media_type="application/json")
            runtime.answers.keep(index.version, tag, body)
    if asker.known_tags.strip() == "*":
        return Response(status_code=304, headers=_headers(asker, tag))
    return Response(body, headers=_headers(asker, tag), media_type="application/json")


def name_of(asker: Asker, question: tuple[str, WishQuery], index: Index, today: str) -> str:
    """A strong ETag for the answer to this question, by this index, for this caller and on this day."""
    about, query = question
    encoder = asker.runtime.encoder
    parts = (
        __version__,
        MODEL_VERSION,
        encoder.model if encoder else "",
        index.version,
        index.built_at,
        today,
        asker.language.value,
        view_of(asker.caller),
        about,
        query.model_dump_json(),
    )
    return f'"{blake2b(repr(parts).encode(), digest_size=16).hexdigest()}"'


def view_of(caller: Any) -> str:
    """What a caller may see, as text: every field of it counts, so that none is forgotten when one is added."""
    if is_dataclass(caller):
        values = (view_of(getattr(caller, field.name)) for field in fields(caller))
        return f"{type(caller).__name__}({', '.join(values)})"
    if isinstance(caller, frozenset):
        return f"{{{', '.join(sorted(map(view_of, caller)))}}}"
    return repr(caller)


def _headers(asker: Asker, tag: str | None) -> dict[str, str]:
    """Every cache must ask again each time, and keep an answer for its caller alone."""
    headers = {
        "Cache-Control": "private, no-cache",
        "Vary": "Authorization, Accept-Language",
        "Content-Language": asker.language.value,
    }
    return {**headers, "ETag": tag} if tag else headers
