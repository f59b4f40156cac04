"""Statement matches to organisation suggestions: who fits, in either direction, and by which statements."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from app.matching import diversity
from app.matching.documents import Index, Lead, Match, MatchDocument, Shortlist, Wish
from app.matching.reciprocity import Candidate, Chance, candidates_of, chances_of
from app.matching.scoring import number, reaches, strength_at
from app.vocabulary import Diversity, EmptyReason, RegionPreference, Strength

_POOL = 3  # times as many as are shown, so that there is something to mix


@dataclass(frozen=True, slots=True)
class Pair:
    """One of my statements, the statement of the partner that fits it, and the chance that it does."""

    mine: MatchDocument
    match: Match
    probability: float

    @property
    def strength(self) -> Strength:
        """The word for the probability."""
        return strength_at(self.probability)


@dataclass(frozen=True, slots=True)
class Partner:
    """An organisation that fits, with its best pairs of statements, best first.

    `mutual`: at least a good fit in both directions, and a pair of each is shown.
    """

    organisation_id: str
    score: float
    probability: float
    mutual: bool
    pairs: tuple[Pair, ...]

    @property
    def strength(self) -> Strength:
        """The word for the probability."""
        return strength_at(self.probability)


@dataclass(frozen=True, slots=True)
class PartnerList:
    """Partners, most probable first (ties by id); counts are sums over all wishes.

    `removed["min_strength"]` counts partners, not statements: those found that were too weak.
    `diversity_loss` is the part of the list's discounted probability that mixing regions gave away.
    """

    partners: tuple[Partner, ...]
    considered: int
    removed: Mapping[str, int]
    empty_reason: EmptyReason | None = None
    diversity_loss: float = 0.0


def suggest_partners(index: Index, wishes: Sequence[Wish], limit: int) -> PartnerList:
    """The organisations that fit an organisation's statements, needs and capabilities alike."""
    results = _found(index, wishes, limit)
    removed: Counter[str] = Counter()
    for result in results:
        removed.update(result.removed)
    considered = sum(result.considered for result in results)
    found = candidates_of(chances_of(wishes, results))
    if not found:
        return PartnerList((), considered, dict(removed), _empty_reason(index, wishes, results))
    asked = wishes[0]
    enough = [one for one in found if reaches(one.probability, asked.min_strength)]
    if asked.min_strength is not Strength.POSSIBLE:
        removed["min_strength"] = len(found) - len(enough)
    enough.sort(key=lambda one: (_is_second(one, asked.preference), -one.probability, one.organisation_id))
    shown = _spread(enough, asked, limit)
    return PartnerList(
        tuple(map(_partner, shown)),
        considered,
        dict(removed),
        None if shown else EmptyReason.FILTERS_TOO_TIGHT,
        diversity.loss([one.probability for one in enough[:limit]], [one.probability for one in shown]),
    )


def _found(index: Index, wishes: Sequence[Wish], limit: int) -> list[Shortlist]:
    """What the index finds, and with a region preference also what it finds without."""
    deep = [replace(wish, limit=_depth(wish, limit)) for wish in wishes]
    found = list(index.batch(deep))
    if all(wish.preference is RegionPreference.ANY for wish in wishes):
        return found
    # The preferred region may fill the list with what is too weak to be shown, and hide the others.
    freely = index.batch([replace(wish, preference=RegionPreference.ANY) for wish in deep])
    return [
        replace(one, leads=_united(one.leads, other.leads)) for one, other in zip(found, freely, strict=True)
    ]


def _depth(wish: Wish, limit: int) -> int:
    return max(wish.limit, limit) * (1 if wish.diversity is Diversity.NONE else _POOL)


def _united(some: Iterable[Lead], more: Iterable[Lead]) -> tuple[Lead, ...]:
    return tuple({lead.document.id: lead for lead in (*some, *more)}.values())


def _is_second(candidate: Candidate, preference: RegionPreference) -> bool:
    """Whether the region preference puts the partner behind the others."""
    best = candidate.chances[0]
    region = best.mine.region
    if preference is RegionPreference.ANY or region is None:
        return False
    inside = best.lead.document.region == region
    return inside is (preference is RegionPreference.OTHERS_FIRST)


def _spread(ranked: Sequence[Candidate], asked: Wish, limit: int) -> list[Candidate]:
    """The first of the list, regions mixed where asked for; a region preference goes before."""
    if asked.diversity is Diversity.NONE:
        return list(ranked[:limit])
    shown: list[Candidate] = []
    for _, tier in groupby(ranked, key=lambda one: _is_second(one, asked.preference)):
        shown += diversity.mixed(
            list(tier),
            lambda one: one.probability,
            lambda one: one.place,
            number("diversity_loss"),
            limit - len(shown),
        )
    return shown


def _partner(candidate: Candidate) -> Partner:
    """Only what is shown is explained."""
    pairs = tuple(Pair(one.mine, one.lead.explain(), one.probability) for one in _shown(candidate))
    return Partner(candidate.organisation_id, candidate.score, candidate.probability, candidate.mutual, pairs)


def _shown(candidate: Candidate) -> list[Chance]:
    """The chances worth showing, best first; of a mutual partner at least one of each direction."""
    strongest: dict[str, float] = {}
    for chance in candidate.chances:
        strongest.setdefault(chance.mine.id, chance.lead.score)
    least = {mine: number("second_pair") * score for mine, score in strongest.items()}
    worth = [one for one in candidate.chances if one.lead.score >= least[one.mine.id]]
    shown = worth[: int(number("pairs_shown"))]
    if candidate.mutual and len({one.direction for one in shown}) == 1:
        shown[-1] = candidate.best[-1]
    return shown


def _empty_reason(index: Index, wishes: Sequence[Wish], results: Sequence[Shortlist]) -> EmptyReason:
    """The reason nearest to a result: a filter can be loosened at once, an empty market cannot."""
    reasons = {_reason(index, wish, result) for wish, result in zip(wishes, results, strict=True)}
    order = (EmptyReason.FILTERS_TOO_TIGHT, EmptyReason.NOBODY_OFFERS_THIS)
    return next((reason for reason in order if reason in reasons), EmptyReason.SAYS_TOO_LITTLE)


def _reason(index: Index, wish: Wish, result: Shortlist) -> EmptyReason:
    """Why nothing that is more than chance was found: the engine knows nothing of that measure."""
    if result.empty_reason in (EmptyReason.SAYS_TOO_LITTLE, EmptyReason.NOBODY_OFFERS_THIS):
        return result.empty_reason
    anyone = replace(wish, filters=wish.filters.loosened(), preference=RegionPreference.ANY, limit=1)
    freely = index.shortlist(anyone)
    return EmptyReason.FILTERS_TOO_TIGHT if chances_of([wish], [freely]) else EmptyReason.NOBODY_OFFERS_THIS
