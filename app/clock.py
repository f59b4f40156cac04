"""The calendar by which things expire, and how long they may take."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone

MOSCOW = timezone(timedelta(hours=3), "MSK")
"""The zone whose calendar day decides what has expired; it has had no summer time since 2014."""


def day_of(moment: datetime) -> date:
    """The calendar day of a moment in Moscow."""
    return moment.astimezone(MOSCOW).date()


@dataclass(frozen=True, slots=True)
class Deadlines:
    """How many calendar days things take; the operator's choice.

    `review_days`: what a centre has to decide on a statement; 0 where nobody reviews.
    `warning_days`: how long before its end the owner of a statement is warned; 0 for no warning.
    """

    review_days: int = 5
    warning_days: int = 14


def start_of(day: date) -> datetime:
    """The moment at which a day begins in Moscow."""
    return datetime.combine(day, time(), MOSCOW)
