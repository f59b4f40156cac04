"""What changed since the build: a shelf that grows by a few rows at a time, at a cost of those few.

Rows that were replaced or withdrawn are only marked, until they are the larger part.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from app.matching.filters import attributes_of, extended
from app.matching.geography import Geography
from app.matching.kernel import Entries, Mask, Rows
from app.matching.meanings import followed_by, meanings_of
from app.matching.reading import Reading
from app.matching.scoring import BLOCKS
from app.matching.shelves import Shelf
from app.matching.vectors import Lexicon, rows_of

LARGEST_CHUNK = 2**16
"""Entries from which chunks are not joined any more: copying as many takes about 0.1 ms."""


def empty_delta(geography: Geography) -> Shelf:
    """A delta nothing was put into."""
    rows = Rows((), np.zeros(0, dtype=np.intp))
    return Shelf((), attributes_of((), geography), rows, np.zeros(0, dtype=np.bool_), meanings_of(()))


def grown_delta(
    delta: Shelf, organisations: Iterable[str], readings: Sequence[Reading], lexicon: Lexicon, geo: Geography
) -> Shelf:
    """The delta without what it had of these organisations, and with these readings behind the rest."""
    kept = delta.without(organisations)
    if kept.dead > kept.size:
        kept = _compacted(kept, geo)
    return _followed(kept, readings, lexicon, geo) if readings else kept


def _followed(delta: Shelf, readings: Sequence[Reading], lexicon: Lexicon, geography: Geography) -> Shelf:
    first, rows = len(delta.readings), _rows(delta)
    vectors = [lexicon.vector(lexicon.weigh(reading), adding=True) for reading in readings]
    together = (*delta.readings, *readings)
    return replace(
        delta,
        readings=together,
        attributes=extended(delta.attributes, [reading.document for reading in readings], geography),
        scorer=Rows(_joined((*rows.chunks, rows_of(vectors, first))), _order(rows.order, together)),
        alive=np.concatenate([delta.alive, np.ones(len(readings), dtype=np.bool_)]),
        meanings=followed_by(delta.meanings, first, readings),
    )


def _joined(chunks: tuple[Entries, ...]) -> tuple[Entries, ...]:
    """Chunks of falling sizes: the last ones are joined while that is cheap."""
    *rest, last = chunks
    while rest and len(rest[-1][0]) <= min(2 * len(last[0]), LARGEST_CHUNK):
        columns, weights, slots = (np.concatenate(both) for both in zip(rest.pop(), last, strict=True))
        last = columns, weights, slots
    return (*rest, last)


def _order(order: NDArray[np.intp], readings: Sequence[Reading]) -> NDArray[np.intp]:
    """The places of all rows by document id, from those of the first rows."""
    sorted_rows = np.argsort(order).tolist()
    for row in range(len(order), len(readings)):
        at = bisect_left(sorted_rows, readings[row].document.id, key=lambda one: readings[one].document.id)
        sorted_rows.insert(at, row)
    places = np.empty(len(readings), dtype=np.intp)
    places[sorted_rows] = np.arange(len(readings))
    return places


def _compacted(delta: Shelf, geography: Geography) -> Shelf:
    """The delta without its dead rows."""
    readings, rows = tuple(delta.live_readings()), _rows(delta)
    places = np.argsort(np.argsort(rows.order[delta.alive]))
    return Shelf(
        readings,
        attributes_of([reading.document for reading in readings], geography),
        Rows(tuple(_living(chunk, delta.alive) for chunk in rows.chunks), places),
        np.ones(len(readings), dtype=np.bool_),
        meanings_of(readings),
    )


def _living(entries: Entries, alive: Mask) -> Entries:
    """The entries of living rows, their rows numbered anew."""
    columns, weights, slots = entries
    row, block = np.divmod(slots, len(BLOCKS))
    stay = alive[row]
    renumbered = (np.cumsum(alive, dtype=np.int32) - 1)[row[stay]]
    return columns[stay], weights[stay], (renumbered * len(BLOCKS) + block[stay]).astype(np.int32)


def _rows(delta: Shelf) -> Rows:
    assert isinstance(delta.scorer, Rows)  # noqa: S101 - a delta is made here only, and always of rows
    return delta.scorer
