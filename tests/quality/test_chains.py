"""The chains that are planted in the sample directory, searched as a member would."""

import json

from app.matching.chains import ChainQuery, find_chains
from app.matching.documents import MatchDocument, Wish
from app.matching.engine import MatchIndex
from tests.quality.test_sample import ALL_CASES, DAY, documents, index, with_meaning

__all__ = ["documents", "index", "with_meaning"]

CHAINS = [case for case in ALL_CASES if case["type"] == "chain"]
FOUND = {True: 13, False: 12}
"""Measured, of 24: the sample is full of needs that other partners meet as well, some of them better."""


def test_planted_chains_are_among_the_first_ten(
    documents: dict[str, MatchDocument], index: MatchIndex, with_meaning: bool
) -> None:
    found = 0
    for case in CHAINS:
        query = ChainQuery(depth=len(case["links"]))
        chains = find_chains(index, [Wish(documents[case["need"]], DAY)], query).chains
        wanted = tuple(documents[capability].organisation_id for capability, _ in case["links"])
        found += wanted in {
            tuple(pair.match.document.organisation_id for pair in chain.pairs) for chain in chains
        }
    print(json.dumps({"meaning": with_meaning, "chains": len(CHAINS), "found": found}))
    assert found >= FOUND[with_meaning]
