"""Needs that name the imported item they replace, and for which the map of gaps knows no domestic maker."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from app.access import Caller
from app.matching.gaps import Coverage
from app.matching.text import normalise
from app.schemas.gaps import SovereigntyQuery
from app.storage import gaps
from app.storage.gaps import GapEdition
from app.storage.statements import Statement
from app.vocabulary import CoveredBy

ABROAD = (CoveredBy.FOREIGN, CoveredBy.NOBODY)


@dataclass(frozen=True, slots=True)
class Waiting:
    """The needs that name one imported item, oldest first, and how many of them somebody abroad meets."""

    needs: tuple[Statement, ...]
    foreign: int


@dataclass(frozen=True, slots=True)
class WaitingList:
    """Imported items, most needs waiting first, and what the map behind them was made from."""

    items: list[Waiting]
    edition: GapEdition | None


def waiting(session: Session, caller: Caller, query: SovereigntyQuery, today: date) -> WaitingList:
    """Imported items by needs waiting (ties by their text), of Russian needs that the caller may read."""
    met = {
        one.coverage.statement_id: Coverage(
            one.coverage.own, one.coverage.domestic, one.coverage.foreign
        ).nearest(query.min_strength)
        for one in gaps.placed(session, caller, today)
        if one.region is not None
    }
    lacking = [id_ for id_, where in met.items() if where in ABROAD]
    groups: dict[str, list[Statement]] = defaultdict(list)
    for row in gaps.replacing(session, caller, lacking):
        groups[normalise(row.replaces_import or "")].append(row)
    ordered = sorted(groups.items(), key=lambda group: (-len(group[1]), group[0]))
    found = [
        Waiting(tuple(rows), sum(met[row.id] is CoveredBy.FOREIGN for row in rows)) for _, rows in ordered
    ]
    return WaitingList(found, gaps.edition(session))
