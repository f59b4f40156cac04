"""Health, documentation pages without foreign servers, and what each problem code means."""

from typing import Literal

from fastapi import APIRouter, Request, Response
from fastapi.openapi.docs import get_redoc_html, get_swagger_ui_html
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, Field
from sqlalchemy import text

from app import errors
from app.access import OPEN
from app.api.callers import under
from app.api.dependencies import NO_PARAMETERS
from app.api.live import runtime_of
from app.errors import AppError, NotFound
from app.messages import message
from app.schemas.reference import ProblemType
from app.storage import changes
from app.vocabulary import Language

STATIC = "/static/docs"

router = APIRouter(include_in_schema=False)
problems = APIRouter(tags=["problems"], dependencies=[NO_PARAMETERS])


class Liveness(BaseModel):
    """The process answers."""

    status: Literal["alive"] = "alive"


class Readiness(BaseModel):
    """Whether this process can serve, and if not, why."""

    status: Literal["ready", "not_ready"]
    reasons: list[str]
    index_version: int | None = None
    feed_version: int | None = None
    encoder: str = Field(default="off", description="The model that compares meanings, or off.")


@router.get("/livez", openapi_extra=under(OPEN))
def livez() -> Liveness:
    """The process answers; nothing else is looked at."""
    return Liveness()


@router.get("/readyz", openapi_extra=under(OPEN))
@router.get("/healthz", openapi_extra=under(OPEN))
def readyz(request: Request, response: Response) -> Readiness:
    """The database answers and the index knows all its changes."""
    runtime = runtime_of(request)
    try:
        with runtime.database.reading() as session:
            session.execute(text("SELECT 1"))
            index = runtime.keeper.catch_up(session)
            feed = changes.last_seq(session)
    except Exception as error:
        response.status_code = 503
        return Readiness(status="not_ready", reasons=[f"database: {type(error).__name__}"])
    return Readiness(
        status="ready",
        reasons=[],
        index_version=index.version,
        feed_version=feed,
        encoder=runtime.encoder.model if runtime.encoder else "off",
    )


@router.get("/docs", response_class=HTMLResponse, openapi_extra=under(OPEN))
def swagger_page() -> HTMLResponse:
    """The API to read and try, from assets of this server."""
    return get_swagger_ui_html(
        openapi_url="/openapi.json",
        title="Smezhnik API",
        swagger_js_url=f"{STATIC}/swagger-ui-bundle.js",
        swagger_css_url=f"{STATIC}/swagger-ui.css",
        swagger_favicon_url=f"{STATIC}/favicon.png",
    )


@router.get("/redoc", response_class=HTMLResponse, openapi_extra=under(OPEN))
def redoc_page() -> HTMLResponse:
    """The API to read, from assets of this server."""
    return get_redoc_html(
        openapi_url="/openapi.json",
        title="Smezhnik API",
        redoc_js_url=f"{STATIC}/redoc.standalone.js",
        redoc_favicon_url=f"{STATIC}/favicon.png",
        with_google_fonts=False,
    )


@problems.get("/problems/{code}", openapi_extra=under(OPEN))
def get_problem_type(code: str) -> ProblemType:
    """What a problem code means: the address in the `type` of every refusal."""
    kind = problem_kinds().get(code)
    if kind is None:
        raise NotFound(what="problem", id=code[:40])
    return ProblemType(
        code=kind.code,
        status=kind.status,
        title_ru=message(kind.code, Language.RU),
        title_en=message(kind.code, Language.EN),
        description=kind.__doc__ or "",
    )


def problem_kinds() -> dict[str, type[AppError]]:
    """Every kind of refusal by its code."""
    kinds = [errors.AppError]
    for kind in kinds:
        kinds.extend(kind.__subclasses__())
    return {kind.code: kind for kind in kinds}
