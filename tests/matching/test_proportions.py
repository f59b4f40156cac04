"""The score interval against scipy's, which is an implementation of its own."""

import pytest
from scipy.stats import binomtest

from app.matching.proportions import share_of


@pytest.mark.parametrize("cases", [1, 2, 5, 10, 29, 100, 1000])
def test_the_interval_is_scipys(cases: int) -> None:
    for hits in sorted({0, 1, cases // 3, cases // 2, cases}):
        share = share_of(hits, cases)
        wanted = binomtest(hits, cases).proportion_ci(0.95, method="wilson")
        assert (share.low, share.high) == pytest.approx((wanted.low, wanted.high), abs=1e-12)
        assert share.low <= share.value <= share.high
        assert share.value == hits / cases


def test_without_cases_everything_is_possible() -> None:
    share = share_of(0, 0)
    assert (share.value, share.low, share.high, share.cases) == (0.0, 0.0, 1.0, 0)
