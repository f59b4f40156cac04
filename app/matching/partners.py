"""Statement matches to organisation suggestions: who fits, in either direction, and by which statements."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import prod

from app.matching.documents import Index, Lead, Match, MatchDocument, Shortlist, Wish
from app.matching.scoring import number, strength_of
from app.vocabulary import EmptyReason, RegionPreference, Strength


@dataclass(frozen=True, slots=True)
class Pair:
    """One of my statements and the statement of the partner that fits it."""

    mine: MatchDocument
    match: Match


@dataclass(frozen=True, slots=True)
class _Chance:
    """One of my statements and a statement that fits it, not yet explained."""

    mine: MatchDocument
    lead: Lead


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
    results = index.batch([replace(wish, limit=max(wish.limit, limit)) for wish in wishes])
    chances = [
        _Chance(wish.document, lead)
        for wish, result in zip(wishes, results, strict=True)
        for lead in result.leads
    ]
    found = sorted(_scored(chances), key=lambda one: _rank(one[0], one[1], wishes))[:limit]
    partners = [_partner(score, several) for score, several in found]
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


def _scored(chances: Iterable[_Chance]) -> list[tuple[float, list[_Chance]]]:
    """The chances of each organisation, best first, with its score."""
    by_organisation: dict[str, list[_Chance]] = {}
    for chance in sorted(chances, key=_chance_rank):
        by_organisation.setdefault(chance.lead.document.organisation_id, []).append(chance)
    return [(combined(_best_scores(several).values()), several) for several in by_organisation.values()]


def _best_scores(chances: Iterable[_Chance]) -> dict[str, float]:
    """One of my statements counts once, by its best match: ten like offers are not ten reasons."""
    best: dict[str, float] = {}
    for chance in chances:
        best.setdefault(chance.mine.id, chance.lead.score)
    return best


def _partner(score: float, chances: Sequence[_Chance]) -> Partner:
    """Only what is shown is explained."""
    best = _best_scores(chances)
    worth = [one for one in chances if one.lead.score >= number("second_pair") * best[one.mine.id]]
    pairs = tuple(Pair(one.mine, one.lead.explain()) for one in worth[: int(number("pairs_shown"))])
    return Partner(chances[0].lead.document.organisation_id, score, strength_of(score), pairs)


def _chance_rank(chance: _Chance) -> tuple[float, str, str]:
    return (-chance.lead.score, chance.mine.id, chance.lead.document.id)


def _rank(score: float, chances: Sequence[_Chance], wishes: Sequence[Wish]) -> tuple[bool, float, str]:
    organisation = chances[0].lead.document.organisation_id
    return (_is_second(chances[0], wishes[0].preference), -score, organisation)


def _is_second(chance: _Chance, preference: RegionPreference) -> bool:
    """Whether the region preference puts the partner behind the others."""
    region = chance.mine.region
    if preference is RegionPreference.ANY or region is None:
        return False
    inside = chance.lead.document.region == region
    return inside is (preference is RegionPreference.OTHERS_FIRST)


def _empty_reason(results: Sequence[Shortlist]) -> EmptyReason:
    """The reason nearest to a result: a filter can be loosened at once, an empty market cannot."""
    reasons = {result.empty_reason for result in results}
    order = (EmptyReason.FILTERS_TOO_TIGHT, EmptyReason.NOBODY_OFFERS_THIS)
    return next((reason for reason in order if reason in reasons), EmptyReason.SAYS_TOO_LITTLE)
