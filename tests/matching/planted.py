"""Invented directories with planted chains: each need of a chain is met by the next organisation alone.

Around them stand organisations that offer and need other products of the same trades.
"""

from dataclasses import dataclass
from itertools import pairwise
from random import Random

from app.matching.documents import MatchDocument
from benchmarks.words import DETAILS, MATERIALS, OPERATIONS, QUALITIES, ROOTS, THINGS
from tests.matching.samples import capability, need


@dataclass(frozen=True)
class Planted:
    """A directory, and of each chain in it the first need and the organisations that follow."""

    documents: list[MatchDocument]
    chains: list[tuple[MatchDocument, tuple[str, ...]]]


def directory(chains: int, others: int, seed: int) -> Planted:
    """So many chains of two to four links among so many other organisations."""
    random = Random(seed)
    documents: list[MatchDocument] = []
    for number in range(others):
        owner = f"o{number:04}"
        documents += [_offer(f"{owner}-c{n}", owner, _product(random), random) for n in range(2)]
        documents += [_want(f"{owner}-n{n}", owner, _product(random), random) for n in range(2)]
    planted = []
    for number in range(chains):
        owners = [f"p{number:03}-{place}" for place in range(random.randint(3, 5))]
        first = None
        for asking, answering in pairwise(owners):
            product = _product(random)
            wanted = _want(f"{asking}-n", asking, product, random)
            first = first or wanted
            documents += [wanted, _offer(f"{answering}-c", answering, product, random)]
            documents.append(_want(f"{asking}-m", asking, _product(random), random))
        assert first is not None
        planted.append((first, tuple(owners[1:])))
    return Planted(documents, planted)


def _product(random: Random) -> tuple[str, str, str, str]:
    thing = random.choice(ROOTS) + random.choice(THINGS)
    return random.choice(OPERATIONS), random.choice(QUALITIES), thing, random.choice(MATERIALS)


def _offer(id_: str, owner: str, product: tuple[str, str, str, str], random: Random) -> MatchDocument:
    operation, quality, thing, material = product
    detail = random.choice(DETAILS).format(n=random.randint(2, 90))
    return capability(
        id_, f"{operation.capitalize()}: {quality} {thing} из {material}, {detail}", organisation_id=owner
    )


def _want(id_: str, owner: str, product: tuple[str, str, str, str], random: Random) -> MatchDocument:
    operation, quality, thing, material = product
    detail = random.choice(DETAILS).format(n=random.randint(2, 90))
    return need(
        id_, f"Нужны {quality} {thing}, материал — {material}; {operation}. {detail}", organisation_id=owner
    )
