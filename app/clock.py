"""The calendar by which things expire."""

from datetime import date, datetime, time, timedelta, timezone

MOSCOW = timezone(timedelta(hours=3), "MSK")
"""The zone whose calendar day decides what has expired; it has had no summer time since 2014."""


def day_of(moment: datetime) -> date:
    """The calendar day of a moment in Moscow."""
    return moment.astimezone(MOSCOW).date()


def start_of(day: date) -> datetime:
    """The moment at which a day begins in Moscow."""
    return datetime.combine(day, time(), MOSCOW)
