"""What is left out on the way to the first few could not have been among them."""

from dataclasses import replace

import pytest

from app.vocabulary import RegionPreference
from tests.matching.samples import index_of, random_statements, wish

DOCUMENTS = random_statements(700, seed=11)


@pytest.mark.parametrize("preference", RegionPreference)
@pytest.mark.parametrize("limit", [1, 3, 10])
def test_a_short_list_is_the_beginning_of_a_long_one(limit: int, preference: RegionPreference) -> None:
    index = index_of(*DOCUMENTS)
    for document in DOCUMENTS[::23]:
        question = wish(document, preference=preference)
        few = index.search(replace(question, limit=limit)).matches
        assert few == index.search(replace(question, limit=1000)).matches[:limit]
        assert len(few) == limit


def test_a_shortlist_is_the_search_without_explanations() -> None:
    index = index_of(*DOCUMENTS)
    for document in DOCUMENTS[::50]:
        found, listed = index.search(wish(document)), index.shortlist(wish(document))
        assert [(lead.document, lead.score) for lead in listed.leads] == [
            (match.document, match.score) for match in found.matches
        ]
        assert tuple(lead.explain() for lead in listed.leads) == found.matches
        assert (listed.considered, listed.removed, listed.empty_reason) == (
            found.considered,
            found.removed,
            found.empty_reason,
        )
