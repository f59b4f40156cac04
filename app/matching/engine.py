"""The index: filter, recall, score, explain, rank.

`MatchIndex` is a value. Filters run first, so that what may not be shown never takes a place; the kernel
recalls by content; signals score; only what is shown is explained.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Self

from scipy.sparse import csr_array

from app.matching.deltas import Delta, empty_delta, grown_delta
from app.matching.documents import MatchDocument, Passages, SearchResult, Shortlist, Wish
from app.matching.geography import Geography
from app.matching.lexicon import Lexicon
from app.matching.meanings import Coded, question_of
from app.matching.ranking import Asked, Ranker
from app.matching.reading import Reading, kept
from app.matching.recall import Masks, recall
from app.matching.shelves import MatrixRows, Shelf, base_shelf
from app.matching.vectors import build_vectors
from app.vocabulary import EmptyReason, StatementKind


@dataclass(frozen=True, slots=True)
class MatchIndex:
    """All published statements, as they were at `version` of the change feed."""

    version: int
    built_at: int
    geography: Geography
    lexicon: Lexicon
    base: Mapping[StatementKind, Shelf]
    delta: Mapping[StatementKind, Delta]

    @classmethod
    def build(cls, documents: Iterable[MatchDocument], geography: Geography, version: int) -> Self:
        """The index of exactly these documents."""
        known = ((kept(document), document.passages) for document in documents)
        return cls._of_readings(known, geography, version)

    @property
    def size(self) -> int:
        """How many statements can be found."""
        return sum(shelf.size for shelf in self._shelves())

    @property
    def delta_size(self) -> int:
        """How many rows differ from the last build: added since, or dead in the base."""
        added = sum(delta.shelf.size for delta in self.delta.values())
        return added + sum(shelf.dead for shelf in self.base.values())

    def documents(self) -> Iterator[MatchDocument]:
        """Every statement that can be found."""
        return chain.from_iterable(shelf.documents() for shelf in self._shelves())

    def refreshed(self) -> Self:
        """The same statements in a fresh build: new vocabulary and idf, empty delta."""
        alive = chain.from_iterable(
            zip(shelf.live_readings(), shelf.live_meanings(), strict=True) for shelf in self._shelves()
        )
        return self._of_readings(alive, self.geography, self.version)

    def with_changes(
        self, organisation_ids: frozenset[str], documents: Sequence[MatchDocument], version: int
    ) -> Self:
        """The index in which these organisations have exactly these documents and no others."""
        base, delta = dict(self.base), dict(self.delta)
        for kind in StatementKind:
            new = [document for document in documents if document.kind is kind]
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
        return self.batch([wish])[0]

    def batch(self, wishes: Sequence[Wish]) -> tuple[Shortlist, ...]:
        """The shortlists of many wishes at once, in their order; filters that wishes share run once."""
        masks = Masks()
        return tuple(self._shortlist(wish, masks) for wish in wishes)

    def _shortlist(self, wish: Wish, masks: Masks) -> Shortlist:
        asked, shelves = self._ask(wish), self._shelves(wish.document.kind.opposite)
        recalled, removed = recall(asked, shelves, masks)
        leads = Ranker(self.lexicon, self.geography).leads(asked, recalled)
        reason = None if leads else _empty_reason(asked, shelves)
        return Shortlist(leads, sum(masks.known(shelf, wish) for shelf in shelves), removed, reason)

    @classmethod
    def _of_readings(
        cls, known: Iterable[tuple[Reading, Passages | Coded | None]], geography: Geography, version: int
    ) -> Self:
        ordered = sorted(known, key=lambda one: one[0].document.id)
        readings = [reading for reading, _ in ordered]
        lexicon, matrix = build_vectors(readings)
        base = {}
        for kind in StatementKind:
            rows = [row for row, reading in enumerate(readings) if reading.document.kind is kind]
            own = MatrixRows(csr_array(matrix[rows]), len(lexicon.words))
            passages = [ordered[row][1] for row in rows]
            base[kind] = base_shelf([readings[row] for row in rows], passages, own, geography)
        delta = {kind: empty_delta(geography) for kind in StatementKind}
        return cls(version, version, geography, lexicon, base, delta)

    def _shelves(self, *kinds: StatementKind) -> list[Shelf]:
        return [
            shelf for kind in kinds or StatementKind for shelf in (self.base[kind], self.delta[kind].shelf)
        ]

    def _ask(self, wish: Wish) -> Asked:
        document = wish.document
        for shelf in self._shelves(document.kind):
            row = shelf.row_of(document)
            if row is not None:
                meaning = question_of(document) or shelf.meanings.question(row)
                query = self.lexicon.question_of(shelf.vectors[row])
                return Asked(wish, shelf.readings[row], query, meaning)
        reading = kept(document)
        return Asked(wish, reading, self.lexicon.question(self.lexicon.weigh(reading)), question_of(document))


def _empty_reason(asked: Asked, shelves: Sequence[Shelf]) -> EmptyReason:
    if asked.reading.says_nothing():
        return EmptyReason.SAYS_TOO_LITTLE
    # Exclusions stay: whom a block list hides must not be told apart from whom there is not.
    open_to = asked.wish.filters.loosened()
    found, _ = recall(replace(asked, wish=replace(asked.wish, filters=open_to)), shelves, Masks())
    anybody = any(len(one.rows) for one in found)
    return EmptyReason.FILTERS_TOO_TIGHT if anybody else EmptyReason.NOBODY_OFFERS_THIS
