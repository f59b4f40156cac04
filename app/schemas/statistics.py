"""The directory in numbers, as it goes out."""

from pydantic import BaseModel, ConfigDict, Field


class Totals(BaseModel):
    """The whole directory."""

    model_config = ConfigDict(from_attributes=True)

    organisations: int
    regions: int = Field(description="Regions with an organisation.")
    countries: int
    capabilities: int
    needs: int


class AmountOut(BaseModel):
    """What there is in one place or sector; organisations are counted by place only."""

    code: str
    organisations: int
    capabilities: int
    needs: int


class StatisticsOut(BaseModel):
    """What is public of the directory, counted; places and sectors without anything are left out."""

    totals: Totals
    kinds: dict[str, int] = Field(description="Organisations of each kind.")
    regions: list[AmountOut]
    countries: list[AmountOut]
    sectors: list[AmountOut]
