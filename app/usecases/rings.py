"""Rings of mutual supply over the whole directory."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.matching.documents import MatchDocument, Wish
from app.matching.partners import Pair
from app.matching.rings import Ring, explained, rings_among, supplies_of
from app.schemas.rings import RingQuery
from app.storage.asking import Asking, Known, known
from app.storage.suppliers import filters_of
from app.vocabulary import StatementKind


@dataclass(frozen=True, slots=True)
class FoundRings:
    """Rings with reasons, who is in them, how many there are, and which index answered."""

    rings: list[tuple[Ring, tuple[Pair, ...]]]
    known: Known
    total: int
    index_version: int


def search(asking: Asking, query: RingQuery) -> FoundRings:
    """The most probable rings; all needs are asked anew, so it takes as long as the directory is large."""
    nobody = MatchDocument("", "", StatementKind.NEED, "", "")
    wish = Wish(nobody, asking.conditions.today, filters_of(asking, query))
    rings = rings_among(supplies_of(asking.index, wish), query.length)
    shown = list(_explained(asking, wish, rings[: query.limit]))
    who = known(asking, (name for ring, _ in shown for name in ring.organisations))
    return FoundRings(shown, who, len(rings), asking.index.version)


def _explained(asking: Asking, wish: Wish, rings: list[Ring]) -> Iterator[tuple[Ring, tuple[Pair, ...]]]:
    for ring in rings:
        pairs = explained(asking.index, wish, ring)
        if pairs is not None:
            yield ring, pairs
