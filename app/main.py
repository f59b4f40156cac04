"""The application: routers, refusals, what stands before them, and the ASGI stack in one expression."""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.resources import files

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.types import ASGIApp

from app import bootstrap
from app.api import (
    alerts,
    analytics,
    audit,
    blocks,
    centres,
    chains,
    change_feed,
    classifiers,
    digests,
    erasures,
    feedback,
    idempotency,
    imports,
    introductions,
    keys,
    meta,
    openapi,
    organisations,
    problems,
    reference,
    reviews,
    saved_searches,
    statements,
    statistics,
    suggestions,
    webhooks,
)
from app.api.answers import KeptAnswers
from app.api.cors import Cors
from app.api.front import Entrance, Front
from app.api.idempotency import Idempotency
from app.api.rate_limits import RateLimits
from app.bootstrap import Runtime
from app.logs import configure_logs
from app.settings import Settings, read_settings
from app.usecases import keys as keys_in_use
from app.usecases.keys import Desk
from app.web import failures, routes
from app.web.policies import SecurityHeaders

ROUTERS = (
    organisations.router,
    erasures.router,
    statements.router,
    reviews.router,
    suggestions.router,
    chains.router,
    analytics.router,
    feedback.router,
    introductions.router,
    blocks.router,
    keys.router,
    centres.router,
    saved_searches.router,
    alerts.router,
    digests.router,
    digests.links,
    audit.router,
    change_feed.router,
    webhooks.router,
    imports.router,
    classifiers.router,
    reference.router,
    statistics.router,
    meta.problems,
    meta.router,
)
ALLOWED_HEADERS = [
    "Authorization",
    "Content-Type",
    "Idempotency-Key",
    "If-Match",
    "If-None-Match",
    "X-Request-ID",
]
EXPOSED_HEADERS = [
    "ETag",
    "Idempotency-Replayed",
    "Link",
    "Location",
    "RateLimit",
    "RateLimit-Policy",
    "Retry-After",
    "X-Request-ID",
]


def create_app(runtime: Runtime, settings: Settings) -> ASGIApp:
    """The service over these live objects, with everything that stands before its routes."""
    app = FastAPI(
        title="Smezhnik API",
        lifespan=lifespan,
        openapi_url="/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        max_body_size=settings.max_body_bytes,
        generate_unique_id_function=lambda route: route.name,
    )
    app.state.runtime = runtime
    problems.install(app, runtime.language, failures.page_of)
    idempotency.install(app)
    openapi.install(app, runtime.public_url)
    for router in ROUTERS:
        app.include_router(router)
    app.include_router(routes.SITE)
    app.webhooks.include_router(webhooks.events)
    app.webhooks.include_router(alerts.events)
    app.webhooks.include_router(introductions.events)
    app.mount(
        meta.STATIC, StaticFiles(directory=str(files("fastapi_offline") / "static")), name="docs-assets"
    )
    inner = Idempotency(KeptAnswers(app, runtime), runtime.language)
    # Behind the limits: what is refused at the entrance counts too, and tells where one stands.
    entrance = Entrance(inner, settings.max_body_bytes, runtime.language)
    limited = RateLimits(entrance, runtime.limiter, runtime.language)
    # CORS stands outermost: a refusal without its headers reads as a network error in a browser.
    return Cors(
        SecurityHeaders(Front(TrustedHostMiddleware(limited, allowed_hosts=list(settings.allowed_hosts)))),
        read_origins=lambda: _origins_of_keys(runtime),
        allow_origins=list(settings.cors_origins),
        allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
        allow_headers=ALLOWED_HEADERS,
        expose_headers=EXPOSED_HEADERS,
    )


def _origins_of_keys(runtime: Runtime) -> frozenset[str]:
    with runtime.database.reading() as session:
        return keys_in_use.origins(session, Desk(runtime.clock(), runtime.test_keys))


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Compile the kernel and build the index before the first request, close the database at the end."""
    runtime: Runtime = app.state.runtime
    bootstrap.warm()
    with runtime.database.reading() as session:
        runtime.keeper.catch_up(session)
    yield
    runtime.key_use.close()
    runtime.showings.close()
    runtime.database.dispose()


def serve() -> ASGIApp:
    """The application for a server process, from the environment's settings."""
    settings = read_settings()
    configure_logs(settings.log_level)
    # An index lives long: the garbage collector would look through all of it in the middle of a request.
    return create_app(bootstrap.start(settings, settle=gc.freeze), settings)
