"""The front page: what the service is for, with a search that needs no script."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from app.access import OPEN, READ_VISIBLE
from app.api.callers import under
from app.api.dependencies import Reads
from app.usecases import statistics
from app.web.rendering import page
from app.web.speech import Tongue, speech_of
from app.web.texts import grouped, noun

entrance = APIRouter(include_in_schema=False)
router = APIRouter(include_in_schema=False)


@entrance.get("/", response_class=RedirectResponse, openapi_extra=under(OPEN))
async def front(request: Request) -> RedirectResponse:
    """To the site in the visitor's language."""
    return RedirectResponse(f"/{speech_of(request)}/", 302)


@router.get("/", response_class=HTMLResponse, openapi_extra=under(READ_VISIBLE))
def home(request: Request, look: Reads, language: Tongue) -> HTMLResponse:
    """What the service is for, and the search."""
    totals = statistics.totals(look.session, look.caller)
    counters = [
        (noun(language, key, number), grouped(number, language), path)
        for key, number, path in (
            ("organisations", totals.organisations, "organisations"),
            ("regions", totals.regions, "regions"),
            ("countries", totals.countries, "statistics"),
            ("capabilities", totals.capabilities, "statistics"),
            ("needs", totals.needs, "statistics"),
        )
    ]
    return page(request, "home.html", values={"counters": counters, "sample": totals.invented > 0})
