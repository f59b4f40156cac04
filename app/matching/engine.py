"""The index: filter, recall, score, explain, rank.

`MatchIndex` is a value. Filters run first, so that what may not be shown never takes a place; the kernel
recalls by content; signals score; only what is shown is explained.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Self

from app.matching.deltas import empty_delta, grown_delta
from app.matching.documents import Filters, MatchDocument, SearchResult, Shortlist, Wish
from app.matching.fusion import fused, with_meaning
from app.matching.geography import Geography
from app.matching.kernel import Mask
from app.matching.ranking import Asked, Ranker
from app.matching.reading import Reading, read
from app.matching.scoring import REASONS, number
from app.matching.shelves import Candidate, Shelf, base_shelf
from app.matching.vectors import Lexicon, build_vectors
from app.vocabulary import EmptyReason, RegionPreference, StatementKind

_Shelves = Mapping[StatementKind, Shelf]


@dataclass(frozen=True, slots=True)
class MatchIndex:
    """All published statements, as they were at `version` of the change feed."""

    version: int
    built_at: int
    geography: Geography
    lexicon: Lexicon
    base: _Shelves
    delta: _Shelves

    @classmethod
    def build(cls, documents: Iterable[MatchDocument], geography: Geography, version: int) -> Self:
        """The index of exactly these documents."""
        return cls._of_readings((read(document) for document in documents), geography, version)

    @property
    def size(self) -> int:
        """How many statements can be found."""
        return sum(shelf.size for shelf in self._shelves())

    @property
    def delta_size(self) -> int:
        """How many rows differ from the last build: added since, or dead in the base."""
        return sum(s.size for s in self.delta.values()) + sum(s.dead for s in self.base.values())

    def documents(self) -> Iterator[MatchDocument]:
        """Every statement that can be found."""
        return chain.from_iterable(shelf.documents() for shelf in self._shelves())

    def refreshed(self) -> Self:
        """The same statements in a fresh build: new vocabulary and idf, empty delta."""
        alive = chain.from_iterable(shelf.live_readings() for shelf in self._shelves())
        return self._of_readings(alive, self.geography, self.version)

    def with_changes(
        self, organisation_ids: frozenset[str], documents: Sequence[MatchDocument], version: int
    ) -> Self:
        """The index in which these organisations have exactly these documents and no others."""
        base, delta = dict(self.base), dict(self.delta)
        for kind in StatementKind:
            new = [read(document) for document in documents if document.kind is kind]
            base[kind] = base[kind].without(organisation_ids)
            delta[kind] = grown_delta(delta[kind], organisation_ids, new, self.lexicon, self.geography)
        return replace(self, version=version, base=base, delta=delta)

    def search(self, wish: Wish) -> SearchResult:
        """The statements that fit the wish, best first."""
        found = self.shortlist(wish)
        matches = tuple(lead.explain() for lead in found.leads)
        return SearchResult(matches, found.considered, found.removed, found.empty_reason)

    def shortlist(self, wish: Wish) -> Shortlist:
        """What `search` finds, each match explained only when asked to."""
        asked = self._ask(wish)
        shelves = self._shelves(wish.document.kind.opposite)
        candidates, removed = _recall(asked, shelves)
        leads = Ranker(self.lexicon, self.geography).leads(asked, candidates)
        reason = None if leads else _empty_reason(asked, shelves)
        return Shortlist(leads, sum(shelf.known_to(wish) for shelf in shelves), removed, reason)

    def batch(self, wishes: Sequence[Wish]) -> tuple[Shortlist, ...]:
        """The shortlists of many wishes at once, in their order."""
        return tuple(map(self.shortlist, wishes))

    @classmethod
    def _of_readings(cls, readings: Iterable[Reading], geography: Geography, version: int) -> Self:
        ordered = sorted(readings, key=lambda reading: reading.document.id)
        lexicon, matrix = build_vectors(ordered)
        base = {}
        for kind in StatementKind:
            rows = [row for row, reading in enumerate(ordered) if reading.document.kind is kind]
            base[kind] = base_shelf([ordered[row] for row in rows], matrix[rows], geography)
        delta = {kind: empty_delta(geography) for kind in StatementKind}
        return cls(version, version, geography, lexicon, base, delta)

    def _shelves(self, *kinds: StatementKind) -> list[Shelf]:
        return [shelves[kind] for kind in kinds or StatementKind for shelves in (self.base, self.delta)]

    def _ask(self, wish: Wish) -> Asked:
        reading = read(wish.document)
        weighed = self.lexicon.weigh(reading)
        return Asked(wish, reading, weighed, self.lexicon.vector(weighed))


def _recall(asked: Asked, shelves: Sequence[Shelf]) -> tuple[list[Candidate], dict[str, int]]:
    """The candidates of all shelves, and how many statements each filter removed."""
    candidates: list[Candidate] = []
    removed: Counter[str] = Counter()
    for shelf in shelves:
        allowed, counts = shelf.allow(asked.wish)
        removed.update(counts)
        for part in _parts(asked.wish, shelf, allowed):
            candidates += _recalled(asked, shelf, part)
    return fused(asked, _reasonable(candidates)), dict(removed)


def _recalled(asked: Asked, shelf: Shelf, allowed: Mask) -> list[Candidate]:
    """The best by content and the nearest in meaning, each once."""
    depth, question = _depth(asked.wish), asked.wish.document.passages
    if question is None:
        return shelf.recall_within_reach(asked.query, allowed, depth, asked.wish.limit)
    found = shelf.recall(asked.query, allowed, depth)
    near = shelf.recall_by_meaning(asked.query, question, allowed, depth)
    both = {candidate.reading.document.id: candidate for candidate in (*found, *near)}
    return with_meaning(question, list(both.values()))


def _reasonable(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Any two long texts share pieces of words: alone they open no list, and far below the best they end."""
    if not any(map(_has_reason, candidates)):
        return []
    least = number("parts_tail") * max(candidate.content for candidate in candidates)
    return [one for one in candidates if one.content >= least or _has_reason(one)]


def _has_reason(candidate: Candidate) -> bool:
    return any(candidate.found.get(name, 0.0) > least for name, least in REASONS.items())


def _parts(wish: Wish, shelf: Shelf, allowed: Mask) -> tuple[Mask, ...]:
    """The allowed documents, split where a region preference must find its own in any case."""
    region = wish.document.region
    if wish.preference is RegionPreference.ANY or region is None:
        return (allowed,)
    inside = shelf.in_region(region)
    return (allowed & inside, allowed & ~inside)


def _depth(wish: Wish) -> int:
    return max(int(number("recall")), 2 * wish.limit)


def _empty_reason(asked: Asked, shelves: Sequence[Shelf]) -> EmptyReason:
    if asked.reading.says_nothing():
        return EmptyReason.SAYS_TOO_LITTLE
    # Exclusions stay: whom a block list hides must not be told apart from whom there is not.
    filters = asked.wish.filters
    kept = Filters(visibilities=filters.visibilities, excluded_organisations=filters.excluded_organisations)
    found, _ = _recall(replace(asked, wish=replace(asked.wish, filters=kept)), shelves)
    return EmptyReason.FILTERS_TOO_TIGHT if found else EmptyReason.NOBODY_OFFERS_THIS
