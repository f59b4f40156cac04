"""From introductions, as far as they may be known, to the shapes that go out."""

from collections.abc import Iterable

from app.api.views import anonymous_card, named_card
from app.introducing import Side
from app.schemas.introductions import (
    Introduction,
    IntroductionEvent,
    IntroductionSide,
    OpenContact,
    OpenContactList,
)
from app.schemas.statements import StatementBrief
from app.storage.contacts import Contact
from app.storage.disclosure import Disclosed, ShownStatement
from app.vocabulary import Language

COLUMNS = (
    "id", "state", "outcome", "withdrawn_by", "deadline_at", "answered_at", "ended_at", "concluded_at",
    "version", "created_at", "updated_at",
)  # fmt: skip


def introduction_view(known: Disclosed, language: Language) -> Introduction:
    """An introduction with both sides, and what happened so far."""
    row = known.row
    return Introduction.model_validate(
        {
            **{name: getattr(row, name) for name in COLUMNS},
            **{side.value: _side(known, side, language) for side in Side},
            "reason": known.reason,
            "decline_reason": known.decline_reason,
            "contacts_open": row.both_accept,
            "events": [
                IntroductionEvent(at=event.at, step=event.step, side=event.side, by=event.actor_kind)
                for event in row.log
            ],
        }
    )


def open_contacts_view(found: Iterable[tuple[Side, Contact]]) -> OpenContactList:
    """Contacts of the other side, without what only their keeper needs."""
    return OpenContactList(
        items=[
            OpenContact(
                side=side,
                name=contact.name,
                position=contact.position,
                email=contact.email,
                phone=contact.phone,
            )
            for side, contact in found
        ]
    )


def _side(known: Disclosed, side: Side, language: Language) -> IntroductionSide:
    shown = known.sides[side]
    if shown.organisation is not None:
        card = named_card(shown.organisation)
    else:
        assert shown.veil is not None  # noqa: S101 - who is not named has a veil
        sector = shown.statement.sector if shown.statement is not None else None
        card = anonymous_card(shown.veil, sector, language)
    return IntroductionSide(
        organisation=card,
        statement=_brief(shown.statement),
        yours=shown.kept,
        outcome=known.row.outcome_of(side),
    )


def _brief(statement: ShownStatement | None) -> StatementBrief | None:
    if statement is None:
        return None
    return StatementBrief.model_validate(statement, from_attributes=True)
