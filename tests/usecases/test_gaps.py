"""What the public map shows: nothing that subtraction could bring back."""

import itertools
from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from app.matching.gaps import Coverage
from app.schemas.gaps import GapQuery
from app.storage.gaps import NeedCoverage, Placed
from app.usecases.gaps import LEAST, _public_cells, _sum
from app.vocabulary import Strength

CHANCES = (0.0, 0.05, 0.4, 0.95)
REGIONS = ("RU-SVE", "RU-CHE", "RU-MOW", None)


def row(number: int, where: tuple[str | None, str | None], chances: tuple[float, float, float]) -> Placed:
    region, section = where
    own, domestic, foreign = chances
    coverage = NeedCoverage(
        statement_id=str(number), audience="public", sector=section, section=section,
        own=own, domestic=domestic, foreign=foreign,
    )  # fmt: skip
    return Placed(coverage, region, "enterprise")


needs = st.lists(
    st.tuples(
        st.tuples(st.sampled_from(REGIONS), st.sampled_from(("A", "C", None))),
        st.tuples(*[st.sampled_from(CHANCES)] * 3),
    ),
    max_size=30,
)
QUERIES = [
    GapQuery(section=list(sections), federal_district=list(districts), min_strength=strength)
    for strength in Strength
    for sections in ((), ("A",), ("C",), ("A", "C"))
    for districts in ((), ("ural",), ("central",))
]


@settings(max_examples=60, deadline=None)
@given(needs)
def test_every_public_answer_is_a_sum_of_groups_that_are_large_enough(given: list[tuple]) -> None:  # type: ignore[type-arg]
    rows = [row(number, *one) for number, one in enumerate(given)]
    answers = {repr(query): dict(_public_cells(rows, query)) for query in QUERIES}
    for key in {key for cells in answers.values() for key in cells}:
        # A cell is the same whatever it was asked with: filters never cut one.
        sizes = {cells[key].needs for cells in answers.values() if key in cells}
        assert len(sizes) == 1
        assert all(size is None or size >= LEAST for size in sizes)
        shown = [cells[key].covered for cells in answers.values() if key in cells and cells[key].covered]
        for one, other in itertools.combinations(shown, 2):
            moved = (one - other) + (other - one)
            assert all(number >= LEAST for number in moved.values()), "strengths differ by a group"
    for cells in answers.values():
        total = _sum(cells.values())
        assert total.needs == sum(one.needs or 0 for one in cells.values())
        assert total.short == any(one.needs is None or one.covered is None for one in cells.values())


def test_a_cell_of_two_says_nothing_and_one_odd_need_hides_who_meets_the_cell() -> None:
    met, unmet = (0.9, 0.0, 0.0), (0.0, 0.0, 0.0)
    where = ("RU-SVE", "C")
    query = GapQuery()

    def only(*chances: tuple[float, float, float]):  # type: ignore[no-untyped-def]
        (cell,) = dict(_public_cells([row(n, where, one) for n, one in enumerate(chances)], query)).values()
        return cell

    assert (only(met, met).needs, only(met, met).covered, only(met, met).short) == (None, None, True)
    assert (only(met, met, met, unmet).needs, only(met, met, met, unmet).covered) == (4, None)
    whole = only(met, met, met, unmet, unmet, unmet)
    assert (whole.needs, whole.short) == (6, False)
    assert whole.covered == Counter({Coverage(*met).nearest(Strength.GOOD): 3, "nobody": 3})
