"""What speaks for an organisation: its chances to fit my statements, one by one and in both directions.

In each direction (they can what I need, they need what I can) an organisation counts by its best chance; the
two are joined by noisy-or. So who fits in both directions always stands above who fits as well in one, and
many like offers are one reason. What is below the least probability is chance and counts for nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import prod

from app.matching.documents import Lead, MatchDocument, Shortlist, Wish
from app.matching.scoring import number, probability_of
from app.vocabulary import StatementKind


@dataclass(frozen=True, slots=True)
class Chance:
    """One of my statements and a statement that fits it, not yet explained."""

    mine: MatchDocument
    lead: Lead
    probability: float

    @property
    def direction(self) -> StatementKind:
        """Of which kind my statement is."""
        return self.mine.kind


@dataclass(frozen=True, slots=True)
class Candidate:
    """An organisation with its chances, best first, the best of each direction, and what these give.

    `probability` is the chance that it fits in at least one direction; `score` joins the scores likewise.
    """

    organisation_id: str
    chances: Sequence[Chance]
    best: Sequence[Chance]
    probability: float

    @property
    def score(self) -> float:
        """The scores of both directions as one."""
        return combined(chance.lead.score for chance in self.best)

    @property
    def mutual(self) -> bool:
        """At least a good fit in both directions."""
        return len(self.best) > 1 and all(one.probability >= number("good") for one in self.best)

    @property
    def place(self) -> str:
        """The region of the best fit, abroad its country."""
        document = self.chances[0].lead.document
        return document.region or document.country


def combined(chances: Iterable[float]) -> float:
    """Noisy-or: the chance that at least one of several independent fits is a good one."""
    return 1.0 - prod(1.0 - min(max(chance, 0.0), 1.0) for chance in chances)


def chances_of(wishes: Iterable[Wish], results: Iterable[Shortlist]) -> list[Chance]:
    """What was found and is not mere chance."""
    chances = [
        Chance(wish.document, lead, probability_of(lead.score, lead.basis))
        for wish, result in zip(wishes, results, strict=True)
        for lead in result.leads
    ]
    return [chance for chance in chances if chance.probability >= number("possible")]


def candidates_of(chances: Iterable[Chance]) -> list[Candidate]:
    """The organisations that have any chance, each with all of them."""
    by_organisation: dict[str, list[Chance]] = {}
    for chance in sorted(chances, key=_rank):
        by_organisation.setdefault(chance.lead.document.organisation_id, []).append(chance)
    return [_candidate(owner, several) for owner, several in by_organisation.items()]


def _candidate(owner: str, chances: Sequence[Chance]) -> Candidate:
    found: dict[StatementKind, Chance] = {}
    for chance in chances:
        found.setdefault(chance.direction, chance)
    best = list(found.values())
    return Candidate(owner, chances, best, combined(chance.probability for chance in best))


def _rank(chance: Chance) -> tuple[float, float, str, str]:
    return (-chance.probability, -chance.lead.score, chance.mine.id, chance.lead.document.id)
