"""What filters and circumstances look at, as arrays of small numbers in row order."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

from app.matching.documents import MatchDocument
from app.matching.geography import Geography, Location
from app.matching.kernel import Ints, Mask

_NEVER = date.max.toordinal()

RowsOf = Mapping[str, tuple[int, ...]]


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
class Whereabouts:
    """The locations of all documents, and how close each is to a place that was asked about before."""

    locations: tuple[Location, ...]
    values: Ints
    remembered: dict[Location, NDArray[np.float64]] = field(default_factory=dict, compare=False)

    def closeness(self, here: Location, rows: NDArray[np.intp], geography: Geography) -> NDArray[np.float64]:
        """How close documents are to a place, 0..1."""
        table = self.remembered.get(here)
        if table is None:
            table = np.array([geography.closeness(here, there) for there in self.locations])
            self.remembered[here] = table
        return table[self.values[rows]]


@dataclass(frozen=True, slots=True)
class Attributes:
    """What filters and circumstances look at, for documents in row order."""

    rows: int
    expires: Ints
    organisations: RowsOf
    certificates: RowsOf
    wishing: RowsOf
    columns: Mapping[str, Column]
    whereabouts: Whereabouts
    core: Mask
    insisting: Mask

    def of_organisations(self, ids: Iterable[str]) -> Mask:
        """Which documents belong to one of the organisations."""
        return self._marked(self.organisations, ids)

    def with_certificates(self, wanted: Iterable[str]) -> Mask:
        """Which documents' organisations hold at least one of the certificates."""
        return self._marked(self.certificates, wanted)

    def wishing_for(self, region: str | None) -> Mask:
        """Which documents wish for a partner in a region."""
        return self._marked(self.wishing, (region,) if region else ())

    def live_on(self, day: date) -> Mask:
        """Which documents still count on a day."""
        return self.expires >= day.toordinal()

    def _marked(self, rows_of: RowsOf, keys: Iterable[str]) -> Mask:
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
        wishing=_rows_of(d.wished_regions for d in documents),
        columns={
            "regions": column(lambda d: d.region),
            "districts": column(lambda d: geography.district(d.region)),
            "countries": column(lambda d: d.country),
            "sectors": column(lambda d: d.sector),
            "organisation_kinds": column(lambda d: d.organisation_kind),
            "visibilities": column(lambda d: d.visibility),
        },
        whereabouts=_whereabouts(documents),
        core=np.array([d.core for d in documents], dtype=np.bool_),
        insisting=np.array([bool(d.must_have) for d in documents], dtype=np.bool_),
    )


def extended(attributes: Attributes, documents: Sequence[MatchDocument], geography: Geography) -> Attributes:
    """The attributes with those of further documents behind them; costs next to nothing per row there is."""
    more, first = attributes_of(documents, geography), attributes.rows
    return Attributes(
        rows=first + more.rows,
        expires=np.concatenate([attributes.expires, more.expires]),
        organisations=_followed_by(attributes.organisations, more.organisations, first),
        certificates=_followed_by(attributes.certificates, more.certificates, first),
        wishing=_followed_by(attributes.wishing, more.wishing, first),
        columns={name: _joined(column, more.columns[name]) for name, column in attributes.columns.items()},
        whereabouts=_moved(attributes.whereabouts, more.whereabouts),
        core=np.concatenate([attributes.core, more.core]),
        insisting=np.concatenate([attributes.insisting, more.insisting]),
    )


def location_of(document: MatchDocument) -> Location:
    """Where a document's organisation is."""
    return Location(document.country, document.region)


def _whereabouts(documents: Sequence[MatchDocument]) -> Whereabouts:
    places: dict[Location, int] = {}
    values = [places.setdefault(location_of(document), len(places)) for document in documents]
    return Whereabouts(tuple(places), np.array(values, dtype=np.int32))


def _moved(before: Whereabouts, more: Whereabouts) -> Whereabouts:
    places = {location: place for place, location in enumerate(before.locations)}
    renumbered = [places.setdefault(location, len(places)) for location in more.locations]
    values = np.array(renumbered, dtype=np.int32)[more.values]
    return Whereabouts(tuple(places), np.concatenate([before.values, values]))


def _joined(column: Column, more: Column) -> Column:
    places = dict(column.places)
    renumbered = [places.setdefault(value, len(places)) for value in more.places]
    values = np.array(renumbered, dtype=np.int32)[more.values]
    return Column(places, np.concatenate([column.values, values]))


def _followed_by(rows_of: RowsOf, more: RowsOf, first: int) -> RowsOf:
    together = dict(rows_of)
    for key, rows in more.items():
        together[key] = (*together.get(key, ()), *(first + row for row in rows))
    return together


def _last_day(document: MatchDocument) -> int:
    return document.expires_on.toordinal() if document.expires_on else _NEVER


def _rows_of(keys: Iterable[Iterable[str]]) -> RowsOf:
    rows: dict[str, list[int]] = {}
    for row, several in enumerate(keys):
        for key in several:
            rows.setdefault(key, []).append(row)
    return {key: tuple(several) for key, several in rows.items()}
