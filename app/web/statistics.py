"""Regions as a map, one region, sectors, and the directory in numbers."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from pydantic import BaseModel

from app.access import READ_VISIBLE
from app.api.callers import under
from app.api.dependencies import Reads
from app.api.views import card_of
from app.errors import NotFound
from app.reference import countries, regions, sectors
from app.storage.pages import Position
from app.usecases import organisations, statistics
from app.usecases.statistics import Amount
from app.vocabulary import Language
from app.web.rendering import name_of, page
from app.web.speech import Tongue
from app.web.tiles import tile_map

MEASURES = ("organisations", "capabilities", "needs", "gap")
ROWS_OF_REGION = 100

router = APIRouter(include_in_schema=False)


class Shown(BaseModel):
    """What a map shows."""

    show: Literal["organisations", "capabilities", "needs", "gap"] = "organisations"


@router.get("/regions", response_class=HTMLResponse, openapi_extra=under(READ_VISIBLE))
def map_of_regions(
    request: Request, shown: Annotated[Shown, Query()], look: Reads, language: Tongue
) -> HTMLResponse:
    """All regions as tiles, and the same numbers as a table."""
    amounts = statistics.statistics(look.session, look.caller).regions
    numbers = {code: getattr(one, shown.show) for code, one in amounts.items()}
    rows = [
        (code, name_of("region", code, language), amounts.get(code, Amount()))
        for code in sorted(regions(), key=lambda code: name_of("region", code, language))
    ]
    values = {"map": tile_map(numbers, language), "measures": MEASURES, "show": shown.show, "rows": rows}
    return page(request, "regions.html", values=values)


@router.get("/regions/{code}", response_class=HTMLResponse, openapi_extra=under(READ_VISIBLE))
def region(request: Request, code: str, look: Reads) -> HTMLResponse:
    """One region: its numbers and its organisations. Raises NotFound where there is none of this code."""
    if code not in regions():
        raise NotFound(what="region", id=code[:40])
    wanted = organisations.OrganisationFilter(regions=[code])
    found = organisations.browse(look.session, look.caller, wanted, "name", Position(ROWS_OF_REGION))
    amount = statistics.statistics(look.session, look.caller).regions.get(code, Amount())
    rows = [{**card_of(row), "description": row.description} for row in found.rows]
    return page(request, "region.html", values={"code": code, "amount": amount, "rows": rows})


@router.get("/sectors", response_class=HTMLResponse, openapi_extra=under(READ_VISIBLE))
def by_sector(request: Request, look: Reads, language: Tongue) -> HTMLResponse:
    """Capabilities beside needs, by class of ОКВЭД2."""
    amounts = statistics.statistics(look.session, look.caller).sectors
    most = max((max(one.capabilities, one.needs) for one in amounts.values()), default=1)
    rows = [
        (code, name_of("sector", code, language), one) for code, one in amounts.items() if code in sectors()
    ]
    return page(request, "sectors.html", values={"rows": rows, "most": most})


@router.get("/statistics", response_class=HTMLResponse, openapi_extra=under(READ_VISIBLE))
def in_numbers(request: Request, look: Reads, language: Tongue) -> HTMLResponse:
    """The directory in numbers."""
    counted = statistics.statistics(look.session, look.caller)
    values = {
        "totals": counted.totals,
        "kinds": sorted(counted.kinds.items(), key=lambda one: -one[1]),
        "countries": _most_first(counted.countries, language),
        "most": max((one.organisations for one in counted.countries.values()), default=1),
        "sample": counted.totals.invented > 0,
    }
    return page(request, "statistics.html", values=values)


def _most_first(amounts: dict[str, Amount], language: Language) -> list[tuple[str, Amount]]:
    ranked = sorted(amounts.items(), key=lambda one: -one[1].organisations)
    return [(name_of("country", code, language), one) for code, one in ranked if code in countries()]
