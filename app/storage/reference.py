"""Regions and countries as tables, kept equal to the reference data that ships with the code."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app import reference
from app.storage.mapping import Table


class Country(Table):
    """A country by its ISO 3166-1 alpha-2 code."""

    __tablename__ = "country"

    code: Mapped[str] = mapped_column(primary_key=True)
    name_ru: Mapped[str]
    name_en: Mapped[str]


class Region(Table):
    """A subject of the Russian Federation by its ISO 3166-2 code."""

    __tablename__ = "region"

    code: Mapped[str] = mapped_column(primary_key=True)
    name_ru: Mapped[str]
    name_en: Mapped[str]
    district: Mapped[str | None]
    aliases: Mapped[list[str]]
    latitude: Mapped[float]
    longitude: Mapped[float]
    tile_row: Mapped[int]
    tile_column: Mapped[int]


def load(session: Session) -> int:
    """Bring both tables to the shipped reference data; the number of rows that were added or changed."""
    wanted: list[Country | Region] = [
        *(Country(code=c.code, name_ru=c.name_ru, name_en=c.name_en) for c in reference.countries().values()),
        *(_region_row(region) for region in reference.regions().values()),
    ]
    known = {
        (type(row), row.code): _values(row)
        for row in (*session.scalars(select(Country)), *session.scalars(select(Region)))
    }
    changed = [row for row in wanted if known.get((type(row), row.code)) != _values(row)]
    for row in changed:
        session.merge(row)
    return len(changed)


def _region_row(region: reference.Region) -> Region:
    return Region(
        code=region.code,
        name_ru=region.name_ru,
        name_en=region.name_en,
        district=region.district,
        aliases=list(reference.region_aliases()[region.code]),
        latitude=region.latitude,
        longitude=region.longitude,
        tile_row=region.row,
        tile_column=region.column,
    )


def _values(row: Country | Region) -> dict[str, Any]:
    return {column.key: getattr(row, column.key) for column in row.__table__.columns}
