"""How large the directory is: counts of what the caller may see, and of nothing else."""

from collections import Counter
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from app.access import Caller
from app.storage.counting import organisations_by_place, statements_by_place
from app.vocabulary import Source, StatementKind


@dataclass(frozen=True, slots=True)
class Amount:
    """What there is in one place or sector."""

    organisations: int = 0
    capabilities: int = 0
    needs: int = 0

    @property
    def gap(self) -> int:
        """Needs beyond capabilities; 0 where there are enough."""
        return max(0, self.needs - self.capabilities)


@dataclass(frozen=True, slots=True)
class Statistics:
    """The directory in numbers; of sectors and regions only those where there is something."""

    totals: "Totals"
    kinds: dict[str, int]
    countries: dict[str, Amount] = field(default_factory=dict)
    regions: dict[str, Amount] = field(default_factory=dict)
    sectors: dict[str, Amount] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Totals:
    """The whole directory; `invented` counts the organisations of the sample."""

    organisations: int
    regions: int
    countries: int
    capabilities: int
    needs: int
    invented: int


def totals(session: Session, caller: Caller) -> Totals:
    """The whole directory in six numbers."""
    return statistics(session, caller).totals


def statistics(session: Session, caller: Caller) -> Statistics:
    """Everything that is counted, in two queries."""
    owners = organisations_by_place(session, caller)
    said = statements_by_place(session, caller)
    kinds, invented = Counter[str](), 0
    tally = {name: Counter[tuple[str, str]]() for name in ("country", "region", "sector")}
    for ((country, region), kind, source), number in owners.items():
        kinds[kind] += number
        invented += number if source == Source.SAMPLE else 0
        tally["country"][country, "organisations"] += number
        tally["region"][region or "", "organisations"] += number
    for ((country, region), kind, sector), number in said.items():
        tally["country"][country, kind] += number
        tally["region"][region or "", kind] += number
        tally["sector"][sector or "", kind] += number
    countries, regions, sectors = (_amounts(tally[name]) for name in ("country", "region", "sector"))
    whole = Totals(
        organisations=sum(kinds.values()),
        regions=len(regions),
        countries=len(countries),
        capabilities=sum(one.capabilities for one in countries.values()),
        needs=sum(one.needs for one in countries.values()),
        invented=invented,
    )
    return Statistics(whole, dict(kinds), countries, regions, sectors)


def _amounts(tally: Counter[tuple[str, str]]) -> dict[str, Amount]:
    codes = sorted({code for code, _ in tally if code})
    return {
        code: Amount(
            tally[code, "organisations"],
            tally[code, StatementKind.CAPABILITY],
            tally[code, StatementKind.NEED],
        )
        for code in codes
    }
