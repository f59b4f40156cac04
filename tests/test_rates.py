"""Counting requests, in memory and in a real Redis, over several processes' limiters."""

import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import ValidationError

from app.rates import MEMORY, RateLimiter
from app.settings import Settings
from tests.redis import redis_server

LIMITS = {"key": 60, "address": 5, "off": 0}


@pytest.fixture(scope="module")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with redis_server(tmp_path_factory.mktemp("redis")) as (url, _):
        yield url


@pytest.fixture(params=["memory", "redis"])
def url(request: pytest.FixtureRequest) -> str:
    return MEMORY if request.param == "memory" else str(request.getfixturevalue("redis_url"))


def test_the_limit_is_exact_and_says_when_to_return(url: str):
    limiter = RateLimiter(url, LIMITS)
    taken = [limiter.take("address", f"a {url}") for _ in range(7)]
    assert [standing.allowed for standing in taken if standing] == [True] * 5 + [False] * 2
    assert [standing.remaining for standing in taken if standing] == [4, 3, 2, 1, 0, 0, 0]
    assert all(standing and 1 <= standing.reset <= 60 for standing in taken)


def test_callers_and_policies_do_not_share(url: str):
    limiter = RateLimiter(url, LIMITS)
    for who in ("b", "c", "b c"):
        standing = limiter.take("address", who)
        assert standing is not None
        assert standing.remaining == 4
    other = limiter.take("key", "b")
    assert other is not None
    assert other.remaining == 59
    assert limiter.take("off", "b") is None


def test_the_window_moves(url: str):
    limiter = RateLimiter(url, {"address": 2}, window=1)
    assert [limiter.take("address", "m").allowed for _ in range(3)] == [True, True, False]  # type: ignore[union-attr]
    time.sleep(1.1)
    assert limiter.take("address", "m").allowed  # type: ignore[union-attr]


def test_no_window_however_laid_holds_more_than_the_limit(url: str):
    limiter = RateLimiter(url, {"address": 4}, window=2)

    def allowed(asks: int) -> int:
        return sum(limiter.take("address", "n").allowed for _ in range(asks))  # type: ignore[union-attr]

    assert allowed(1) == 1
    time.sleep(1.5)
    assert allowed(4) == 3
    time.sleep(0.6)
    assert allowed(4) == 1, "a window that begins anew forgets what was just before"


def burst(limiters: list[RateLimiter], who: str, asks: int) -> int:
    """How many of so many requests at once were allowed, over several processes' limiters."""
    ends: Counter[bool] = Counter()

    def ask(limiter: RateLimiter) -> None:
        for _ in range(asks // 8):
            standing = limiter.take("key", who)
            assert standing is not None
            ends[standing.allowed] += 1

    threads = [threading.Thread(target=ask, args=(limiters[i % len(limiters)],)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ends[True]


def test_one_limit_over_all_workers(redis_url: str):
    shared = [RateLimiter(redis_url, LIMITS) for _ in range(2)]
    apart = [RateLimiter(MEMORY, LIMITS) for _ in range(2)]
    allowed = {"redis": burst(shared, "burst", 304), "memory": burst(apart, "burst", 304)}
    print(json.dumps({"test": "rates", "limit": 60, "asks": 304, "workers": 2, "allowed": allowed}))
    assert allowed == {"redis": 60, "memory": 120}


def test_a_store_that_is_away_is_replaced_and_taken_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("app.rates.STORE_AWAY_SECONDS", 0.2)
    with redis_server(tmp_path) as (url, process):
        limiter = RateLimiter(url, LIMITS)
        assert limiter.take("address", "d").remaining == 4  # type: ignore[union-attr]
        process.kill()
        process.wait()
        started = time.monotonic()
        standings = [limiter.take("address", "d") for _ in range(7)]
        assert [standing.allowed for standing in standings if standing] == [True] * 5 + [False] * 2
        assert time.monotonic() - started < 1
    assert limiter.take("address", "e") is not None


def test_only_known_stores_are_taken(sqlite_url: str):
    with pytest.raises(ValidationError, match="redis://"):
        Settings(database_url=sqlite_url, rate_store="memcached://x")
