"""Who may answer a wish: filters as masks over the documents' attributes."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from app.matching.attributes import Attributes
from app.matching.documents import Wish
from app.matching.kernel import Mask

ASKED_FOR = ("regions", "districts", "countries", "sectors", "organisation_kinds")
"""The attributes that a wish may narrow, in the order their filters run."""


def visible(attributes: Attributes, alive: Mask, wish: Wish) -> Mask:
    """Which documents the asker may know of at all."""
    known, wanted = alive.copy(), wish.filters.visibilities
    if wanted:
        known &= attributes.columns["visibilities"].among(wanted)
    if wish.filters.kept_away:
        known &= ~attributes.of_organisations(wish.filters.kept_away)
    return known


def allow(attributes: Attributes, known: Mask, wish: Wish) -> tuple[Mask, dict[str, int]]:
    """Which of the known documents may answer, and how many each filter removed, in the order they ran."""
    allowed, removed = known.copy(), {}
    for name, passed in _steps(attributes, wish):
        kept = allowed & passed
        removed[name] = int(np.count_nonzero(allowed)) - int(np.count_nonzero(kept))
        allowed = kept
    return allowed, removed


def _steps(attributes: Attributes, wish: Wish) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    """The filters that are set, in order: what nobody may see first, what was asked for last."""
    filters, own = wish.filters, wish.document.organisation_id
    yield "expired", attributes.live_on(wish.today)
    yield "own_organisation", ~attributes.of_organisations({own} - {""})
    if filters.excluded_organisations:
        yield "excluded_organisations", ~attributes.of_organisations(filters.excluded_organisations)
    for name in ASKED_FOR:
        column = attributes.columns[name]
        if wanted := getattr(filters, name):
            yield name, column.among(wanted)
    if filters.certificates:
        yield "certificates", attributes.with_certificates(filters.certificates)
