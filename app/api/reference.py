"""Regions, countries and signals over HTTP: tables a client may keep."""

from fastapi import APIRouter
from sqlalchemy import select

from app.access import OPEN
from app.api.callers import under
from app.api.dependencies import NO_PARAMETERS, ReadSession
from app.matching.scoring import MODEL_VERSION
from app.matching.signals import SIGNALS
from app.schemas.reference import CountryList, CountryOut, RegionList, RegionOut, SignalList, SignalOut
from app.storage.reference import Country, Region

router = APIRouter(prefix="/v1", tags=["reference"], dependencies=[NO_PARAMETERS])


@router.get("/regions", openapi_extra=under(OPEN))
def list_regions(session: ReadSession) -> RegionList:
    """The subjects of the Russian Federation, with centroids and places on the tile map."""
    rows = session.scalars(select(Region).order_by(Region.code))
    return RegionList(
        items=[
            RegionOut(
                code=row.code,
                name_ru=row.name_ru,
                name_en=row.name_en,
                federal_district=row.district,
                aliases=row.aliases,
                latitude=row.latitude,
                longitude=row.longitude,
                tile_row=row.tile_row,
                tile_column=row.tile_column,
            )
            for row in rows
        ]
    )


@router.get("/countries", openapi_extra=under(OPEN))
def list_countries(session: ReadSession) -> CountryList:
    """The countries of ISO 3166-1."""
    rows = session.scalars(select(Country).order_by(Country.code))
    return CountryList(
        items=[CountryOut(code=row.code, name_ru=row.name_ru, name_en=row.name_en) for row in rows]
    )


@router.get("/signals", openapi_extra=under(OPEN))
def list_signals() -> SignalList:
    """The reasons for which the engine suggests partners, as it runs now, with their weights."""
    return SignalList(
        items=[
            SignalOut(
                name=signal.name,
                name_ru=signal.name_ru,
                name_en=signal.name_en,
                description_ru=signal.description_ru,
                description_en=signal.description_en,
                weight=signal.weight,
            )
            for signal in SIGNALS
        ],
        model_version=MODEL_VERSION,
    )
