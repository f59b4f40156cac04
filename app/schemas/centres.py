"""Promotion centres as they come in and go out."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from app.schemas.places import RegionCode
from app.schemas.texts import Line, Strict

CENTRE_ID_FORM = r"[a-z0-9][a-z0-9_-]{0,62}"
CentreId = Annotated[str, StringConstraints(pattern=f"^{CENTRE_ID_FORM}$")]


class CentreIn(Strict):
    """What is said of a promotion centre. Several centres may share a region."""

    id: CentreId = Field(description="What organisations name in `centre_id`.", examples=["north"])
    name_ru: Line
    name_en: Line
    regions: list[RegionCode] = Field(default=[], max_length=100)


class Centre(BaseModel):
    """A promotion centre: it keeps its members, and those of its regions that name no centre."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    name_ru: str
    name_en: str
    regions: list[str]
    version: int
    created_at: datetime
    updated_at: datetime


class CentreList(BaseModel):
    """All centres."""

    items: list[Centre]
