"""Who meets each need of the directory: its own place, elsewhere in Russia, abroad, or nobody.

Three questions to the index for each need, in batches: where the supplier may be is a filter, so that a near
supplier is found however many better ones are far away.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from app.matching.documents import Filters, Index, MatchDocument, Wish
from app.matching.links import links_of, unexpired
from app.matching.scoring import reaches
from app.vocabulary import CoveredBy, StatementKind, Strength, Visibility

HOME = "RU"
LOOKED_AT = 16
"""Answers of which the most probable one counts."""

_NEEDS_AT_ONCE = 500
_ORDER = (CoveredBy.OWN_REGION, CoveredBy.ANOTHER_REGION, CoveredBy.FOREIGN)


@dataclass(frozen=True, slots=True)
class Coverage:
    """The chance that the best supplier of each place meets a need; 0 where there is none.

    A place abroad is its country: to a need from abroad all of Russia is another region.
    """

    own: float
    domestic: float
    foreign: float

    def nearest(self, least: Strength) -> CoveredBy:
        """The nearest place from which somebody meets the need at least so well."""
        chances = (self.own, self.domestic, self.foreign)
        near = (
            where for where, chance in zip(_ORDER, chances, strict=True) if chance and reaches(chance, least)
        )
        return next(near, CoveredBy.NOBODY)


def coverage_of(
    index: Index, today: date, visibilities: frozenset[Visibility]
) -> Iterator[tuple[MatchDocument, Coverage]]:
    """Every open need shown to these, with who meets it among the suppliers shown to these."""
    everybody = index.statements(StatementKind.CAPABILITY)
    regions = frozenset(one.region for one in everybody if one.country == HOME and one.region)
    countries = frozenset(one.country for one in everybody)
    needs = unexpired(index.statements(StatementKind.NEED), today)
    shown = [one for one in needs if one.visibility in visibilities]
    for first in range(0, len(shown), _NEEDS_AT_ONCE):
        some = shown[first : first + _NEEDS_AT_ONCE]
        wishes = [
            Wish(need, today, replace(place, visibilities=visibilities), limit=LOOKED_AT)
            for need in some
            for place in _places(need, regions, countries)
            if place is not None
        ]
        chances = iter(_best(index, wishes))
        for need in some:
            found = [0.0 if place is None else next(chances) for place in _places(need, regions, countries)]
            yield need, Coverage(*found)


def _places(
    need: MatchDocument, regions: frozenset[str], countries: frozenset[str]
) -> tuple[Filters | None, Filters | None, Filters | None]:
    """Filters of the own place, of the rest of Russia, of the rest of the world; None where nobody is."""
    if need.country != HOME:
        own, domestic = _countries(countries & {need.country}), _countries(countries & {HOME})
    else:
        here = frozenset({need.region} if need.region else ())
        own, domestic = _regions(regions & here), _regions(regions - here)
    return own, domestic, _countries(countries - {HOME, need.country})


def _regions(names: frozenset[str]) -> Filters | None:
    return Filters(regions=names) if names else None


def _countries(names: frozenset[str]) -> Filters | None:
    return Filters(countries=names) if names else None


def _best(index: Index, wishes: Sequence[Wish]) -> Iterator[float]:
    for wish, result in zip(wishes, index.batch(wishes), strict=True):
        links = links_of(wish.document, result)
        yield links[0].probability if links else 0.0
