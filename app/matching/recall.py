"""Which documents may answer a question at all, and what each channel gives to them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from app.matching.documents import Wish
from app.matching.kernel import Mask
from app.matching.lexicon import PARTS, WORDS
from app.matching.ranking import Asked
from app.matching.scoring import REASONS, number
from app.matching.shelves import CHANNELS, Recalled, Shelf
from app.vocabulary import RegionPreference

_LEAST_REASONS = np.array([REASONS[name] for name in CHANNELS])


@dataclass(slots=True)
class Masks:
    """Which documents of a shelf may answer, remembered for wishes with the same conditions."""

    remembered: dict[object, tuple[Mask, dict[str, int]]] = field(default_factory=dict)
    counted: dict[object, int] = field(default_factory=dict)

    def allow(self, shelf: Shelf, wish: Wish) -> tuple[Mask, dict[str, int]]:
        """What `Shelf.allow` gives."""
        key = (id(shelf), wish.filters, wish.today, wish.document.organisation_id)
        if key not in self.remembered:
            self.remembered[key] = shelf.allow(wish)
        return self.remembered[key]

    def known(self, shelf: Shelf, wish: Wish) -> int:
        """What `Shelf.known_to` gives."""
        key = (id(shelf), wish.filters.visibilities, wish.filters.kept_away)
        if key not in self.counted:
            self.counted[key] = shelf.known_to(wish)
        return self.counted[key]


def recall(asked: Asked, shelves: Sequence[Shelf], masks: Masks) -> tuple[list[Recalled], dict[str, int]]:
    """What may answer on all shelves, and how many statements each filter removed."""
    recalled: list[Recalled] = []
    removed: Counter[str] = Counter()
    depth = _depth(asked.wish)
    for shelf in shelves:
        allowed, counts = masks.allow(shelf, asked.wish)
        removed.update(counts)
        if shelf.readings:
            parts = _parts(asked.wish, shelf, allowed)
            recalled += (shelf.recall(asked.query, asked.meaning, part, depth) for part in parts)
    fused = [_fused(one, asked) for one in recalled] if _is_reasonable(recalled) else []
    return fused, dict(removed)


def _is_reasonable(recalled: Sequence[Recalled]) -> bool:
    """Whether anybody has a reason to be shown; where nobody has, all is chance."""
    return any((one.found > _LEAST_REASONS[:, None]).any() for one in recalled)


def _fused(recalled: Recalled, asked: Asked) -> Recalled:
    """Each channel in the weight that holds for the question; one that is silent takes nothing from the rest.

    Beside meaning a weak agreement in words counts in the measure of itself: chance must not outvote it.
    """
    found = recalled.found * asked.weights()[:, None]
    if asked.meaning is not None:
        cosines = recalled.found[[WORDS, PARTS]].sum(axis=0) / number("words")
        found[[WORDS, PARTS]] *= np.minimum(cosines / number("words_from"), 1.0)
    return replace(recalled, found=found)


def _parts(wish: Wish, shelf: Shelf, allowed: Mask) -> tuple[Mask, ...]:
    """The allowed documents, split where a region preference must find its own in any case."""
    region = wish.document.region
    if wish.preference is RegionPreference.ANY or region is None:
        return (allowed,)
    inside = shelf.attributes.columns["regions"].among((region,))
    return (allowed & inside, allowed & ~inside)


def _depth(wish: Wish) -> int:
    return max(int(number("recall")), 2 * wish.limit)
