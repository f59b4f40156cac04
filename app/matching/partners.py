"""Statement matches to organisation suggestions: who fits, in either direction, and by which statements."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import prod

from app.matching.documents import Index, Match, MatchDocument, SearchResult, Wish
from app.matching.scoring import number, strength_of
from app.vocabulary import EmptyReason, RegionPreference, Strength


@dataclass(frozen=True, slots=True)
class Pair:
    """One of my statements and the statement of the partner that fits it."""

    mine: MatchDocument
    match: Match


@dataclass(frozen=True, slots=True)
class Partner:
    """An organisation that fits, with its best pairs of statements, best first."""

    organisation_id: str
    score: float
    strength: Strength
    pairs: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class PartnerList:
    """Partners best first (ties by id); counts are sums over all wishes."""

    partners: tuple[Partner, ...]
    considered: int
    removed: Mapping[str, int]
    empty_reason: EmptyReason | None = None


def suggest_partners(index: Index, wishes: Sequence[Wish], limit: int) -> PartnerList:
    """The organisations that fit an organisation's statements, needs and capabilities alike."""
    results = [index.search(replace(wish, limit=max(wish.limit, limit))) for wish in wishes]
    pairs = [
        Pair(wish.document, match)
        for wish, result in zip(wishes, results, strict=True)
        for match in result.matches
    ]
    partners = sorted(_partners(pairs), key=lambda partner: _rank(partner, wishes))[:limit]
    removed: Counter[str] = Counter()
    for result in results:
        removed.update(result.removed)
    return PartnerList(
        tuple(partners),
        sum(result.considered for result in results),
        dict(removed),
        None if partners else _empty_reason(results),
    )


def combined(scores: Iterable[float]) -> float:
    """Noisy-or: the chance that at least one of several independent fits is a good one."""
    return 1.0 - prod(1.0 - min(max(score, 0.0), 1.0) for score in scores)


def _partners(pairs: Iterable[Pair]) -> list[Partner]:
    by_organisation: dict[str, list[Pair]] = {}
    for pair in sorted(pairs, key=_pair_rank):
        by_organisation.setdefault(pair.match.document.organisation_id, []).append(pair)
    return [_partner(organisation, several) for organisation, several in by_organisation.items()]


def _partner(organisation_id: str, pairs: Sequence[Pair]) -> Partner:
    """One of my statements counts once, by its best match: ten like offers are not ten reasons."""
    best: dict[str, float] = {}
    for pair in pairs:
        best.setdefault(pair.mine.id, pair.match.score)
    score = combined(best.values())
    worth = [p for p in pairs if p.match.score >= number("second_pair") * best[p.mine.id]]
    return Partner(organisation_id, score, strength_of(score), tuple(worth[: int(number("pairs_shown"))]))


def _pair_rank(pair: Pair) -> tuple[float, str, str]:
    return (-pair.match.score, pair.mine.id, pair.match.document.id)


def _rank(partner: Partner, wishes: Sequence[Wish]) -> tuple[bool, float, str]:
    return (_is_second(partner.pairs[0], wishes[0].preference), -partner.score, partner.organisation_id)


def _is_second(pair: Pair, preference: RegionPreference) -> bool:
    """Whether the region preference puts the partner behind the others."""
    region = pair.mine.region
    if preference is RegionPreference.ANY or region is None:
        return False
    inside = pair.match.document.region == region
    return inside is (preference is RegionPreference.OTHERS_FIRST)


def _empty_reason(results: Sequence[SearchResult]) -> EmptyReason:
    """The reason nearest to a result: a filter can be loosened at once, an empty market cannot."""
    reasons = {result.empty_reason for result in results}
    order = (EmptyReason.FILTERS_TOO_TIGHT, EmptyReason.NOBODY_OFFERS_THIS)
    return next((reason for reason in order if reason in reasons), EmptyReason.SAYS_TOO_LITTLE)
