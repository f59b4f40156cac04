"""The gap map: made by the worker, counted for a caller, with small numbers held back from the public.

What the public sees is one partition of the needs (federal district by section), and of each cell the joint
distribution of who meets them at every strength. A cell shows its number only from `LEAST` needs on, and who
meets them only where no group of the joint distribution is smaller. Every number of a public answer, totals
too, is a sum of shown groups: no two answers differ by a group that is not shown.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from sqlalchemy.orm import Session

from app import reference
from app.access import SURVEY, Caller, Member, Website, permit
from app.clock import day_of
from app.matching.documents import Index, MatchDocument
from app.matching.gaps import Coverage, coverage_of
from app.schemas.gaps import GapFilters, GapNeedQuery, GapQuery
from app.storage import gaps
from app.storage.documents import Conditions
from app.storage.gaps import MEMBERS, PUBLIC, GapEdition, NeedCoverage, Placed
from app.storage.organisations import suggested_to
from app.storage.pages import Page, Position
from app.storage.statements import Statement
from app.vocabulary import CodeScheme, CoveredBy, Strength

LEAST = 3
"""The smallest number of needs that the public is told of."""

PAUSE = timedelta(minutes=15)
"""How long a map stands at least, however often the directory changes."""

Key = tuple[str | None, str | None, str | None]
"""District, region, sector."""


class Keeper(Protocol):
    """Whatever holds the current index."""

    def catch_up(self, session: Session) -> Index:
        """An index that knows every change this session sees."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Needs of a cell, and who meets them; None is held back, `short` says that something is."""

    needs: int | None
    covered: Counter[CoveredBy] | None
    short: bool = False


@dataclass(frozen=True, slots=True)
class CountedGaps:
    """The cells of a map that have needs, their sum, and what the map was made from."""

    cells: dict[Key, Counts]
    total: Counts
    edition: GapEdition | None


@dataclass(frozen=True, slots=True)
class ListedNeeds:
    """A page of needs, their coverage by id, and what it was made from."""

    page: Page[Statement]
    coverage: dict[str, Coverage]
    edition: GapEdition | None


def look(session: Session, keeper: Keeper, conditions: Conditions, moment: datetime) -> Index | None:
    """The index to make the map from; None where the map is new enough."""
    last = gaps.edition(session)
    if last is not None and last.day == conditions.today and moment - last.computed_at < PAUSE:
        return None
    index = keeper.catch_up(session)
    current = last is not None and (last.index_version, last.day) == (index.version, conditions.today)
    return None if current else index


def compute(index: Index, today: date) -> list[dict[str, Any]]:
    """The rows of the map for both audiences; takes as long as six batches of all needs."""
    audiences = ((PUBLIC, Website()), (MEMBERS, Member("")))
    return [
        _row(need, coverage, audience)
        for audience, caller in audiences
        for need, coverage in coverage_of(index, today, suggested_to(caller))
    ]


def write(session: Session, rows: Sequence[dict[str, Any]], version: int, moment: datetime) -> int:
    """Store the map unless another worker has stored a newer one; how many rows."""
    last = gaps.edition(session)
    if last is not None and last.index_version > version:
        return 0
    made = GapEdition(name=gaps.MAP, index_version=version, day=day_of(moment), computed_at=moment)
    return gaps.replace_all(session, made, rows)


def count(session: Session, caller: Caller, query: GapQuery, today: date) -> CountedGaps:
    """The map for this caller. Raises Unauthorized or Forbidden where a question needs a key."""
    if isinstance(caller, Website):
        if query.region or query.kind or query.places == "region" or query.sectors == "class":
            permit(SURVEY, caller)
        cells = dict(_public_cells(gaps.placed(session, caller, today), query))
    else:
        cells = dict(_cells(_wanted(gaps.placed(session, caller, today), query), query))
    ordered = dict(sorted(cells.items(), key=lambda item: [(one is None, one or "") for one in item[0]]))
    edition = gaps.edition(session)
    return CountedGaps(ordered, _sum(ordered.values()) if edition else Counts(None, None), edition)


