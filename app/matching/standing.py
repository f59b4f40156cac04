"""Standing questions: which of a few statements answer a question that was asked before they came."""

from collections.abc import Collection, Sequence

from app.matching.documents import Index, Wish
from app.matching.reciprocity import Chance, chances_of

ANSWERS_AT_MOST = 5_000
"""More statements than the organisations looked at will have; the weakest of still more are left out."""


def answers(index: Index, wishes: Sequence[Wish], statement_ids: Collection[str]) -> dict[str, Chance]:
    """The best chance of each of these statements to answer one of the wishes, by the statement's id."""
    best: dict[str, Chance] = {}
    found = chances_of(wishes, index.batch(wishes)) if wishes else []
    for chance in sorted(found, key=lambda one: (-one.probability, -one.lead.score, one.mine.id)):
        if chance.lead.document.id in statement_ids:
            best.setdefault(chance.lead.document.id, chance)
    return best
