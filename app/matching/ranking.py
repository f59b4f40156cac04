"""Recalled documents to ranked matches: content times circumstances, best first.

All candidates are scored as arrays; only what needs reading (must-haves) is looked at one by one, and
only as long as it can still reach the list.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

import numpy as np
from numpy.typing import NDArray

from app.matching.attributes import location_of
from app.matching.documents import Lead, Match, Wish
from app.matching.explain import Found, explained
from app.matching.geography import Geography
from app.matching.grounds import Basis
from app.matching.kernel import Vector
from app.matching.lexicon import Lexicon
from app.matching.meanings import Question
from app.matching.reading import Reading, basis_of
from app.matching.scoring import SCALES_BESIDE_MEANING, number
from app.matching.shelves import CHANNELS, Recalled
from app.matching.units import NOTHING_ASKED, Coverage, coverage, required_units, supply_of
from app.vocabulary import RegionPreference, StatementKind

_ROUNDING = 1e-7  # what the rounding of contributions can add to a score


@dataclass(frozen=True, slots=True)
class Asked:
    """A wish with what the engine derived from it once; without `meaning` only words and codes speak."""

    wish: Wish
    reading: Reading
    query: Vector
    meaning: Question | None

    @property
    def is_need(self) -> bool:
        """Whether capabilities are asked for."""
        return self.wish.document.kind is StatementKind.NEED

    def basis(self, answer: Reading) -> Basis:
        """On what ground an answer is compared with the question."""
        return basis_of(self.reading, answer, self.meaning is not None)

    def weights(self) -> NDArray[np.float64]:
        """What each channel keeps of its weight: all of it where meaning is not compared."""
        scales = {} if self.meaning is None else SCALES_BESIDE_MEANING
        return np.array([scales.get(name, 1.0) for name in CHANNELS])


@dataclass(frozen=True, slots=True)
class Scored:
    """A document's place in what was recalled, its score, and which must-haves are covered."""

    score: float
    id: str
    recalled: Recalled = field(compare=False)
    place: int = field(compare=False)
    required: Coverage = field(compare=False, default=NOTHING_ASKED)


@dataclass(frozen=True, slots=True)
class Ranker:
    """What scoring needs to know beside the two statements."""

    lexicon: Lexicon
    geography: Geography

    def leads(self, asked: Asked, recalled: Sequence[Recalled]) -> tuple[Lead, ...]:
        """The best documents with their scores, best first, ties by id; evidence is left for later."""
        limit = asked.wish.limit
        best: list[Scored] = []
        for tier in tiers(asked.wish, recalled):
            if len(best) < limit:
                best += self._best(asked, tier, limit - len(best))
        return tuple(self._lead(asked, one) for one in best)

    def _lead(self, asked: Asked, one: Scored) -> Lead:
        reading = one.recalled.shelf.readings[one.recalled.rows[one.place]]
        return Lead(reading.document, one.score, asked.basis(reading), partial(self._explained, asked, one))

    def _explained(self, asked: Asked, one: Scored) -> Match:
        recalled, row = one.recalled, int(one.recalled.rows[one.place])
        found = Found(
            recalled.shelf.readings[row],
            recalled.shelf.vectors[row],
            dict(zip(CHANNELS, recalled.found[:, one.place].tolist(), strict=True)),
            int(recalled.passages[one.place]),
            one.required,
            one.score,
            asked.basis(recalled.shelf.readings[row]),
        )
        return explained(asked.wish.document, asked.query, found, (self.lexicon, self.geography))

    def _best(self, asked: Asked, recalled: Sequence[Recalled], limit: int) -> list[Scored]:
        best: list[Scored] = []
        least = 0.0
        for bound, one, place in _in_order(asked, recalled, self.geography):
            if len(best) >= limit and bound < least - _ROUNDING:
                break
            best.append(self._scored(asked, bound, one, place))
            if len(best) >= limit:
                best = sorted(best, key=lambda scored: (-scored.score, scored.id))[:limit]
                least = best[-1].score if best else 0.0
        return sorted(best, key=lambda scored: (-scored.score, scored.id))

    def _scored(self, asked: Asked, bound: float, one: Recalled, place: int) -> Scored:
        document = one.shelf.readings[one.rows[place]].document
        need, capability = (
            (asked.wish.document, document) if asked.is_need else (document, asked.wish.document)
        )
        if not need.must_have:
            return Scored(bound, document.id, one, place)
        required = coverage(required_units(need), supply_of(capability), self.lexicon.idf_of)
        missing = (1 - required.share) * number("must_have") * float(one.found[:, place].sum())
        return Scored(bound - missing, document.id, one, place, required)


def _in_order(
    asked: Asked, recalled: Sequence[Recalled], geography: Geography
) -> Iterator[tuple[float, Recalled, int]]:
    """Documents by the most they can score, the best first."""
    bounds = [one.found.sum(axis=0) * (1 + _lifts(asked, one, geography)) for one in recalled]
    together = np.concatenate([np.zeros(0), *bounds])
    starts = np.cumsum([0, *map(len, bounds)])
    order = np.argsort(-together, kind="stable")
    owners = np.searchsorted(starts, order, side="right") - 1
    for at, owner in zip(order.tolist(), owners.tolist(), strict=True):
        yield float(together[at]), recalled[owner], at - int(starts[owner])


def _lifts(asked: Asked, one: Recalled, geography: Geography) -> NDArray[np.float64]:
    """By what part of the content circumstances lift each document; must-haves as if all were covered."""
    mine, theirs, rows = asked.wish.document, one.shelf.attributes, one.rows
    lifts = number("same_place") * theirs.whereabouts.closeness(location_of(mine), rows, geography)
    if asked.is_need:
        if mine.wished_regions:
            lifts += number("wished_region") * theirs.columns["regions"].among(mine.wished_regions)[rows]
        return (
            lifts + number("core_capability") * theirs.core[rows] + number("must_have") * bool(mine.must_have)
        )
    if mine.region in theirs.wishing:
        lifts += number("wished_region") * theirs.wishing_for(mine.region)[rows]
    return lifts + number("core_capability") * mine.core + number("must_have") * theirs.insisting[rows]


def tiers(wish: Wish, recalled: Sequence[Recalled]) -> list[list[Recalled]]:
    """The documents in groups that are listed one after the other, as the region preference asks."""
    preference, region = wish.preference, wish.document.region
    if preference is RegionPreference.ANY or region is None:
        return [list(recalled)]
    inside = [one.shelf.attributes.columns["regions"].among((region,))[one.rows] for one in recalled]
    own = [one.only(mask) for one, mask in zip(recalled, inside, strict=True)]
    others = [one.only(~mask) for one, mask in zip(recalled, inside, strict=True)]
    return [own, others] if preference is RegionPreference.OWN_FIRST else [others, own]
