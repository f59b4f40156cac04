"""The digest of the week: a letter a member with what is new and fits, its alerts, what of its own ends.

As with alerts, `look` only reads and `write` notes the week together with the letter, so that neither
restarts nor any number of workers make two of them.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from sqlalchemy.orm import Session

from app.access import Caller, Member, Writer
from app.errors import NotFound, VersionMismatch
from app.matching.documents import Filters, Index, Wish
from app.matching.reciprocity import Chance
from app.matching.scoring import reaches
from app.matching.standing import ANSWERS_AT_MOST, answers
from app.messages.letters_of_alerts import letter_text
from app.storage import alerts, digests, letters, organisations
from app.storage.alert_letters import part_of
from app.storage.documents import Conditions, documents_of
from app.storage.finding import require_kept
from app.storage.letters import Frame, Part
from app.vocabulary import Language, Strength

LOOKS_BACK = timedelta(days=7)
LOOKS_AHEAD = timedelta(days=14)
NEWS_AT_MOST = 5_000
"""Statements of a week that are looked at, the newest first."""

LINES = 5
"""New partners in one letter, the best of them; more is not read."""


class Keeper(Protocol):
    """Whatever holds the current index."""

    def catch_up(self, session: Session) -> Index:
        """An index that knows every change this session sees."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """When digests go out: weekday 1 (Monday) to 7, 0 for never, and the hour in Moscow."""

    weekday: int
    hour: int


@dataclass(frozen=True, slots=True)
class Written:
    """The digest of one organisation, ready to go out; without parts and endings there is nothing to say."""

    organisation_id: str
    parts: tuple[Part, ...]
    unread: int
    endings: tuple[tuple[str, date], ...]

    @property
    def said(self) -> int:
        """How many things it says."""
        return len(self.parts) + len(self.endings) + (1 if self.unread else 0)


@dataclass(frozen=True, slots=True)
class Desk:
    """What digests are made with, but for the session."""

    conditions: Conditions
    moment: datetime
    language: Language
    public_url: str


def look(session: Session, keeper: Keeper, desk: Desk, week: date, limit: int) -> list[Written]:
    """The digests of some organisations that have none of this week yet. Only reads."""
    owners = digests.waiting(session, week, desk.moment, limit)
    if not owners:
        return []
    news = dict(digests.came_into_view(session, desk.moment - LOOKS_BACK, NEWS_AT_MOST))
    index = keeper.catch_up(session)
    return [_of(session, index, desk, owner, news) for owner in owners]


def write(session: Session, found: Sequence[Written], desk: Desk, week: date) -> int:
    """Note the week for each of them, and queue the letters of those that have something to say; how many."""
    queued = 0
    for one in found:
        if digests.take(session, one.organisation_id, week, one.said) and one.said:
            queued += _queue(session, one, desk)
    return queued


def choice(session: Session, caller: Caller, organisation_id: str) -> tuple[bool, int]:
    """Whether an organisation the caller keeps wants the digest, and the version of that."""
    require_kept(session, caller, organisation_id)
    return digests.choice(session, organisation_id)


def choose(
    session: Session, caller: Writer, versioned_id: tuple[str, int], wanted: bool, moment: datetime
) -> tuple[bool, int]:
    """Switch the digest of an organisation on or off."""
    organisation_id, version = versioned_id
    require_kept(session, caller, organisation_id)
    digests.lock(session, organisation_id)
    known, current = digests.choice(session, organisation_id)
    if current != version:
        raise VersionMismatch(current=current)
    if known != wanted:
        current = digests.choose(session, organisation_id, wanted, moment)
    return wanted, current


def unsubscribe(session: Session, token: str, moment: datetime) -> None:
    """End the digest a letter's token is of; a second time changes nothing. Raises NotFound otherwise."""
    organisation_id = digests.meant_by(session, token)
    if organisation_id is None or not digests.lock(session, organisation_id):
        raise NotFound(what="digest", id="")
    if digests.wants(session, organisation_id):
        digests.choose(session, organisation_id, False, moment)


def _of(session: Session, index: Index, desk: Desk, organisation_id: str, news: Mapping[str, str]) -> Written:
    reader, today = Member(organisation_id), desk.conditions.today
    best = _best(session, index, desk, reader, news)
    cards = organisations.cards_by_id(session, reader, [one.lead.document.organisation_id for one in best])
    unread = alerts.count_unread(session, reader, today, desk.moment - LOOKS_BACK)
    return Written(
        organisation_id,
        tuple(part_of(one, cards, desk.language) for one in best),
        unread,
        tuple(digests.ending(session, organisation_id, today, today + LOOKS_AHEAD)),
    )


def _best(
    session: Session, index: Index, desk: Desk, reader: Member, news: Mapping[str, str]
) -> list[Chance]:
    """The best new statement of each of the best partners that have published this week."""
    today = desk.conditions.today
    filters = Filters(
        visibilities=organisations.suggested_to(reader),
        kept_away=alerts.spared(session, reader, None, today),
        among=frozenset(news.values()),
    )
    if not filters.among:
        return []
    asked = documents_of(session, desk.conditions, reader, reader.organisation_id)
    wishes = [
        Wish(one, today, filters, limit=ANSWERS_AT_MOST)
        for one in asked
        if one.expires_on is None or one.expires_on >= today
    ]
    return _first_of_each(answers(index, wishes, news.keys()).values())[:LINES]


def _first_of_each(chances: Collection[Chance]) -> list[Chance]:
    by_owner: dict[str, Chance] = {}
    for one in chances:  # the best first
        if reaches(one.probability, Strength.GOOD):
            by_owner.setdefault(one.lead.document.organisation_id, one)
    return list(by_owner.values())


def _queue(session: Session, one: Written, desk: Desk) -> int:
    reader, language = Member(one.organisation_id), desk.language
    link = f"{desk.public_url}/unsubscribe/{digests.token_of(session, one.organisation_id)}"
    ends = [letter_text("digest_ends", language, title=title, day=day) for title, day in one.endings]
    found = letter_text("digest_alerts", language, count=one.unread) if one.unread else ""
    frame = Frame(
        event_type=letters.DIGEST,
        subject=letter_text("digest_subject", language),
        opening=letter_text("digest_opening" if one.parts else "digest_nothing_new", language),
        closing="\n\n".join(
            filter(None, (found, *ends, letter_text("digest_closing", language, id=one.organisation_id)))
        ),
        alone=bool(ends or found),
        unsubscribe=link if desk.public_url.startswith("https://") else None,
    )
    addresses = letters.addresses_of(session, reader, desk.moment)[:1]
    for address in addresses:
        letters.queue(session, address, reader, frame, one.parts)
    return len(addresses)
