"""A share of few cases, with the interval it stands for."""

from dataclasses import dataclass
from math import sqrt

Z_95 = 1.959963984540054
"""The 97.5 % quantile of the normal distribution."""


@dataclass(frozen=True, slots=True)
class Share:
    """How many of how many, and the bounds of the 95 % confidence interval, 0..1."""

    hits: int
    cases: int
    low: float
    high: float

    @property
    def value(self) -> float:
        """The share itself, 0..1; 0 without cases."""
        return self.hits / self.cases if self.cases else 0.0


def share_of(hits: int, cases: int) -> Share:
    """The share with its score interval (Wilson 1927), which holds for few cases and for 0 and 1 too."""
    if not cases:
        return Share(0, 0, 0.0, 1.0)
    part, square = hits / cases, Z_95**2
    middle = (part + square / (2 * cases)) / (1 + square / cases)
    half = Z_95 / (1 + square / cases) * sqrt(part * (1 - part) / cases + square / (4 * cases**2))
    # Rounding must not put the share outside of its own interval where it is 0 or 1.
    return Share(hits, cases, max(0.0, min(part, middle - half)), min(1.0, max(part, middle + half)))
