"""What search engines read: robots.txt and the map of the site."""

from xml.sax.saxutils import escape

from fastapi import APIRouter, Request, Response
from fastapi.responses import PlainTextResponse

from app.access import OPEN, READ_VISIBLE
from app.api.callers import under
from app.api.dependencies import Reads
from app.api.live import runtime_of
from app.usecases import organisations
from app.vocabulary import Language

PAGES = ("", "search", "organisations", "regions", "sectors", "statistics", "rules", "privacy")
MOST = 20_000
"""Organisations in one file: with both languages under the 50,000 addresses that sitemaps.org allows."""

router = APIRouter(include_in_schema=False)


@router.get("/robots.txt", response_class=PlainTextResponse, openapi_extra=under(OPEN))
async def robots(request: Request) -> PlainTextResponse:
    """What may be read by robots: the pages, not the API, and no answers of the search."""
    lines = ["User-agent: *", "Disallow: /v1/", "Disallow: /*?", f"Sitemap: {_origin(request)}/sitemap.xml"]
    return PlainTextResponse("\n".join(lines) + "\n")


@router.get("/sitemap.xml", openapi_extra=under(READ_VISIBLE))
def sitemap(request: Request, look: Reads) -> Response:
    """Every public page, in both languages."""
    newest = organisations.newest(look.session, look.caller, MOST)
    dated = [(f"organisations/{one}", day.date().isoformat()) for one, day in newest]
    entries = [(path, "") for path in PAGES] + dated
    origin = escape(_origin(request))
    urls = "\n".join(
        f"<url><loc>{origin}/{language}/{path}</loc>{f'<lastmod>{day}</lastmod>' if day else ''}</url>"
        for path, day in entries
        for language in Language
    )
    head = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
    )
    return Response(f"{head}\n{urls}\n</urlset>\n", media_type="application/xml")


def _origin(request: Request) -> str:
    return runtime_of(request).public_url or str(request.base_url).rstrip("/")
