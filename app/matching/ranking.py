"""Recalled candidates to ranked matches: signals score them, and only what is shown is explained."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from heapq import heappush, heappushpop

from app.matching.documents import Lead, Match, MatchDocument, Share, Wish
from app.matching.explain import shares_of
from app.matching.geography import Geography, Location
from app.matching.kernel import Vector
from app.matching.reading import Reading
from app.matching.scoring import LARGEST_LIFT, SCALES_BESIDE_MEANING, number, strength_of
from app.matching.semantics import passage_text
from app.matching.shelves import Candidate
from app.matching.signals import Pair, Shares, all_evidence
from app.matching.units import NOTHING_ASKED, Coverage, coverage, required_units, supply_of, units_of
from app.matching.vectors import Lexicon, Weighed
from app.vocabulary import RegionPreference, StatementKind

_ROUNDING = 1e-7  # what the rounding of contributions can add to a score

# One statement of a question meets many others, and is asked about again on the next page.
_required = lru_cache(maxsize=1024)(required_units)
_parts = lru_cache(maxsize=1024)(units_of)
_supply = lru_cache(maxsize=1024)(supply_of)


@dataclass(frozen=True, slots=True)
class Asked:
    """A wish with what the engine derived from it once."""

    wish: Wish
    reading: Reading
    weighed: Weighed
    query: Vector

    @property
    def scales(self) -> Mapping[str, float]:
        """What each block keeps of its weight: all of it where meaning is not compared."""
        return {} if self.wish.document.passages is None else SCALES_BESIDE_MEANING


@dataclass(frozen=True, slots=True)
class Ranker:
    """What scoring needs to know beside the two statements."""

    lexicon: Lexicon
    geography: Geography

    def leads(self, asked: Asked, candidates: Sequence[Candidate]) -> tuple[Lead, ...]:
        """The best candidates with their scores, best first, ties by id; evidence is left for later."""
        best = [
            scored
            for tier in tiers(asked.wish, candidates)
            for scored in self._best(asked, tier, asked.wish.limit)
        ]
        return tuple(
            Lead(candidate.reading.document, score, partial(self._explained, asked, candidate, pair))
            for score, candidate, pair in best[: asked.wish.limit]
        )

    def _best(
        self, asked: Asked, candidates: Sequence[Candidate], limit: int
    ) -> list[tuple[float, Candidate, Pair]]:
        scored: list[tuple[float, Candidate, Pair]] = []
        best: list[float] = []
        ranked = sorted(candidates, key=lambda candidate: -candidate.content)
        for candidate in ranked:
            bar = best[0] - _ROUNDING if 0 < limit == len(best) else 0.0
            # Circumstances cannot lift this one, nor any after it, into the first `limit`.
            if candidate.content * LARGEST_LIFT < bar:
                break
            if bar and candidate.content * self._lift(asked, candidate) < bar:
                continue
            pair = self._pair(asked, candidate)
            score = sum(evidence.contribution for evidence in all_evidence(pair))
            scored.append((score, candidate, pair))
            (heappush if len(best) < limit else heappushpop)(best, score)
        scored.sort(key=lambda one: (-one[0], one[1].reading.document.id))
        return scored[:limit]

    def _lift(self, asked: Asked, candidate: Candidate) -> float:
        """How far circumstances may lift this content: what is surely absent is taken from the most."""
        need, capability = _sides(asked, candidate)
        here, there = (Location(one.country, one.region) for one in (need, capability))
        return (
            LARGEST_LIFT
            - number("same_place") * (1 - self.geography.closeness(here, there))
            - number("wished_region") * (capability.region not in need.wished_regions)
            - number("must_have") * (not need.must_have)
            - number("core_capability") * (not capability.core)
        )

    def _pair(self, asked: Asked, candidate: Candidate) -> Pair:
        need, capability = _sides(asked, candidate)
        required = NOTHING_ASKED
        if need.must_have:
            required = coverage(_required(need), _supply(capability), self.lexicon.idf_of)
        return Pair(need, capability, self.geography, candidate.found, required=required)

    def _explained(self, asked: Asked, candidate: Candidate, pair: Pair) -> Match:
        document = candidate.reading.document
        offered = self.lexicon.weigh(candidate.reading)
        shares = _scaled_shares(asked, offered, candidate)
        evidence = all_evidence(replace(pair, shares=shares))
        score = sum(one.contribution for one in evidence)
        parts = self._coverage(pair)
        return Match(document, score, strength_of(score), evidence, parts.covered, parts.uncovered)

    def _coverage(self, pair: Pair) -> Coverage:
        if pair.required.covered or pair.required.uncovered:
            return pair.required
        return coverage(_parts(pair.need), _supply(pair.capability), self.lexicon.idf_of)


def _scaled_shares(asked: Asked, offered: Weighed, candidate: Candidate) -> dict[str, Shares]:
    """The shares of every channel, in the weights that hold for this question."""
    document, found, scales = candidate.reading.document, candidate.found, asked.scales
    raw = {name: given / scales.get(name, 1) for name, given in found.items()}
    shares = shares_of(asked.weighed, offered, document, raw)
    if found.get("meaning"):
        shares["meaning"] = (Share(passage_text(document, candidate.passage), found["meaning"]),)
    return {
        name: tuple(Share(share.label, share.amount * scales.get(name, 1)) for share in several)
        for name, several in shares.items()
        if name in found
    }


def _sides(asked: Asked, candidate: Candidate) -> tuple[MatchDocument, MatchDocument]:
    """The need and the capability of a pair."""
    mine, theirs = asked.wish.document, candidate.reading.document
    return (mine, theirs) if mine.kind is StatementKind.NEED else (theirs, mine)


def tiers(wish: Wish, candidates: Iterable[Candidate]) -> list[list[Candidate]]:
    """The candidates in groups that are listed one after the other, as the region preference asks."""
    preference, region = wish.preference, wish.document.region
    if preference is RegionPreference.ANY or region is None:
        return [list(candidates)]
    own: list[Candidate] = []
    others: list[Candidate] = []
    for candidate in candidates:
        (own if candidate.reading.document.region == region else others).append(candidate)
    return [own, others] if preference is RegionPreference.OWN_FIRST else [others, own]
