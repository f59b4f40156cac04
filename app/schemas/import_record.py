"""One organisation of an import file, with its statements."""

from collections.abc import Mapping
from typing import Any, Self

from pydantic import Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from app.schemas.organisation_input import IdentifierIn, OrganisationIn
from app.schemas.places import CountryCode
from app.schemas.statement_input import StatementIn
from app.schemas.texts import Strict, Word
from app.vocabulary import StatementKind, StatementStatus


class ImportRecord(OrganisationIn):
    """An organisation and its statements; `capabilities` and `needs` take plain texts.

    Statements of a record are published unless it says otherwise.
    """

    statements: list[StatementIn] = Field(default=[], max_length=500)

    @model_validator(mode="before")
    @classmethod
    def _gather_statements(cls, raw: Any) -> Any:
        return _gathered(raw)

    @field_validator("statements")
    @classmethod
    def _each_once(cls, given: list[StatementIn]) -> list[StatementIn]:
        ids = [form.external_id for form in given if form.external_id is not None]
        if len(ids) != len(set(ids)):
            raise PydanticCustomError("external_id_repeated", "two statements have one external_id")
        return given

    @model_validator(mode="after")
    def _identifiable(self) -> Self:
        if not (self.external_id or any(item.scheme != "kpp" for item in self.identifiers)):
            raise PydanticCustomError("identity_required", "give an official number or an external_id")
        return self

    def organisation_fields(self) -> dict[str, Any]:
        """What the record says of the organisation itself, as JSON values, left-out fields left out."""
        return self.model_dump(mode="json", exclude={"statements"}, exclude_unset=True)


class StatementsOfKnown(Strict):
    """Statements of an organisation that is named by a number or by its centre's own id only."""

    country: CountryCode = "RU"
    identifiers: list[IdentifierIn] = Field(default=[], max_length=20)
    external_id: Word | None = None
    centre_id: Word | None = None
    statements: list[StatementIn] = Field(min_length=1, max_length=500)

    @model_validator(mode="before")
    @classmethod
    def _gather_statements(cls, raw: Any) -> Any:
        return _gathered(raw)

    @model_validator(mode="after")
    def _identifiable(self) -> Self:
        if not (self.external_id or self.identifiers):
            raise PydanticCustomError("identity_required", "give an official number or an external_id")
        return self


def _gathered(raw: Any) -> Any:
    if not isinstance(raw, Mapping):
        return raw
    record = dict(raw)
    short = [
        {"kind": kind.value, "text": entry} if isinstance(entry, str) else _of_kind(kind, entry, field)
        for kind, field in ((StatementKind.CAPABILITY, "capabilities"), (StatementKind.NEED, "needs"))
        for entry in _entries(record.pop(field, None), field)
    ]
    listed = record.get("statements", [])
    if isinstance(listed, list):
        record["statements"] = [
            {"status": StatementStatus.PUBLISHED.value, **entry} if isinstance(entry, Mapping) else entry
            for entry in (*listed, *short)
        ]
    return record


def _of_kind(kind: StatementKind, entry: Mapping[str, Any], field: str) -> dict[str, Any]:
    if entry.get("kind", kind.value) != kind.value:
        raise PydanticCustomError(
            "kind_conflict", "{field} hold {kind}", {"field": field, "kind": kind.value}
        )
    return {**entry, "kind": kind.value}


def _entries(value: Any, field: str) -> list[str | Mapping[str, Any]]:
    if value is None:
        return []
    entries = value if isinstance(value, list) else [value]
    if not all(isinstance(entry, str | Mapping) for entry in entries):
        raise PydanticCustomError("statement_list", "{field} must be texts or statements", {"field": field})
    return entries