def needs(
    session: Session, caller: Caller, query: GapNeedQuery, today: date, position: Position
) -> ListedNeeds:
    """The needs behind the map that the caller may read; anonymous ones of others are not among them."""
    known = {
        one.coverage.statement_id: coverage
        for one in _wanted(gaps.placed(session, caller, today), query)
        for coverage in (_coverage(one),)
        if not query.covered_by or coverage.nearest(query.min_strength) in query.covered_by
    }
    page = gaps.readable(session, caller, sorted(known), position)
    return ListedNeeds(page, known, gaps.edition(session))


def sector_of(need: MatchDocument) -> str | None:
    """The class or section a need is of: as it says, else by its first code of ОКВЭД2 or ОКПД2."""
    if need.sector:
        return need.sector
    schemes = (CodeScheme.OKVED2, CodeScheme.OKPD2)
    classes = sorted((schemes.index(scheme), code[:2]) for scheme, code in need.codes if scheme in schemes)
    return next((code for _, code in classes if code in reference.sectors()), None)


def _row(need: MatchDocument, coverage: Coverage, audience: str) -> dict[str, Any]:
    sector = sector_of(need)
    known = reference.sectors().get(sector or "")
    return {
        "statement_id": need.id,
        "audience": audience,
        "sector": sector,
        "section": (known.section or known.code) if known else None,
        "own": coverage.own,
        "domestic": coverage.domestic,
        "foreign": coverage.foreign,
    }


def _wanted(rows: Iterable[Placed], query: GapFilters) -> Iterator[Placed]:
    for one in rows:
        if (
            (not query.region or one.region in query.region)
            and (not query.federal_district or _district(one.region) in query.federal_district)
            and (not query.section or one.coverage.section in query.section)
            and (not query.kind or one.kind in query.kind)
        ):
            yield one


def _district(region: str | None) -> str | None:
    known = reference.regions().get(region or "")
    return known.district if known else None


def _coverage(one: Placed) -> Coverage:
    row: NeedCoverage = one.coverage
    return Coverage(row.own, row.domestic, row.foreign)


def _cells(rows: Iterable[Placed], query: GapQuery) -> Iterator[tuple[Key, Counts]]:
    groups: dict[Key, Counter[CoveredBy]] = defaultdict(Counter)
    for one in rows:
        region = one.region if query.places == "region" else None
        sector = one.coverage.sector if query.sectors == "class" else one.coverage.section
        groups[_district(one.region), region, sector][_coverage(one).nearest(query.min_strength)] += 1
    for key, covered in groups.items():
        yield key, Counts(covered.total(), covered)


def _public_cells(rows: Iterable[Placed], query: GapQuery) -> Iterator[tuple[Key, Counts]]:
    joint: dict[Key, Counter[tuple[CoveredBy, ...]]] = defaultdict(Counter)
    for one in _wanted(rows, query):
        at_each = tuple(_coverage(one).nearest(strength) for strength in Strength)
        joint[_district(one.region), None, one.coverage.section][at_each] += 1
    place = list(Strength).index(query.min_strength)
    for key, groups in joint.items():
        if groups.total() < LEAST:
            yield key, Counts(None, None, short=True)
        elif min(groups.values()) < LEAST:
            yield key, Counts(groups.total(), None, short=True)
        else:
            covered = Counter[CoveredBy]()
            for at_each, number in groups.items():
                covered[at_each[place]] += number
            yield key, Counts(groups.total(), covered)


def _sum(cells: Iterable[Counts]) -> Counts:
    shown = list(cells)
    covered = sum((one.covered for one in shown if one.covered is not None), Counter[CoveredBy]())
    return Counts(sum(one.needs or 0 for one in shown), covered, any(one.short for one in shown))
