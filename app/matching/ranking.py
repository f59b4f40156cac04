"""Recalled candidates to ranked matches: signals score them, and only what is shown is explained."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from app.matching.documents import Match, Share, Wish
from app.matching.explain import shares_of
from app.matching.geography import Geography
from app.matching.kernel import Vector
from app.matching.reading import Reading
from app.matching.scoring import LARGEST_LIFT, SCALES_BESIDE_MEANING, strength_of
from app.matching.semantics import passage_text
from app.matching.shelves import Candidate
from app.matching.signals import Pair, Shares, all_evidence
from app.matching.units import NOTHING_ASKED, Coverage, coverage, required_units, supply_of, units_of
from app.matching.vectors import Lexicon, Weighed
from app.vocabulary import RegionPreference, StatementKind


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

    def matches(self, asked: Asked, candidates: Sequence[Candidate]) -> tuple[Match, ...]:
        """The best candidates as matches with their evidence, best first, ties by id."""
        best = [
            scored
            for tier in tiers(asked.wish, candidates)
            for scored in self._best(asked, tier, asked.wish.limit)
        ]
        return tuple(self._explained(asked, *scored) for scored in best[: asked.wish.limit])

    def _best(
        self, asked: Asked, candidates: Sequence[Candidate], limit: int
    ) -> list[tuple[Candidate, Pair]]:
        scored = []
        for candidate in _within_reach(candidates, limit):
            pair = self._pair(asked, candidate)
            score = sum(evidence.contribution for evidence in all_evidence(pair))
            scored.append((-score, candidate.reading.document.id, candidate, pair))
        scored.sort(key=lambda item: item[:2])
        return [(candidate, pair) for _, _, candidate, pair in scored[:limit]]

    def _pair(self, asked: Asked, candidate: Candidate) -> Pair:
        mine, theirs = asked.wish.document, candidate.reading.document
        need, capability = (mine, theirs) if mine.kind is StatementKind.NEED else (theirs, mine)
        required = NOTHING_ASKED
        if need.must_have:
            required = coverage(required_units(need), supply_of(capability), self.lexicon.idf_of)
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
        return coverage(units_of(pair.need), supply_of(pair.capability), self.lexicon.idf_of)


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


def _within_reach(candidates: Sequence[Candidate], limit: int) -> list[Candidate]:
    """Those that circumstances could still lift into the first `limit`: the others cannot be shown."""
    ranked = sorted(candidates, key=lambda candidate: -candidate.content)
    if not 0 < limit < len(ranked):
        return ranked
    bar = ranked[limit - 1].content
    return [candidate for candidate in ranked if candidate.content * LARGEST_LIFT >= bar]
