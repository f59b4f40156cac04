"""Raising alerts: reading on in the change feed, and asking every saved search about what it names.

Two steps, each in a transaction of its own. `look` only reads and may take its time; `write` moves the
position in the feed together with all that follows from it, and does nothing where another worker moved it
first. So nothing is lost by a crash in between, and nothing is told twice.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.access import actor_of
from app.delivering import EventType
from app.matching.documents import Index
from app.matching.reciprocity import Chance
from app.matching.scoring import reaches, strength_at
from app.matching.standing import answers
from app.schemas.saved_searches import AlertChannel
from app.storage import alerts, changes, deliveries, organisations, saved_searches
from app.storage.alert_letters import Line, queue_letters
from app.storage.alerts import Alert
from app.storage.changes import Change
from app.storage.documents import Conditions
from app.storage.saved_searches import SavedSearch
from app.storage.standing import Asked
from app.storage.statements import Statement
from app.vocabulary import ChangeAction, StatementStatus, Strength

CHANGES_AT_ONCE = 200
SEARCHES_AT_ONCE = 200

OPENING = frozenset({"visibility", "country", "region", "kind", "certificates", "centre_id"})
"""Fields of an organisation whose change may bring its statements before somebody new."""

MEANING_ALONE = ["meaning"]
"""What the feed says of a statement that was only encoded anew."""


class Keeper(Protocol):
    """Whatever holds the current index."""

    def catch_up(self, session: Session) -> Index:
        """An index that knows every change this session sees."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A statement that answers a saved search, and how well."""

    search_id: str
    chance: Chance

    @property
    def statement_id(self) -> str:
        """The statement that answers."""
        return self.chance.lead.document.id


@dataclass(frozen=True, slots=True)
class Found:
    """What the changes from `start` to `end` of the feed answer."""

    start: int
    end: int
    hits: tuple[Hit, ...] = ()
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class News:
    """The statements that changed, each with its newest change, and whose they are."""

    seqs: Mapping[str, int]
    owners: frozenset[str]


def look(session: Session, keeper: Keeper, conditions: Conditions) -> Found | None:
    """What the next changes answer; None where all were looked at. Only reads."""
    start, last = alerts.position(session), changes.last_seq(session)
    if last <= start:
        return None
    oldest = saved_searches.oldest_start(session)
    if oldest is None:
        return Found(start, last)
    read = changes.read_on(session, max(start, oldest), CHANGES_AT_ONCE)
    end = read[-1].seq if read else last
    news = _news(session, read)
    if not news.seqs:
        return Found(start, end)
    index = keeper.catch_up(session)
    hits = tuple(_hits(session, index, conditions, news))
    return Found(start, end, hits, _lines(session, hits))


def write(session: Session, found: Found, moment: datetime, public_url: str) -> int | None:
    """Store the alerts and queue all that tells of them; how many, None where another worker was first."""
    if not alerts.advance(session, found.start, found.end):
        return None
    searches, others = alerts.still_there(
        session,
        {hit.search_id for hit in found.hits},
        {one for hit in found.hits for one in (hit.statement_id, hit.chance.mine.id) if one},
    )
    kept = [
        hit
        for hit in found.hits
        if hit.search_id in searches and {hit.statement_id, hit.chance.mine.id} - {""} <= others
    ]
    known = saved_searches.by_id(session, sorted({hit.search_id for hit in kept}))
    for hit in kept:
        _raise(session, known[hit.search_id], hit, moment)
    written = {(hit.search_id, hit.statement_id) for hit in kept}
    told = [line for line in found.lines if (line.search_id, line.part.statement_id) in written]
    queue_letters(session, known, told, moment, public_url)
    return len(kept)


def _raise(session: Session, search: SavedSearch, hit: Hit, moment: datetime) -> None:
    alert = Alert(
        search_id=search.id,
        statement_id=hit.statement_id,
        mine_id=hit.chance.mine.id or None,
        probability=round(hit.chance.probability, 2),
        strength=strength_at(hit.chance.probability),
        created_at=moment,
    )
    session.add(alert)
    session.flush()
    if AlertChannel.WEBHOOK in search.channels:
        data = {"id": alert.id, "saved_search_id": search.id, "strength": alert.strength}
        deliveries.announce_to(session, actor_of(search.holder()), EventType.ALERT_CREATED, data)


def _news(session: Session, read: Sequence[Change]) -> News:
    statements = {
        one.entity_id: one.seq
        for one in read
        if one.entity == "statement" and one.action != ChangeAction.DELETED and one.fields != MEANING_ALONE
    }
    owners = {
        one.organisation_id: one.seq
        for one in read
        if one.entity == "organisation"
        and one.action == ChangeAction.UPDATED
        and OPENING.intersection(one.fields)
    }
    query = select(Statement.id, Statement.organisation_id).where(
        Statement.status == StatementStatus.PUBLISHED,
        or_(Statement.id.in_(statements), Statement.organisation_id.in_(owners)),
    )
    live = {row.id: row.organisation_id for row in session.execute(query)}
    seqs = {one: max(statements.get(one, 0), owners.get(owner, 0)) for one, owner in live.items()}
    return News(seqs, frozenset(live.values()))


def _hits(session: Session, index: Index, conditions: Conditions, news: News) -> Iterator[Hit]:
    last_id = ""
    while searches := saved_searches.next_after(session, last_id, SEARCHES_AT_ONCE):
        last_id = searches[-1].id
        asked = Asked(session, conditions, searches)
        known = alerts.known_pairs(session, [search.id for search in searches], news.seqs)
        for search in searches:
            fresh = {one for one, seq in news.seqs.items() if seq > search.since_seq}
            fresh -= {statement for of, statement in known if of == search.id}
            wishes = asked.wishes(search, news.owners) if fresh else []
            yield from _enough(search, answers(index, wishes, fresh).values())


def _enough(search: SavedSearch, chances: Iterable[Chance]) -> Iterator[Hit]:
    least = Strength(search.min_strength)
    for chance in chances:
        if reaches(chance.probability, least):
            yield Hit(search.id, chance)


def _lines(session: Session, hits: Sequence[Hit]) -> tuple[Line, ...]:
    """What letters say of the hits of those searches that want letters; as their holders may see it now."""
    known = saved_searches.by_id(session, sorted({hit.search_id for hit in hits}))
    lines = []
    for search in known.values():
        if AlertChannel.LETTER in search.channels:
            its_own = [hit.chance for hit in hits if hit.search_id == search.id]
            owners = [chance.lead.document.organisation_id for chance in its_own]
            cards = organisations.cards_by_id(session, search.holder(), owners)
            lines += [Line.of(search, chance, cards) for chance in its_own]
    return tuple(lines)
