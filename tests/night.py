"""How long tests with a free number of rounds run: short by day, long with TEST_NIGHT=1."""

import os

NIGHT = os.environ.get("TEST_NIGHT", "") not in ("", "0")


def rounds(by_day: int, by_night: int) -> int:
    """How many rounds, examples or questions this run takes."""
    return by_night if NIGHT else by_day
