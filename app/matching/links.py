"""Links of cooperation: a need and the capability of another organisation that meets it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from app.matching.documents import Lead, MatchDocument, Shortlist
from app.matching.partners import Pair
from app.matching.scoring import number, probability_of

Apart = Mapping[str, frozenset[str]]
"""By organisation, whom it must never stand beside."""


@dataclass(frozen=True, slots=True)
class Link:
    """A need and the capability of another organisation that meets it, not yet explained."""

    need: MatchDocument
    lead: Lead
    probability: float

    @property
    def supplier(self) -> str:
        """The organisation that meets the need."""
        return self.lead.document.organisation_id

    def explained(self) -> Pair:
        """The link with its reasons."""
        return Pair(self.need, self.lead.explain(), self.probability)


def links_of(need: MatchDocument, result: Shortlist) -> list[Link]:
    """The best answer of each organisation that is more than chance, most probable first (ties by id)."""
    links = [Link(need, lead, probability_of(lead.score, lead.basis)) for lead in result.leads]
    best: dict[str, Link] = {}
    for link in sorted(links, key=lambda one: (-one.probability, one.lead.document.id)):
        if link.probability >= number("possible"):
            best.setdefault(link.supplier, link)
    return list(best.values())


def unexpired(documents: Iterable[MatchDocument], day: date) -> list[MatchDocument]:
    """Those that still count on a day."""
    return [one for one in documents if one.expires_on is None or one.expires_on >= day]
