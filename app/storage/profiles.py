"""Between an organisation's rows and the profile a person fills in: taking one in, giving one back."""

from collections.abc import Callable, Hashable, Iterable
from typing import Any, TypeVar

from app.schemas.identifiers import check_identifier
from app.schemas.organisation_input import CertificateIn, ContactIn, OrganisationIn
from app.storage.certificates import Certificate
from app.storage.contacts import Contact
from app.storage.identifiers import Identifier
from app.storage.mapping import now
from app.storage.organisations import Organisation

COLUMNS = (
    "kind", "legal_name", "short_name", "legal_form", "country", "region", "city", "address", "site",
    "languages", "size", "description", "source", "okved2_main", "okved2", "centre_id", "cluster_ids",
    "committee_ids", "external_id", "visibility", "localisation",
)  # fmt: skip
CERTIFICATE_FIELDS = tuple(CertificateIn.model_fields)
CONTACT_FIELDS = tuple(ContactIn.model_fields)

Row = TypeVar("Row")


def new_organisation(given: OrganisationIn, by: str) -> Organisation:
    """A new row, not yet in a session, with everything the profile says."""
    row = Organisation(created_at=now(), provenance={}, identifiers=[], certificates=[], contacts=[])
    take(row, given, by)
    return row


def take(row: Organisation, given: OrganisationIn, by: str) -> frozenset[str]:
    """Bring the row to what the profile says; the names of the fields that changed."""
    values = given.model_dump(mode="json", include=set(COLUMNS))
    changed = {name for name in COLUMNS if getattr(row, name) != values[name]}
    for name in changed:
        setattr(row, name, values[name])
    changed |= _take_identifiers(row, given)
    changed |= _take_parts(row, "certificates", given.certificates, CERTIFICATE_FIELDS, Certificate)
    changed |= _take_parts(row, "contacts", given.contacts, CONTACT_FIELDS, Contact)
    if changed:
        row.refresh_keys()
        row.note_source(changed, given.source, by)
        # A change in a child table alone must raise the version of the profile too.
        row.updated_at = now()
    return frozenset(changed)


def as_input(row: Organisation) -> dict[str, Any]:
    """The profile as it would have to be given to make this row, as JSON values."""
    profile = {name: getattr(row, name) for name in COLUMNS}
    profile["identifiers"] = [
        {"scheme": number.scheme, "number": number.number} for number in row.identifiers
    ]
    profile["certificates"] = [_json(held, CERTIFICATE_FIELDS) for held in row.certificates]
    profile["contacts"] = [_json(person, CONTACT_FIELDS) for person in row.contacts]
    return profile


def _take_identifiers(row: Organisation, given: OrganisationIn) -> set[str]:
    wanted = {
        (given.country, item.scheme, item.number): check_identifier(given.country, item.scheme, item.number)
        for item in given.identifiers
    }

    def make(key: tuple[str, str, str]) -> Identifier:
        country, scheme, number = key
        flag = wanted[key].needs_confirmation
        return Identifier(country=country, scheme=scheme, number=number, needs_confirmation=flag)

    def key_of(number: Identifier) -> tuple[str, str, str]:
        return number.country, number.scheme, number.number

    return {"identifiers"} if _replace(row.identifiers, wanted, key_of, make) else set()


def _take_parts(
    row: Organisation,
    name: str,
    given: Iterable[CertificateIn | ContactIn],
    fields: tuple[str, ...],
    table: type[Certificate] | type[Contact],
) -> set[str]:
    wanted = {tuple(getattr(item, field) for field in fields): item for item in given}

    def make(key: tuple[Any, ...]) -> Any:
        return table(**dict(zip(fields, key, strict=True)))

    def key_of(part: Any) -> tuple[Any, ...]:
        return tuple(getattr(part, field) for field in fields)

    return {name} if _replace(getattr(row, name), wanted, key_of, make) else set()


def _replace(
    rows: list[Row], wanted: Iterable[Hashable], key_of: Callable[[Row], Any], make: Callable[[Any], Row]
) -> bool:
    """Keep the rows that are still wanted: inserts run before deletes, and would meet unique keys."""
    keys = list(wanted)
    kept = {key_of(row): row for row in rows}
    if set(keys) == kept.keys() and len(kept) == len(rows):
        return False
    rows[:] = [kept[key] if key in kept else make(key) for key in keys]
    return True


def _json(row: Any, fields: tuple[str, ...]) -> dict[str, Any]:
    values = {field: getattr(row, field) for field in fields}
    return {
        field: value.isoformat() if hasattr(value, "isoformat") else value for field, value in values.items()
    }
