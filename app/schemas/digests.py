"""Whether an organisation wants the digest of the week."""

from pydantic import BaseModel, Field

from app.schemas.texts import Strict


class DigestIn(Strict):
    """The choice."""

    wanted: bool = Field(examples=[False], description="False: no digest of the week from now on.")


class DigestOut(BaseModel):
    """The choice as it stands; wanted until somebody says otherwise."""

    wanted: bool
    version: int
