"""From consortia to the shapes that go out."""

from app.api.views import partner_card
from app.api.views_of_chains import link_pair
from app.matching.consortia import Consortium
from app.matching.scoring import MODEL_VERSION, strength_at
from app.matching.tradeoffs import Price
from app.schemas.consortia import ConsortiumAnswer, ConsortiumOut, ConsortiumPart, ConsortiumPrice
from app.schemas.organisations import PartnerCard
from app.usecases.consortia import FoundConsortia
from app.vocabulary import Language


def consortium_answer(found: FoundConsortia, language: Language) -> ConsortiumAnswer:
    """The consortia with their members and reasons in the caller's language."""
    solution = found.solution
    return ConsortiumAnswer(
        best=_consortium(solution.best, found, language) if solution.best else None,
        alternatives=[_consortium(one, found, language) for one in solution.alternatives],
        prices=[_price(one, found) for one in solution.prices],
        conflict=[one if isinstance(one, str) else f"needs/{one}" for one in solution.conflict],
        index_version=found.index_version,
        model_version=MODEL_VERSION,
    )


def _consortium(one: Consortium, found: FoundConsortia, language: Language) -> ConsortiumOut:
    cards = {member: _card(member, found, language) for member in one.members}
    parts = [
        ConsortiumPart(
            need=need,
            organisation_id=cards[owner].id,
            pair=link_pair(found.links[need, owner].explained(), found.known, language),
        )
        for need, owner in one.parts
    ]
    return ConsortiumOut(
        probability=round(one.probability, 2),
        strength=strength_at(one.probability),
        members=list(cards.values()),
        parts=parts,
        uncovered=_uncovered(one, found),
    )


def _card(member: str, found: FoundConsortia, language: Language) -> PartnerCard:
    statements = [link.lead.document for (_, owner), link in found.links.items() if owner == member]
    card = partner_card(member, statements[0].sector if statements else None, found.known, language)
    assert card is not None  # noqa: S101 - nobody unknown is a candidate
    return card


def _price(price: Price, found: FoundConsortia) -> ConsortiumPrice:
    without, best = price.without, found.solution.best
    return ConsortiumPrice(
        condition=price.condition,
        members=len(without.members) if without else None,
        probability=round(without.probability, 2) if without else None,
        uncovered=_uncovered(without, found) if without else [],
        changes=(without and without.members) != (best and best.members),
    )


def _uncovered(one: Consortium, found: FoundConsortia) -> list[int]:
    return [need for need in range(found.needs) if need not in one.covered]
