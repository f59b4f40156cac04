"""The directory in numbers over HTTP."""

from fastapi import APIRouter

from app.access import READ_REFERENCE, Website
from app.api.callers import under
from app.api.dependencies import NO_PARAMETERS, Reads
from app.schemas.statistics import AmountOut, StatisticsOut, Totals
from app.usecases import statistics
from app.usecases.statistics import Amount

router = APIRouter(prefix="/v1", tags=["reference"], dependencies=[NO_PARAMETERS])


@router.get("/statistics", openapi_extra=under(READ_REFERENCE))
def get_statistics(look: Reads) -> StatisticsOut:
    """How much of the directory is public: the same numbers for everybody."""
    counted = statistics.statistics(look.session, Website())
    return StatisticsOut(
        totals=Totals.model_validate(counted.totals),
        kinds=counted.kinds,
        regions=_listed(counted.regions),
        countries=_listed(counted.countries),
        sectors=_listed(counted.sectors),
    )


def _listed(amounts: dict[str, Amount]) -> list[AmountOut]:
    return [
        AmountOut(code=code, organisations=one.organisations, capabilities=one.capabilities, needs=one.needs)
        for code, one in amounts.items()
    ]
