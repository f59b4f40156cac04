"""Shapes of the gap map."""

from typing import Any

from app.access import Website
from app.api.views import statement_view
from app.messages import message
from app.schemas.gaps import GapCell, GapCounts, GapMap, GapNeed, GapNeedPage, ImportedItem, SovereigntyList
from app.usecases.gaps import CountedGaps, Counts, ListedNeeds
from app.usecases.sovereignty import WaitingList
from app.vocabulary import CoveredBy, Language, Strength

VISITOR = Website()
"""A list of everybody's needs shows no private field, to their keepers neither."""


def gap_map(found: CountedGaps, least: Strength, language: Language) -> GapMap:
    """A map as this caller reads it."""
    cells = [
        GapCell(federal_district=district, region=region, sector=sector, **_counts(counts))
        for (district, region, sector), counts in found.cells.items()
    ]
    return GapMap(
        min_strength=least,
        total=GapCounts(**_counts(found.total)),
        items=cells,
        note=_note(found.edition is not None, language),
        index_version=found.edition.index_version if found.edition else None,
        computed_at=found.edition.computed_at if found.edition else None,
    )


def gap_need_page(found: ListedNeeds, least: Strength, next_cursor: str | None) -> GapNeedPage:
    """A page of needs with who meets them."""
    items = []
    for row in found.page.rows:
        coverage = found.coverage[row.id]
        items.append(
            GapNeed(
                statement=statement_view(row, VISITOR),
                covered_by=coverage.nearest(least),
                own_region=round(coverage.own, 2),
                another_region=round(coverage.domestic, 2),
                foreign=round(coverage.foreign, 2),
            )
        )
    return GapNeedPage(
        items=items,
        next_cursor=next_cursor,
        index_version=found.edition.index_version if found.edition else None,
        computed_at=found.edition.computed_at if found.edition else None,
    )


def sovereignty_list(found: WaitingList, least: Strength, language: Language) -> SovereigntyList:
    """Imported items that wait for a domestic maker."""
    items = [
        ImportedItem(
            item=one.needs[0].replaces_import or "",
            needs=len(one.needs),
            organisations=len({row.organisation_id for row in one.needs}),
            foreign=one.foreign,
            statement_ids=[row.id for row in one.needs],
        )
        for one in found.items
    ]
    return SovereigntyList(
        min_strength=least,
        items=items,
        note=_note(found.edition is not None, language),
        index_version=found.edition.index_version if found.edition else None,
        computed_at=found.edition.computed_at if found.edition else None,
    )


def _note(made: bool, language: Language) -> str:
    return message("nobody_known" if made else "not_counted_yet", language)


def _counts(counts: Counts) -> dict[str, Any]:
    covered = {one.value: None if counts.covered is None else counts.covered[one] for one in CoveredBy}
    return {"needs": counts.needs, **covered, "suppressed": counts.short}
