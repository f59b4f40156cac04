"""Limits on how often somebody asks, with the headers of draft-ietf-httpapi-ratelimit-headers-10."""

from hashlib import sha256
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Protocol

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.problems import response_to
from app.errors import RateLimited
from app.rates import Standing
from app.vocabulary import Language

KEY, ADDRESS, FAILED_KEYS = "key", "address", "failed-keys"
"""The policies: requests with a key, requests without one or with one of a website, keys that are wrong."""

WEBSITE_KEY = "bearer smz_pub_"
FREE_PATHS = ("/livez", "/readyz", "/healthz", "/static/", "/assets/", "/widget/")


class Limiter(Protocol):
    """Whatever counts requests."""

    @property
    def shared(self) -> bool: ...  # noqa: D102

    def take(self, policy: str, who: str) -> Standing | None:
        """Count one request."""


class RateLimits:
    """Wraps the application; answers 429 to whom asks too often, and tells everybody where they stand."""

    def __init__(self, app: ASGIApp, limiter: Limiter, language: Language) -> None:
        self.app = app
        self.limiter = limiter
        self.language = language

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or scope["path"].startswith(FREE_PATHS):
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        standing = await self._take(*_caller(headers, _address(scope)))
        if standing is not None and not standing.allowed:
            await self._refuse(standing, scope, receive, send)
            return
        over: Standing | None = None

        async def send_marked(message: Message) -> None:
            nonlocal over
            if message["type"] == "http.response.start":
                over = await self._over_with_wrong_keys(message["status"], scope, headers)
                if standing is not None:
                    MutableHeaders(scope=message).update(_fields(standing))
            if over is None:
                await send(message)

        await self.app(scope, receive, send_marked)
        if over is not None:
            await self._refuse(over, scope, receive, send)

    async def _over_with_wrong_keys(self, status: int, scope: Scope, headers: Headers) -> Standing | None:
        """Too many wrong keys from one address; a right one is never held up by others' wrong ones."""
        if status != 401 or "authorization" not in headers:
            return None
        standing = await self._take(FAILED_KEYS, _address(scope))
        return standing if standing is not None and not standing.allowed else None

    async def _take(self, policy: str, who: str) -> Standing | None:
        if self.limiter.shared:
            return await run_in_threadpool(self.limiter.take, policy, who)
        return self.limiter.take(policy, who)

    async def _refuse(self, standing: Standing, scope: Scope, receive: Receive, send: Send) -> None:
        refusal = RateLimited(limit=standing.limit, window=standing.window, seconds=standing.reset)
        refusal.headers = {**_fields(standing), "Retry-After": str(standing.reset)}
        response = response_to(Headers(scope=scope).get("accept-language"), refusal, self.language)
        await response(scope, receive, send)


def _fields(standing: Standing) -> dict[str, str]:
    return {
        "RateLimit-Policy": f'"{standing.policy}";q={standing.limit};w={standing.window}',
        "RateLimit": f'"{standing.policy}";r={standing.remaining};t={standing.reset}',
    }


def _caller(headers: Headers, address: str) -> tuple[str, str]:
    """Under which policy a request counts, and as whose; the key itself is kept nowhere."""
    authorization = headers.get("authorization", "")
    if not authorization:
        return ADDRESS, address
    digest = sha256(authorization.encode()).hexdigest()[:32]
    if authorization.lower().startswith(WEBSITE_KEY):
        return ADDRESS, f"{digest} {address}"
    return KEY, digest


def _address(scope: Scope) -> str:
    """The client as the server sees it; in IPv6 its network, since one client has all of it."""
    host = scope["client"][0] if scope.get("client") else ""
    try:
        found = ip_address(host)
    except ValueError:
        return host
    return str(ip_network((found, 64), strict=False)) if isinstance(found, IPv6Address) else host
