"""Keys over HTTP: an administrator manages all, a centre its own and its members', a member its own."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response, status
from pydantic import Field

from app.access import HOLD_KEYS
from app.api.callers import under
from app.api.dependencies import NO_PARAMETERS, AtDesk, BasedOn, Reads, Writes, id_in_path
from app.api.etags import tag
from app.api.pagination import cursor_to, link_next, position_at
from app.api.views_of_keys import key_view, new_key_view
from app.schemas.keys import Key, KeyIn, KeyPage, NewKey, RotationIn
from app.schemas.texts import Id, Strict, Word
from app.usecases import keys
from app.vocabulary import CallerKind

router = APIRouter(prefix="/v1/keys", tags=["keys"])

ORDER = "-created_at"


class KeyQuery(Strict):
    """Which keys; a repeated parameter means «or»."""

    kind: list[CallerKind] = Field(default=[], max_length=10)
    organisation_id: list[Id] = Field(default=[], max_length=100)
    centre_id: list[Word] = Field(default=[], max_length=50)
    limit: Annotated[int, Field(ge=1, le=100)] = 20
    cursor: Annotated[str, Field(max_length=2000)] | None = None


def key_id(key_id: str) -> str:
    """The id from the path. Raises NotFound for what cannot be an id."""
    return id_in_path(key_id)


KeyId = Annotated[str, Depends(key_id)]


@router.post(
    "", status_code=status.HTTP_201_CREATED, dependencies=[NO_PARAMETERS], openapi_extra=under(HOLD_KEYS)
)
def create_key(given: KeyIn, work: Writes, desk: AtDesk, response: Response) -> NewKey:
    """Make a key. The answer is the only place that ever shows it; nobody gives a scope it lacks."""
    row, text = keys.create(work.session, work.caller, given, desk)
    return _shown_once(response, new_key_view(row, text, desk.now))


@router.get("", openapi_extra=under(HOLD_KEYS))
def list_keys(
    query: Annotated[KeyQuery, Query()], look: Reads, desk: AtDesk, request: Request, response: Response
) -> KeyPage:
    """The keys you manage, masked, newest first, a page at a time; ended ones too."""
    wanted = keys.KeyFilter(query.kind, query.organisation_id, query.centre_id)
    position = position_at(query, ORDER)
    page = keys.browse(look.session, look.caller, wanted, position)
    cursor = cursor_to(page.next, query, ORDER)
    link_next(request, response, cursor)
    return KeyPage(items=[key_view(row, desk.now) for row in page.rows], next_cursor=cursor)


@router.get("/{key_id}", dependencies=[NO_PARAMETERS], openapi_extra=under(HOLD_KEYS))
def get_key(look: Reads, key_id: KeyId, desk: AtDesk, response: Response) -> Key:
    """One key, masked."""
    row = keys.read(look.session, look.caller, key_id)
    response.headers["ETag"] = tag(row.version)
    return key_view(row, desk.now)


@router.post(
    "/{key_id}/rotation",
    status_code=status.HTTP_201_CREATED,
    dependencies=[NO_PARAMETERS],
    openapi_extra=under(HOLD_KEYS),
)
def rotate_key(work: Writes, key_id: KeyId, given: RotationIn, desk: AtDesk, response: Response) -> NewKey:
    """Make a key that opens the same; the old one works on beside it until the moment you state."""
    row, text = keys.rotate(work.session, work.caller, key_id, given.old_works_until, desk)
    return _shown_once(response, new_key_view(row, text, desk.now))


@router.delete(
    "/{key_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    dependencies=[NO_PARAMETERS],
    openapi_extra=under(HOLD_KEYS),
)
def revoke_key(work: Writes, key_id: KeyId, version: BasedOn, desk: AtDesk) -> None:
    """End a key: it opens nothing from the next request on. It stays in the list as revoked."""
    keys.revoke(work.session, work.caller, key_id, version, desk)


def _shown_once(response: Response, made: NewKey) -> NewKey:
    response.headers["Location"] = f"/v1/keys/{made.id}"
    response.headers["ETag"] = tag(made.version)
    response.headers["Cache-Control"] = "no-store"
    return made
