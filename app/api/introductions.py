"""Introductions over HTTP: from interest to acceptance and outcome."""

from typing import Annotated

from fastapi import APIRouter, Body, Depends, Path, Query, Request, Response, status
from pydantic import Field

from app.access import READ_CONTACTS, READ_KEPT, WRITE_KEPT
from app.api.callers import under
from app.api.dependencies import (
    NO_PARAMETERS,
    BasedOn,
    KeyHolder,
    Reads,
    Writes,
    WriteSession,
    id_in_path,
)
from app.api.etags import tag
from app.api.live import runtime_of
from app.api.pagination import cursor_to, link_next, position_at
from app.api.views_of_introductions import introduction_view, open_contacts_view
from app.introducing import IntroductionState, Side
from app.schemas.introductions import (
    Introduction,
    IntroductionIn,
    IntroductionPage,
    IntroductionStepIn,
    OpenContactList,
)
from app.schemas.texts import Id, Strict
from app.schemas.webhooks import IntroductionMoved
from app.usecases import introductions
from app.usecases.introductions import IntroductionFilter, Occasion

router = APIRouter(prefix="/v1/introductions", tags=["introductions"])
events = APIRouter()
"""What receivers are sent; it stands in the OpenAPI document only."""

NEWEST_FIRST = "-created_at"
ROLES = {"out": Side.INITIATOR, "in": Side.PARTNER}

Step = Annotated[
    IntroductionStepIn,
    Body(
        media_type="application/merge-patch+json",
        openapi_examples={
            "accept": {"value": {"state": "accepted"}},
            "decline": {
                "value": {"state": "declined", "decline_reason": "До лета мощности заняты, спросите осенью."}
            },
            "withdraw": {"value": {"state": "withdrawn"}},
            "outcome": {"value": {"outcome": "supply_contract"}},
        },
    ),
]


def introduction_id(introduction_id: Annotated[str, Path(json_schema_extra={"format": "uuid"})]) -> str:
    """The id from the path. Raises NotFound for what cannot be an id."""
    return id_in_path(introduction_id)


async def occasion(request: Request) -> Occasion:
    """The moment, and the terms of this installation."""
    runtime = runtime_of(request)
    return Occasion(runtime.clock(), runtime.terms)


IntroductionId = Annotated[str, Depends(introduction_id)]
OnOccasion = Annotated[Occasion, Depends(occasion)]


class IntroductionQuery(Strict):
    """Which introductions; a repeated parameter means «or»."""

    role: list[Annotated[str, Field(pattern="^(in|out)$")]] = Field(
        default=[], max_length=2, description="`out`: you are interested; `in`: somebody is in you."
    )
    state: list[IntroductionState] = Field(default=[], max_length=5)
    organisation: list[Id] = Field(
        default=[], max_length=100, description="Those of these organisations, of the ones you keep."
    )
    limit: Annotated[int, Field(ge=1, le=100)] = 20
    cursor: Annotated[str, Field(max_length=2000)] | None = None


@router.post(
    "", status_code=status.HTTP_201_CREATED, dependencies=[NO_PARAMETERS], openapi_extra=under(WRITE_KEPT)
)
def request_introduction(
    given: IntroductionIn, work: Writes, occasion: OnOccasion, response: Response
) -> Introduction:
    """Be interested in a partner, and say why. This is the first accept; the partner's answer is the second.

    Where the two have an open introduction already, also one the partner began, the answer is 409 with its
    address in `Location`.
    """
    row = introductions.request(work.session, work.caller, given, occasion)
    response.headers["Location"] = f"/v1/introductions/{row.id}"
    response.headers["ETag"] = tag(row.version)
    return introduction_view(introductions.shown(work.session, work.caller, row), work.language)


@router.get("", openapi_extra=under(READ_KEPT))
def list_introductions(
    query: Annotated[IntroductionQuery, Query()], look: Reads, request: Request, response: Response
) -> IntroductionPage:
    """The introductions of the organisations you act for, newest first, a page at a time."""
    wanted = IntroductionFilter([ROLES[role] for role in query.role], query.state, query.organisation)
    position = position_at(query, NEWEST_FIRST)
    page = introductions.browse(look.session, look.caller, wanted, position)
    cursor = cursor_to(page.next, query, NEWEST_FIRST)
    link_next(request, response, cursor)
    return IntroductionPage(
        items=[introduction_view(known, look.language) for known in page.rows], next_cursor=cursor
    )


@router.get("/{introduction_id}", dependencies=[NO_PARAMETERS], openapi_extra=under(READ_KEPT))
def get_introduction(look: Reads, introduction_id: IntroductionId, response: Response) -> Introduction:
    """One introduction. Who is anonymous has no name in it until both sides accept."""
    row = introductions.read(look.session, look.caller, introduction_id)
    # No 304: what may be known of the other side changes without this record.
    response.headers["ETag"] = tag(row.version)
    return introduction_view(introductions.shown(look.session, look.caller, row), look.language)


@router.patch("/{introduction_id}", dependencies=[NO_PARAMETERS], openapi_extra=under(WRITE_KEPT))
def advance_introduction(
    work: Writes,
    introduction_id: IntroductionId,
    step: Step,
    version: BasedOn,
    occasion: OnOccasion,
    response: Response,
) -> Introduction:
    """Accept, decline with a reason, withdraw, or state the outcome.

    The partner accepts or declines until the deadline. Either side withdraws, also after both accepted:
    names and contacts close with it. An outcome counts once both sides state the same.
    """
    row = introductions.advance(work.session, work.caller, (introduction_id, version), step, occasion)
    response.headers["ETag"] = tag(row.version)
    return introduction_view(introductions.shown(work.session, work.caller, row), work.language)


@router.get(
    "/{introduction_id}/contacts",
    dependencies=[NO_PARAMETERS],
    responses={409: {"description": "The contacts are closed."}},
    openapi_extra=under(READ_CONTACTS),
)
def list_introduction_contacts(
    session: WriteSession, caller: KeyHolder, introduction_id: IntroductionId, response: Response
) -> OpenContactList:
    """The contacts of the other side, while both accepts stand: otherwise 409. Each reading is recorded."""
    response.headers["Cache-Control"] = "no-store"
    return open_contacts_view(introductions.open_contacts(session, caller, introduction_id))


@events.post("introduction-moved", status_code=status.HTTP_204_NO_CONTENT)
def introduction_moved(event: IntroductionMoved) -> None:
    """An introduction took a step. It names nobody: read the introduction with your own key."""
