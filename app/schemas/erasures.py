"""The wish of a person to be forgotten, and what was done."""

from typing import Self

from pydantic import BaseModel, Field, model_validator
from pydantic_core import PydanticCustomError

from app.schemas.organisation_input import Email, Phone
from app.schemas.texts import Id, Strict


class ErasureIn(Strict):
    """Who is to be forgotten, by e-mail, phone or both."""

    email: Email | None = Field(default=None, examples=["coop@proba.example"])
    phone: Phone | None = Field(default=None, description="In any spelling; +7 and 8 are the same.")

    @model_validator(mode="after")
    def _somebody(self) -> Self:
        if not (self.email or self.phone):
            raise PydanticCustomError("contact_unreachable", "give an e-mail or a phone")
        return self


class ErasureOut(BaseModel):
    """What was done; it names nobody."""

    id: Id = Field(description="Under this id the erasure stands in the audit log.")
    contacts: int = Field(description="Contacts removed.")
    letters: int = Field(description="Letters not delivered that were dropped, or have the person taken out.")
    texts: int = Field(description="Records whose texts named the person and have it taken out.")
    organisations: list[Id] = Field(description="Organisations that lost a contact.")
    without_contact: list[Id] = Field(description="Those of them that have no contact left.")
