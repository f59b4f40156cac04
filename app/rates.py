"""How often somebody may ask: a moving window for each caller, over all workers where they share a store."""

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass

import structlog
from limits import RateLimitItemPerSecond
from limits.errors import StorageError
from limits.storage import MemoryStorage, Storage, storage_from_string
from limits.strategies import MovingWindowRateLimiter

MEMORY = "memory://"
WINDOW_SECONDS = 60
STORE_PATIENCE_SECONDS = 0.25
STORE_AWAY_SECONDS = 5.0
"""For how long a store that failed is not asked again: waiting for it would slow every request."""

log = structlog.get_logger("smezhnik.rates")


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a caller stands after this request: `reset` in seconds, until the oldest one no longer counts."""

    policy: str
    limit: int
    window: int
    allowed: bool
    remaining: int
    reset: int


class RateLimiter:
    """Counts requests in a store; while that is away, each process counts for itself."""

    def __init__(self, url: str, limits: Mapping[str, int], window: int = WINDOW_SECONDS) -> None:
        self.shared = url != MEMORY
        self._window = window
        self._limits = {
            name: RateLimitItemPerSecond(limit, window) for name, limit in limits.items() if limit
        }
        self._own = MovingWindowRateLimiter(MemoryStorage())
        self._store = MovingWindowRateLimiter(_store(url)) if self.shared else self._own
        self._away_until = 0.0

    def take(self, policy: str, who: str) -> Standing | None:
        """Count one request of somebody under a policy; None where the policy has no limit."""
        if policy not in self._limits:
            return None
        if time.monotonic() >= self._away_until:
            try:
                return self._taken(self._store, policy, who)
            except StorageError as error:
                self._away_until = time.monotonic() + STORE_AWAY_SECONDS
                log.warning("rate store away", kind=type(error.storage_error).__name__)
        return self._taken(self._own, policy, who)

    def _taken(self, counter: MovingWindowRateLimiter, policy: str, who: str) -> Standing:
        item = self._limits[policy]
        allowed = counter.hit(item, policy, who)
        reset_at, remaining = counter.get_window_stats(item, policy, who)
        reset = min(max(math.ceil(reset_at - time.time()), 1), self._window)
        return Standing(policy, item.amount, self._window, allowed, max(remaining, 0), reset)


def _store(url: str) -> Storage:
    options: dict[str, float | str | bool] = {
        "socket_timeout": STORE_PATIENCE_SECONDS,
        "socket_connect_timeout": STORE_PATIENCE_SECONDS,
        "key_prefix": "smezhnik",
        "wrap_exceptions": True,
    }
    store = storage_from_string(url, **options)
    assert isinstance(store, Storage)  # noqa: S101 - an asynchronous one has another scheme
    return store
