"""From introductions and block lists, as far as partners may be known, to the shapes that go out."""

from collections.abc import Iterable

from app.api.views import anonymous_card, named_card
from app.introducing import Side
from app.schemas.blocks import Block
from app.schemas.introductions import (
    Introduction,
    IntroductionEvent,
    IntroductionSide,
    OpenContact,
    OpenContactList,
)
from app.schemas.organisations import PartnerCard
from app.schemas.statements import StatementBrief
from app.storage.contacts import Contact
from app.storage.disclosure import Disclosed, ShownStatement
from app.storage.organisations import Organisation
from app.storage.veils import Veiled
from app.usecases.blocks import ShownBlock
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


def block_view(shown: ShownBlock, language: Language) -> Block:
    """An entry of a block list."""
    return Block(
        partner=_card(shown.organisation, shown.veil, None, language), created_at=shown.row.created_at
    )


def _card(
    organisation: Organisation | None, veil: Veiled | None, sector: str | None, language: Language
) -> PartnerCard:
    if organisation is not None:
        return named_card(organisation)
    assert veil is not None  # noqa: S101 - who is not named has a veil
    return anonymous_card(veil, sector, language)


def _side(known: Disclosed, side: Side, language: Language) -> IntroductionSide:
    shown = known.sides[side]
    sector = shown.statement.sector if shown.statement is not None else None
    return IntroductionSide(
        organisation=_card(shown.organisation, shown.veil, sector, language),
        statement=_brief(shown.statement),
        yours=shown.kept,
        outcome=known.row.outcome_of(side),
    )


def _brief(statement: ShownStatement | None) -> StatementBrief | None:
    if statement is None:
        return None
    return StatementBrief.model_validate(statement, from_attributes=True)
