"""The time as a test wants it."""

from datetime import datetime, timedelta


class Clock:
    """The time the service sees: it stands still until a test moves it."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        """Let this much time pass."""
        self.now += timedelta(**by)
