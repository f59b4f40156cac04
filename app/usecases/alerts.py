"""Alerts as their holder reads them: what was found, with the reasons as they are now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.access import Caller, Writer
from app.matching.documents import Index
from app.matching.partners import Pair
from app.matching.standing import answers
from app.storage import alerts, organisations, saved_searches
from app.storage.alerts import Alert
from app.storage.documents import Conditions
from app.storage.organisations import Organisation
from app.storage.pages import Page, Position, page_of
from app.storage.standing import Asked
from app.storage.veils import Veiled, veils_of


@dataclass(frozen=True, slots=True)
class Reading:
    """What alerts are read with: a session, its index, who reads, and under which conditions."""

    session: Session
    index: Index
    caller: Caller
    conditions: Conditions


@dataclass(frozen=True, slots=True)
class ShownAlert:
    """An alert, whom it tells of as far as the reader may know, and why; no pair where they fit no more."""

    row: Alert
    card: Organisation | None
    veil: Veiled | None
    pair: Pair | None


def browse(reading: Reading, unread: bool, search_ids: Sequence[str], position: Position) -> Page[ShownAlert]:
    """A page of the caller's alerts, newest first; what it may no longer be told of is left out."""
    query = alerts.select_shown(reading.caller, reading.conditions.today)
    if unread:
        query = query.where(Alert.read_at.is_(None))
    if search_ids:
        query = query.where(Alert.search_id.in_(list(search_ids)))
    page = page_of(reading.session, query, (Alert.created_at, True, Alert.id), position)
    return Page(_shown(reading, _not_spared(reading, page.rows)), page.next)


def mark_read(session: Session, caller: Writer, alert_ids: Sequence[str], moment: datetime) -> int:
    """Note that these alerts were read; how many of them were the caller's and unread."""
    own = saved_searches.select_held(caller).with_only_columns(saved_searches.SavedSearch.id)
    unread = (Alert.id.in_(list(alert_ids)), Alert.search_id.in_(own), Alert.read_at.is_(None))
    done = session.execute(update(Alert).where(*unread).values(read_at=moment).returning(Alert.id))
    return len(done.all())


def _not_spared(reading: Reading, rows: Sequence[Alert]) -> list[Alert]:
    asking = {row.id: row.mine.organisation_id if row.mine else None for row in rows}
    away = {
        one: alerts.spared(reading.session, reading.caller, one, reading.conditions.today)
        for one in set(asking.values())
    }
    return [row for row in rows if row.statement.organisation_id not in away[asking[row.id]]]


def _shown(reading: Reading, rows: Sequence[Alert]) -> list[ShownAlert]:
    owners = {row.statement.organisation_id for row in rows}
    cards = organisations.cards_by_id(reading.session, reading.caller, owners)
    hidden = organisations.veiled_by_id(reading.session, reading.caller, owners - cards.keys())
    veils = veils_of(reading.session, reading.caller, hidden) if hidden else {}
    pairs = _pairs(reading, rows)
    return [
        ShownAlert(row, cards.get(owner), veils.get(owner), pairs.get(row.id))
        for row in rows
        if (owner := row.statement.organisation_id) in cards or owner in veils
    ]


def _pairs(reading: Reading, rows: Sequence[Alert]) -> Mapping[str, Pair]:
    """Why each of them fits, by the alert's id, of those that still do."""
    searches = saved_searches.by_id(reading.session, sorted({row.search_id for row in rows}))
    asked = Asked(reading.session, reading.conditions, list(searches.values()))
    pairs = {}
    for row in rows:
        wishes = asked.wishes(searches[row.search_id], frozenset({row.statement.organisation_id}))
        chance = answers(reading.index, wishes, {row.statement_id}).get(row.statement_id)
        if chance is not None:
            pairs[row.id] = Pair(chance.mine, chance.lead.explain(), chance.probability)
    return pairs
