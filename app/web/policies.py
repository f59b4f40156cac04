"""What a browser may do with an answer: one policy of security headers for each kind of address."""

from collections.abc import Mapping

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

Policy = Mapping[str, str]

SITE = "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; img-src 'self' data:"
COMMON: Policy = {
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "X-Content-Type-Options": "nosniff",
}
PAGES: Policy = {
    **COMMON,
    "Content-Security-Policy": f"{SITE}; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
"""Pages: everything from here, nothing inline, in nobody's frame."""

EMBEDDED: Policy = {**COMMON, "Content-Security-Policy": f"{SITE}; frame-ancestors 'none'"}
"""Pages for the frames of known sites, which the page itself names."""

API: Policy = {
    **COMMON,
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Frame-Options": "DENY",
}
"""Data: nothing that a browser could run, wherever an answer is opened."""

WIDGET: Policy = {**COMMON, "Cross-Origin-Resource-Policy": "cross-origin"}
"""Files that the association's sites load."""

DOCUMENTS: Policy = {
    **COMMON,
    "Content-Security-Policy": f"{SITE}; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'"
    "; worker-src 'self' blob:; frame-ancestors 'none'",
    "X-Frame-Options": "DENY",
}
"""The API's own pages: their viewers write scripts and styles into the page."""

BY_PREFIX: tuple[tuple[str, Policy], ...] = (
    ("/v1/", API),
    ("/openapi.json", API),
    ("/problems/", API),
    ("/docs", DOCUMENTS),
    ("/redoc", DOCUMENTS),
    ("/static/docs", DOCUMENTS),
    ("/widget/", WIDGET),
    ("/ru/embed/", EMBEDDED),
    ("/en/embed/", EMBEDDED),
)


def policy_of(path: str) -> Policy:
    """The policy of an address; what is named nowhere is a page."""
    return next((policy for prefix, policy in BY_PREFIX if path.startswith(prefix)), PAGES)


class SecurityHeaders:
    """Wraps the application; gives every answer the headers of its policy, where it has none of its own."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        policy = policy_of(scope["path"])

        async def send_marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                outgoing = MutableHeaders(scope=message)
                for name, value in policy.items():
                    outgoing.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, send_marked)
