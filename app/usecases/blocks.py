"""Block lists: reading, adding and removing whom an organisation does not want to meet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.access import Caller, Writer
from app.errors import Invalid, LimitReached, NotFound, VersionMismatch, Violation
from app.introducing import IntroductionStep, Side
from app.storage import blocks, changes, introductions, organisations
from app.storage.blocks import Block
from app.storage.finding import found, require_kept
from app.storage.introduction_steps import note
from app.storage.organisations import Organisation
from app.storage.pages import Page, Position, page_of
from app.storage.veils import Veiled, known_as, meant_by
from app.vocabulary import ChangeAction

BLOCKS_OF_ONE = 1_000
VERSION = 1


@dataclass(frozen=True, slots=True)
class ShownBlock:
    """An entry of a block list, with whom it blocks as far as the caller may know it."""

    row: Block
    organisation: Organisation | None
    veil: Veiled | None


def browse(session: Session, caller: Caller, organisation_id: str, position: Position) -> Page[ShownBlock]:
    """A page of an organisation's block list, newest first, for those who act for it."""
    require_kept(session, caller, organisation_id)
    query = blocks.of_organisation(organisation_id)
    page = page_of(session, query, (Block.created_at, True, Block.id), position)
    return Page(_shown(session, caller, page.rows), page.next)


def add(session: Session, caller: Writer, place: tuple[str, str], moment: datetime) -> ShownBlock:
    """Block (organisation, whom): a second time changes nothing. Their open introductions end.

    The other side is told of their end, and never of the block.
    """
    organisation_id, named = place
    changes.lock_feed(session)
    require_kept(session, caller, organisation_id)
    blocked_id = _meant(session, caller, organisation_id, named)
    row = blocks.find(session, organisation_id, blocked_id)
    if row is None:
        if blocks.count(session, organisation_id) >= BLOCKS_OF_ONE:
            raise LimitReached(limit=BLOCKS_OF_ONE)
        pair_key = f"{organisation_id}:{blocked_id}"
        row = Block(organisation_id=organisation_id, blocked_id=blocked_id, pair_key=pair_key)
        session.add(row)
        session.flush()
        changes.record(session, caller, ("block", row.id, organisation_id), ChangeAction.CREATED)
        _end_introductions(session, caller, row, moment)
    return _shown(session, caller, [row])[0]


def remove(session: Session, caller: Writer, place: tuple[str, str], version: int) -> None:
    """Take (organisation, whom) off the list. Raises NotFound for one that is not on it as it is named."""
    organisation_id, named = place
    require_kept(session, caller, organisation_id)
    rows = {row.blocked_id: row for row in session.scalars(blocks.of_organisation(organisation_id))}
    cards, veils = known_as(session, caller, rows)
    # By the name the list shows: another one would tell whose handle it is.
    shown = {one: one for one in cards} | {veil.handle: one for one, veil in veils.items()}
    row = found(rows.get(shown.get(named, "")), "block", named)
    if version != VERSION:
        raise VersionMismatch(current=VERSION)
    session.delete(row)
    session.flush()
    changes.record(session, caller, ("block", row.id, organisation_id), ChangeAction.DELETED)


def _meant(session: Session, caller: Writer, organisation_id: str, named: str) -> str:
    meant = meant_by(session, caller, named)
    if meant is None and not organisations.is_visible(session, caller, named):
        raise NotFound(what="organisation", id=named)
    if organisation_id in (named, meant):
        raise Invalid([Violation("partner_id", "partner_self", {"in": "path"})])
    return meant or named


def _end_introductions(session: Session, caller: Writer, block: Block, moment: datetime) -> None:
    for row in introductions.open_between(session, block.organisation_id, block.blocked_id):
        side = Side.INITIATOR if row.initiator_id == block.organisation_id else Side.PARTNER
        if row.ends_by_itself(moment):
            continue
        row.withdraw(moment, side)
        session.flush()
        note(session, caller, row, IntroductionStep.WITHDRAWN, side, moment)


def _shown(session: Session, caller: Caller, rows: Sequence[Block]) -> list[ShownBlock]:
    cards, veils = known_as(session, caller, [row.blocked_id for row in rows])
    return [ShownBlock(row, cards.get(row.blocked_id), veils.get(row.blocked_id)) for row in rows]
