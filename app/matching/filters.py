"""Who may answer a wish: attributes as arrays of small numbers, filters as masks over them."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from app.matching.documents import MatchDocument, Wish
from app.matching.geography import Geography
from app.matching.kernel import Ints, Mask

ASKED_FOR = ("regions", "districts", "countries", "sectors", "organisation_kinds")
"""The attributes that a wish may narrow, in the order their filters run."""

_NEVER = date.max.toordinal()


@dataclass(frozen=True, slots=True)
class Column:
    """One attribute of all documents: the place of each document's value in `places`."""

    places: Mapping[str, int]
    values: Ints

    def among(self, wanted: Iterable[str]) -> Mask:
        """Which documents have one of the values."""
        table = np.zeros(len(self.places) + 1, dtype=np.bool_)
        table[[self.places[value] for value in wanted if value in self.places]] = True
        return table[self.values]


@dataclass(frozen=True, slots=True)
class Attributes:
    """What filters look at, for documents in row order."""

    rows: int
    expires: Ints
    organisations: Mapping[str, tuple[int, ...]]
    certificates: Mapping[str, tuple[int, ...]]
    columns: Mapping[str, Column]

    def of_organisations(self, ids: Iterable[str]) -> Mask:
        """Which documents belong to one of the organisations."""
        return self._marked(self.organisations, ids)

    def with_certificates(self, wanted: Iterable[str]) -> Mask:
        """Which documents' organisations hold at least one of the certificates."""
        return self._marked(self.certificates, wanted)

    def live_on(self, day: date) -> Mask:
        """Which documents still count on a day."""
        return self.expires >= day.toordinal()

    def _marked(self, rows_of: Mapping[str, tuple[int, ...]], keys: Iterable[str]) -> Mask:
        mask = np.zeros(self.rows, dtype=np.bool_)
        for key in keys:
            mask[list(rows_of.get(key, ()))] = True
        return mask


def attributes_of(documents: Sequence[MatchDocument], geography: Geography) -> Attributes:
    """The attributes of documents, district included."""

    def column(value: Callable[[MatchDocument], str | None]) -> Column:
        places: dict[str, int] = {}
        values = [places.setdefault(value(document) or "", len(places)) for document in documents]
        return Column(places, np.array(values, dtype=np.int32))

    return Attributes(
        rows=len(documents),
        expires=np.array([_last_day(d) for d in documents], dtype=np.int32),
        organisations=_rows_of((d.organisation_id,) for d in documents),
        certificates=_rows_of(d.certificates for d in documents),
        columns={
            "regions": column(lambda d: d.region),
            "districts": column(lambda d: geography.district(d.region)),
            "countries": column(lambda d: d.country),
            "sectors": column(lambda d: d.sector),
            "organisation_kinds": column(lambda d: d.organisation_kind),
            "visibilities": column(lambda d: d.visibility),
        },
    )


def extended(attributes: Attributes, documents: Sequence[MatchDocument], geography: Geography) -> Attributes:
    """The attributes with those of further documents behind them; costs next to nothing per row there is."""
    more, first = attributes_of(documents, geography), attributes.rows
    return Attributes(
        rows=first + more.rows,
        expires=np.concatenate([attributes.expires, more.expires]),
        organisations=_followed_by(attributes.organisations, more.organisations, first),
        certificates=_followed_by(attributes.certificates, more.certificates, first),
        columns={name: _joined(column, more.columns[name]) for name, column in attributes.columns.items()},
    )


def _joined(column: Column, more: Column) -> Column:
    places = dict(column.places)
    renumbered = [places.setdefault(value, len(places)) for value in more.places]
    values = np.array(renumbered, dtype=np.int32)[more.values]
    return Column(places, np.concatenate([column.values, values]))


def _followed_by(
    rows_of: Mapping[str, tuple[int, ...]], more: Mapping[str, tuple[int, ...]], first: int
) -> dict[str, tuple[int, ...]]:
    together = dict(rows_of)
    for key, rows in more.items():
        together[key] = (*together.get(key, ()), *(first + row for row in rows))
    return together


def visible(attributes: Attributes, alive: Mask, wish: Wish) -> Mask:
    """Which documents the asker may know of at all."""
    wanted = wish.filters.visibilities
    return alive & attributes.columns["visibilities"].among(wanted) if wanted else alive.copy()


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


def _last_day(document: MatchDocument) -> int:
    return document.expires_on.toordinal() if document.expires_on else _NEVER


def _rows_of(keys: Iterable[Iterable[str]]) -> dict[str, tuple[int, ...]]:
    rows: dict[str, list[int]] = {}
    for row, several in enumerate(keys):
        for key in several:
            rows.setdefault(key, []).append(row)
    return {key: tuple(several) for key, several in rows.items()}
