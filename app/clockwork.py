"""What the passing of time brings about: the duties a worker does, each in a transaction of its own."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.storage import deliveries, idempotency, imports, showings
from app.storage.database import Database
from app.storage.digests import week_at
from app.storage.documents import Conditions
from app.usecases import alerting, deadlines, digests, gaps, introduction_clock
from app.usecases.alerting import Keeper
from app.usecases.digests import Schedule
from app.vocabulary import Language

DIGESTS_AT_ONCE = 20

Duty = Callable[[Session, datetime], int]
"""Does what is due at this moment and says how many rows it touched; doing it twice does nothing more.

Several workers may do a duty at once, so it claims what it works on (or deletes only).
"""

DUTIES: Mapping[str, Duty] = {
    "expire_statements": deadlines.expire,
    "warn_of_expiry": deadlines.warn_of_expiry,
    "remind_of_reviews": deadlines.remind_of_reviews,
    "remind_of_introductions": introduction_clock.remind,
    "expire_introductions": introduction_clock.expire,
    "sweep_outbox": deliveries.sweep,
    "sweep_idempotency": idempotency.sweep,
    "sweep_showings": showings.sweep,
    "sweep_imports": imports.sweep,
}
"""Every duty of one transaction by its name, in the order they are done."""


@dataclass(frozen=True, slots=True)
class Tools:
    """What a round works with: it makes its transactions itself, and may ask the index."""

    database: Database
    keeper: Keeper
    conditions: Conditions
    moment: datetime
    public_url: str
    language: Language
    digests: Schedule


Round = Callable[[Tools], int]
"""Does what is due in as many transactions as it takes and says how many rows it touched.

What takes long only reads; what it found is written in one short transaction, unless another worker was
first.
"""


def raise_alerts(tools: Tools) -> int:
    """Ask the saved searches about all that changed since the last time."""
    raised = 0
    while True:
        with tools.database.reading() as session:
            found = alerting.look(session, tools.keeper, tools.conditions)
        if found is None:
            return raised
        with tools.database.writing() as session:
            written = alerting.write(session, found, tools.moment, tools.public_url)
        if written is None:
            return raised
        raised += written


def send_digests(tools: Tools) -> int:
    """Write the digest of this week to the members that have none yet, once its day and hour have come."""
    if not tools.digests.weekday:
        return 0
    week = week_at(tools.moment, tools.digests.weekday, tools.digests.hour)
    if week is None:
        return 0
    desk = digests.Desk(tools.conditions, tools.moment, tools.language, tools.public_url)
    queued = 0
    while True:
        with tools.database.reading() as session:
            found = digests.look(session, tools.keeper, desk, week, DIGESTS_AT_ONCE)
        if not found:
            return queued
        with tools.database.writing() as session:
            queued += digests.write(session, found, desk, week)


def map_gaps(tools: Tools) -> int:
    """Ask the index who meets each open need, where it has changed since that was last done."""
    with tools.database.reading() as session:
        index = gaps.look(session, tools.keeper, tools.conditions, tools.moment)
    if index is None:
        return 0
    found = gaps.compute(index, tools.conditions.today)
    with tools.database.writing() as session:
        return gaps.write(session, found, index.version, tools.moment)


ROUNDS: Mapping[str, Round] = {
    "raise_alerts": raise_alerts,
    "send_digests": send_digests,
    "map_gaps": map_gaps,
}
"""Every duty of several transactions by its name, in the order they are done."""
