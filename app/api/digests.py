"""The digest of the week over HTTP: switching it on and off, with a key or by the link of a letter."""

from fastapi import APIRouter, Request, Response, status

from app.access import OPEN, READ_KEPT, WRITE_KEPT
from app.api.callers import under
from app.api.dependencies import NO_PARAMETERS, BasedOn, OrganisationId, Reads, Writes, WriteSession
from app.api.etags import tag
from app.api.live import runtime_of
from app.schemas.digests import DigestIn, DigestOut
from app.usecases import digests

router = APIRouter(prefix="/v1/organisations", tags=["alerts"])
links = APIRouter(include_in_schema=False)
"""What mail programs call; no part of the API."""


@router.get("/{organisation_id}/digest", dependencies=[NO_PARAMETERS], openapi_extra=under(READ_KEPT))
def get_digest(organisation_id: OrganisationId, look: Reads, response: Response) -> DigestOut:
    """Whether an organisation you keep gets the digest of the week."""
    wanted, version = digests.choice(look.session, look.caller, organisation_id)
    response.headers["ETag"] = tag(version)
    return DigestOut(wanted=wanted, version=version)


@router.put("/{organisation_id}/digest", dependencies=[NO_PARAMETERS], openapi_extra=under(WRITE_KEPT))
def choose_digest(
    organisation_id: OrganisationId,
    given: DigestIn,
    version: BasedOn,
    work: Writes,
    request: Request,
    response: Response,
) -> DigestOut:
    """Switch the digest of the week on or off."""
    moment = runtime_of(request).clock()
    wanted, current = digests.choose(
        work.session, work.caller, (organisation_id, version), given.wanted, moment
    )
    response.headers["ETag"] = tag(current)
    return DigestOut(wanted=wanted, version=current)


@links.post(
    "/unsubscribe/{token}",
    status_code=status.HTTP_204_NO_CONTENT,
    dependencies=[NO_PARAMETERS],
    openapi_extra=under(OPEN),
)
def unsubscribe(token: str, session: WriteSession, request: Request) -> None:
    """End the digest this link was sent with (RFC 8058): one POST, without a key. Its body is not read."""
    digests.unsubscribe(session, token, runtime_of(request).clock())
