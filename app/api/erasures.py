"""Erasure of persons over HTTP (152-ФЗ)."""

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Depends, Path, status

from app.access import ERASE, WRITE_KEPT
from app.api.callers import under
from app.api.dependencies import NO_PARAMETERS, BasedOn, OrganisationId, Writes, id_in_path
from app.schemas.erasures import ErasureIn, ErasureOut
from app.usecases import erasures

router = APIRouter(prefix="/v1", tags=["privacy"])


def contact_id(contact_id: Annotated[str, Path(json_schema_extra={"format": "uuid"})]) -> str:
    """The id from the path. Raises NotFound for what cannot be an id."""
    return id_in_path(contact_id)


ContactId = Annotated[str, Depends(contact_id)]


@router.delete(
    "/organisations/{organisation_id}/contacts/{contact_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    dependencies=[NO_PARAMETERS],
    openapi_extra=under(WRITE_KEPT),
)
def erase_contact(
    work: Writes, organisation_id: OrganisationId, contact_id: ContactId, version: BasedOn
) -> None:
    """Forget a contact everywhere: letters, kept answers and the organisation's own texts too.

    `If-Match` names the version of the organisation.
    """
    versioned_id = (organisation_id, version)
    erasures.erase_contact(work.session, work.caller, versioned_id, contact_id, work.conditions)


@router.post("/erasures", dependencies=[NO_PARAMETERS], openapi_extra=under(ERASE))
def erase_person(given: ErasureIn, work: Writes) -> ErasureOut:
    """Forget a person, by e-mail or phone, in all organisations you keep; an administrator everywhere.

    Nobody found is no error: what you ask for is true afterwards.
    """
    done = erasures.erase_person(work.session, work.caller, given, work.conditions)
    return ErasureOut(**asdict(done))
