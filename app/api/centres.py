"""Promotion centres over HTTP."""

import re
from typing import Annotated

from fastapi import APIRouter, Depends, Response, status

from app.access import ADMINISTER, READ_REFERENCE
from app.api.callers import under
from app.api.dependencies import NO_PARAMETERS, BasedOn, Reads, Writes
from app.api.etags import MergePatch, tag
from app.errors import NotFound
from app.schemas.centres import CENTRE_ID_FORM, Centre, CentreIn, CentreList
from app.usecases import centres

router = APIRouter(prefix="/v1/centres", tags=["centres"], dependencies=[NO_PARAMETERS])

CENTRE_ID = re.compile(CENTRE_ID_FORM)


def centre_id(centre_id: str) -> str:
    """The id from the path. Raises NotFound for what cannot be a centre's id."""
    if not CENTRE_ID.fullmatch(centre_id):
        raise NotFound(what="centre", id=centre_id[:40])
    return centre_id


IdOfCentre = Annotated[str, Depends(centre_id)]


@router.post("", status_code=status.HTTP_201_CREATED, openapi_extra=under(ADMINISTER))
def create_centre(given: CentreIn, work: Writes, response: Response) -> Centre:
    """Register a promotion centre with its regions."""
    row = centres.create(work.session, work.caller, given)
    response.headers["Location"] = f"/v1/centres/{row.id}"
    response.headers["ETag"] = tag(row.version)
    return Centre.model_validate(row)


@router.get("", openapi_extra=under(READ_REFERENCE))
def list_centres(look: Reads) -> CentreList:
    """The promotion centres with their regions."""
    return CentreList(items=[Centre.model_validate(row) for row in centres.browse(look.session)])


@router.get("/{centre_id}", openapi_extra=under(READ_REFERENCE))
def get_centre(look: Reads, centre_id: IdOfCentre, response: Response) -> Centre:
    """One promotion centre."""
    row = centres.read(look.session, centre_id)
    response.headers["ETag"] = tag(row.version)
    return Centre.model_validate(row)


@router.patch("/{centre_id}", openapi_extra=under(ADMINISTER))
def update_centre(
    work: Writes, centre_id: IdOfCentre, patch: MergePatch, version: BasedOn, response: Response
) -> Centre:
    """Change names or regions by a JSON Merge Patch; the id stays."""
    row = centres.update(work.session, work.caller, centre_id, version, patch)
    response.headers["ETag"] = tag(row.version)
    return Centre.model_validate(row)
