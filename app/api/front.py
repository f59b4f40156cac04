"""What stands before the routes, in one pure ASGI layer: request id, size, formats, HEAD, the access line."""

import os
import re
import time
from urllib.parse import parse_qsl

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uuid_utils import uuid7

from app import errors
from app.api.problems import REQUEST_ID, response_to
from app.errors import AppError
from app.files.kinds import MEDIA_TYPES
from app.files.limits import FILE_BYTES
from app.files.tables import FileKind
from app.schemas.key_text import FORM
from app.vocabulary import Language

SAFE_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}")
JSON_TYPE = re.compile(r"application/(json|[a-z0-9.+-]+\+json)\s*(;|$)", re.IGNORECASE)
ACCEPTED = ("*/*", "application/*", "application/json", "application/problem+json")
UPLOADS = frozenset({"/v1/imports"})
"""Where the body is a file."""

DOWNLOADS = {
    ".csv": ("text/*", "text/csv"),
    ".xlsx": tuple(name for name, kind in MEDIA_TYPES.items() if kind is FileKind.XLSX),
}
"""What addresses that end so answer besides JSON."""

LOGGED = re.compile(r"|[a-z][a-z0-9]{0,2}|[a-z_.-]{1,60}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""Parts of a path that stand in the log: words of ours and ids; no address, number or key."""

KEY_PARAMETERS = frozenset({"key", "api_key", "apikey", "api-key", "access_token", "token", "authorization"})
QUIET_PATHS = frozenset({"/livez", "/readyz"})

log = structlog.get_logger("smezhnik.access")


class Front:
    """Wraps the application; refuses what no route should have to see."""

    def __init__(self, app: ASGIApp, max_body_bytes: int, language: Language) -> None:
        self.app = app
        self.max_body_bytes = max_body_bytes
        self.language = language

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        wished = headers.get("x-request-id", "")
        request_id = wished if SAFE_ID.fullmatch(wished) and not FORM.search(wished) else str(uuid7())
        REQUEST_ID.set(request_id)
        scope.setdefault("state", {})
        started = time.perf_counter()
        status = 0

        async def send_marked(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                outgoing = MutableHeaders(scope=message)
                outgoing["X-Request-ID"] = request_id
                outgoing.setdefault("X-Content-Type-Options", "nosniff")
                # The same address shows more to those who keep a record: no cache may mix the two.
                outgoing.add_vary_header("Authorization, Accept-Language")
            await send(message)

        try:
            await self._serve(scope, headers, receive, send_marked)
        finally:
            if scope["path"] not in QUIET_PATHS:
                # The query may hold words of a person's question: it is not logged. Nor is a key ever.
                log.info(
                    "request",
                    request_id=request_id,
                    pid=os.getpid(),
                    method=scope["method"],
                    path=shown_path(scope["path"]),
                    status=status,
                    ms=round((time.perf_counter() - started) * 1000, 1),
                    **scope["state"].get("asked_by", {}),
                )

    async def _serve(self, scope: Scope, headers: Headers, receive: Receive, send: Send) -> None:
        refusal = self._refusal(scope, headers)
        if refusal is not None:
            response = response_to(headers.get("accept-language"), refusal, self.language)
            await response(scope, receive, send)
        elif scope["method"] == "HEAD":
            await self.app({**scope, "method": "GET"}, receive, _without_body(send))
        else:
            await self.app(scope, receive, send)

    def _refusal(self, scope: Scope, headers: Headers) -> AppError | None:
        length = headers.get("content-length", "0")
        if not length.isascii() or not length.isdigit():
            return errors.BadRequest()
        is_upload = scope["path"] in UPLOADS and scope["method"] == "POST"
        limit = max(FILE_BYTES, self.max_body_bytes) if is_upload else self.max_body_bytes
        if int(length) > limit:
            return errors.TooLarge(limit=limit)
        if _holds_key(scope["query_string"]):
            return errors.KeyInQuery()
        if scope["path"].startswith("/v1/"):
            has_body = int(length) > 0 or "transfer-encoding" in headers
            # What a file may be is for its route to say.
            return _refusal_of_format(scope["path"], headers, has_body and not is_upload)
        return None


def _refusal_of_format(path: str, headers: Headers, has_body: bool) -> AppError | None:
    if has_body and not JSON_TYPE.match(headers.get("content-type", "")):
        return errors.UnsupportedMediaType()
    wanted = headers.get("accept") or "*/*"
    offered = (*ACCEPTED, *DOWNLOADS.get(path[path.rfind(".") :], ()))
    if not any(part.split(";")[0].strip().lower() in offered for part in wanted.split(",")):
        return errors.NotAcceptable()
    return None


def shown_path(path: str) -> str:
    """The path as it may be logged: of what a caller put into it, only ids."""
    return "/".join(part if LOGGED.fullmatch(part) else "…" for part in path.split("/"))


def _holds_key(query: bytes) -> bool:
    return any(
        name.lower() in KEY_PARAMETERS or FORM.search(value)
        for name, value in parse_qsl(query.decode("latin-1"), keep_blank_values=True)
    )


def _without_body(send: Send) -> Send:
    async def send_headers_only(message: Message) -> None:
        if message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await send(message)

    return send_headers_only
