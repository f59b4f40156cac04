"""Which pages may read the API in a browser: those of the settings, and those the website's keys name."""

import time
from collections.abc import Callable
from typing import Any

import structlog
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

KNOWN_FOR_SECONDS = 5.0
"""How long origins are remembered; keys never are, so a revoked one opens nothing meanwhile."""

log = structlog.get_logger("smezhnik.cors")


class Cors(CORSMiddleware):
    """CORS that learns the origins of the website's keys; without a database it keeps those it knew."""

    def __init__(self, app: ASGIApp, read_origins: Callable[[], frozenset[str]], **options: Any) -> None:
        super().__init__(app, **options)
        self._read_origins = read_origins
        self._known: frozenset[str] = frozenset()
        self._known_until = 0.0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "http" and time.monotonic() >= self._known_until:
            origin = Headers(scope=scope).get("origin")
            if origin is not None and origin not in self.allow_origins:
                await run_in_threadpool(self._refresh)
        await super().__call__(scope, receive, send)

    def is_allowed_origin(self, origin: str) -> bool:
        """Whether pages of this origin may read what the service answers."""
        return super().is_allowed_origin(origin) or origin in self._known

    def _refresh(self) -> None:
        self._known_until = time.monotonic() + KNOWN_FOR_SECONDS
        try:
            self._known = self._read_origins()
        except SQLAlchemyError as error:
            log.warning("origins of keys not read", kind=type(error).__name__)
