"""What changed since the build: a shelf that grows by a few rows at a time, at a cost of those few.

Rows that were replaced or withdrawn are only marked, until they are the larger part.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from app.matching.attributes import attributes_of, extended
from app.matching.documents import MatchDocument
from app.matching.geography import Geography
from app.matching.kernel import Entries, Rows
from app.matching.lexicon import Lexicon, Row, entries_of
from app.matching.meanings import Meanings, Part, meanings_of
from app.matching.reading import kept
from app.matching.shelves import Shelf

LARGEST_CHUNK = 2**16
"""Entries from which chunks are not joined any more: copying as many takes about 0.1 ms."""

_FEW = 50

LARGEST_PART = 2**8
"""The same for documents with their passages."""


@dataclass(frozen=True, slots=True)
class Sorted:
    """The ids of all rows in ascending order, and the row each belongs to."""

    ids: tuple[str, ...] = ()
    rows: NDArray[np.intp] = field(default_factory=lambda: np.zeros(0, dtype=np.intp))

    def followed_by(self, ids: Sequence[str]) -> "Sorted":
        """With further rows behind them."""
        if len(ids) > _FEW:
            return Sorted.of([*np.array(self.ids, dtype=object)[self.order()], *ids])
        known, rows = list(self.ids), self.rows
        for row, id_ in enumerate(ids, len(rows)):
            at = bisect_left(known, id_)
            known.insert(at, id_)
            rows = np.insert(rows, at, row)
        return Sorted(tuple(known), rows)

    @classmethod
    def of(cls, ids: Sequence[str]) -> "Sorted":
        """The ids of rows in row order, sorted."""
        rows = sorted(range(len(ids)), key=ids.__getitem__)
        return cls(tuple(ids[row] for row in rows), np.array(rows, dtype=np.intp))

    def order(self) -> NDArray[np.intp]:
        """The place of each row among the ids."""
        places = np.empty(len(self.rows), dtype=np.intp)
        places[self.rows] = np.arange(len(self.rows))
        return places


@dataclass(frozen=True, slots=True)
class Delta:
    """The shelf of changes, and what its next growth starts from."""

    shelf: Shelf
    ids: Sorted

    def without(self, organisations: Iterable[str]) -> "Delta":
        """The delta with all rows of these organisations marked dead."""
        return replace(self, shelf=self.shelf.without(organisations))


def empty_delta(geography: Geography) -> Delta:
    """A delta nothing was put into."""
    rows = Rows((), np.zeros(0, dtype=np.intp))
    alive = np.zeros(0, dtype=np.bool_)
    return Delta(Shelf((), attributes_of((), geography), rows, alive, Meanings(), ()), Sorted())


def grown_delta(
    delta: Delta,
    organisations: Iterable[str],
    documents: Sequence[MatchDocument],
    lexicon: Lexicon,
    geography: Geography,
) -> Delta:
    """The delta without what it had of these organisations, and with these documents behind the rest."""
    rest = delta.without(organisations)
    if rest.shelf.dead > rest.shelf.size:
        rest = _compacted(rest, geography)
    return _followed(rest, documents, lexicon, geography) if documents else rest


def _followed(
    delta: Delta, documents: Sequence[MatchDocument], lexicon: Lexicon, geography: Geography
) -> Delta:
    shelf, readings = delta.shelf, [kept(document) for document in documents]
    first = len(shelf.readings)
    vectors = [lexicon.row(lexicon.weigh(reading)) for reading in readings]
    ids = delta.ids.followed_by([document.id for document in documents])
    grown = replace(
        shelf,
        readings=(*shelf.readings, *readings),
        attributes=extended(shelf.attributes, documents, geography),
        scorer=Rows(_joined((*_rows(shelf).chunks, entries_of(vectors, first))), ids.order()),
        alive=np.concatenate([shelf.alive, np.ones(len(readings), dtype=np.bool_)]),
        meanings=_with(shelf.meanings, meanings_of([document.passages for document in documents], first)),
        vectors=(*_vectors(shelf), *vectors),
    )
    return Delta(grown, ids)


def _joined(chunks: tuple[Entries, ...]) -> tuple[Entries, ...]:
    """Chunks of falling sizes: the last ones are joined while that is cheap."""
    *rest, last = chunks
    while rest and len(rest[-1][0]) <= min(2 * len(last[0]), LARGEST_CHUNK):
        columns, weights, rows = (np.concatenate(both) for both in zip(rest.pop(), last, strict=True))
        last = columns, weights, rows
    return (*rest, last)


def _with(before: Meanings, more: Meanings) -> Meanings:
    """The same for parts with vectors; between them may be rows that have none."""
    if not more.parts:
        return before
    rest, last = list(before.parts), more.parts[0]
    while rest and len(rest[-1]) <= min(2 * len(last), LARGEST_PART) and _touch(rest[-1], last):
        last = _one_part(rest.pop(), last)
    return Meanings((*rest, last))


def _touch(one: Part, other: Part) -> bool:
    return one.first + len(one) == other.first


def _one_part(one: Part, other: Part) -> Part:
    return Part(
        one.first,
        np.concatenate([one.wholes, other.wholes]),
        np.concatenate([one.steps, other.steps]),
        np.concatenate([one.sentences, other.sentences]),
        np.concatenate([one.sentence_steps, other.sentence_steps]),
        np.concatenate([one.starts, one.starts[-1] + other.starts[1:]]),
    )


def _compacted(delta: Delta, geography: Geography) -> Delta:
    """The delta without its dead rows."""
    shelf = delta.shelf
    readings, stay = tuple(shelf.live_readings()), np.flatnonzero(shelf.alive)
    vectors = tuple(_vectors(shelf)[row] for row in stay.tolist())
    ids = Sorted.of([reading.document.id for reading in readings])
    return Delta(
        Shelf(
            readings,
            attributes_of([reading.document for reading in readings], geography),
            Rows((entries_of(vectors, 0),), ids.order()),
            np.ones(len(readings), dtype=np.bool_),
            meanings_of(shelf.live_meanings()),
            vectors,
        ),
        ids,
    )


def _rows(shelf: Shelf) -> Rows:
    assert isinstance(shelf.scorer, Rows)  # noqa: S101 - a delta is made here only, and always of rows
    return shelf.scorer


def _vectors(shelf: Shelf) -> tuple[Row, ...]:
    assert isinstance(shelf.vectors, tuple)  # noqa: S101 - likewise
    return shelf.vectors
