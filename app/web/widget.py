"""The widget's file for other sites, how to place it, and a page for frames where scripts are not wanted."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse

from app.access import OPEN, READ_VISIBLE
from app.api.callers import under
from app.api.dependencies import AtDesk, Question
from app.api.live import runtime_of
from app.errors import NotFound
from app.usecases import keys
from app.web import assets
from app.web.policies import SITE
from app.web.rendering import page
from app.web.search import Asked, answer_to
from app.web.speech import Tongue

NAME = "widget.js"
A_WHILE = "public, max-age=300, stale-while-revalidate=86400"
"""How long sites keep the newest file of version 1."""

files = APIRouter(include_in_schema=False)
router = APIRouter(include_in_schema=False)


def address_of_version() -> str:
    """Where this very file is served for ever; its integrity hash goes with it."""
    return f"/widget/{assets.assets()[NAME].version}/{NAME}"


@files.get("/widget/v1.js", openapi_extra=under(OPEN))
async def newest() -> Response:
    """The newest file of version 1."""
    return _open_to_all(assets.assets()[NAME].answer(A_WHILE))


@files.get("/widget/{version}/widget.js", openapi_extra=under(OPEN))
async def this_very(version: str) -> Response:
    """The file with this content; the address of another content is not served."""
    if version != assets.assets()[NAME].version:
        raise NotFound(what="file", id=version[:40])
    return _open_to_all(assets.assets()[NAME].answer(assets.FOR_EVER))


@router.get("/widget", response_class=HTMLResponse, openapi_extra=under(OPEN))
async def guide(request: Request) -> HTMLResponse:
    """How to place the widget on a site: copied lines, and the file's integrity hash."""
    origin = runtime_of(request).public_url or str(request.base_url).rstrip("/")
    values = {
        "origin": origin,
        "version": address_of_version(),
        "integrity": assets.assets()[NAME].integrity,
    }
    return page(request, "widget.html", values=values)


@router.get("/embed/search", response_class=HTMLResponse, openapi_extra=under(READ_VISIBLE))
def framed_search(
    request: Request, asked: Annotated[Asked, Query()], asking: Question, language: Tongue, desk: AtDesk
) -> HTMLResponse:
    """The search for a frame on the sites that the website's keys name, and on no others."""
    found, invalid = answer_to(asked, asking, language)
    values = {"asked": asked.q, "kind": asked.kind, "found": found, "invalid": invalid}
    answer = page(request, "embed.html", 422 if invalid else 200, values)
    origins = " ".join(sorted(keys.origins(asking.session, desk))) or "'none'"
    answer.headers["Content-Security-Policy"] = f"{SITE}; frame-ancestors {origins}"
    return answer


def _open_to_all(answer: Response) -> Response:
    # A module script of another origin is fetched with CORS, and so is a file with an integrity hash.
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer
