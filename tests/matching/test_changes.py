"""An index with changes answers as one built from the resulting documents."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.matching import deltas
from app.matching.documents import MatchDocument
from app.matching.engine import MatchIndex
from app.vocabulary import StatementKind
from tests.matching.samples import (
    GEOGRAPHY,
    capability,
    index_of,
    need,
    random_statement,
    random_statements,
    wish,
)

BASE = random_statements(160, seed=3)


def by_organisation(documents: Iterable[MatchDocument]) -> dict[str, list[MatchDocument]]:
    groups: dict[str, list[MatchDocument]] = {}
    for document in documents:
        groups.setdefault(document.organisation_id, []).append(document)
    return groups


def random_change(r: random.Random, step: int) -> tuple[frozenset[str], list[MatchDocument]]:
    """Some organisations get a few statements, some of them with ids they had, or none at all."""
    organisations = frozenset(r.sample([f"o{i:02}" for i in range(44)], r.randint(1, 3)))
    documents = []
    for organisation in sorted(organisations):
        for _ in range(r.randint(0, 4)):
            number = 40 * r.randint(0, 6) + int(organisation[1:])
            document = random_statement(number, seed=100 + step)
            documents.append(replace(document, organisation_id=organisation))
    return organisations, list({document.id: document for document in documents}.values())


def changed(index: MatchIndex, seed: int, steps: int) -> tuple[MatchIndex, list[MatchDocument]]:
    r = random.Random(seed)
    present = by_organisation(index.documents())
    for step in range(steps):
        organisations, documents = random_change(r, step)
        index = index.with_changes(organisations, documents, step + 2)
        for organisation in organisations:
            present[organisation] = [d for d in documents if d.organisation_id == organisation]
    return index, [document for documents in present.values() for document in documents]


@pytest.mark.parametrize("seed", range(8))
def test_any_sequence_of_changes_ends_as_a_fresh_build(seed: int) -> None:
    index, present = changed(index_of(*BASE), seed, steps=12)
    fresh = MatchIndex.build(present, GEOGRAPHY, index.version)
    assert sorted(d.id for d in index.documents()) == sorted(d.id for d in present)
    assert index.size == fresh.size == len(present)
    refreshed = index.refreshed()
    assert refreshed.delta_size == 0
    assert refreshed.version == index.version
    for document in present[:20]:
        assert refreshed.search(wish(document)) == fresh.search(wish(document))


@pytest.mark.parametrize("seed", range(4))
def test_with_equal_idf_delta_and_base_give_the_same_documents_scores_and_counts(seed: int) -> None:
    """All documents are moved to the delta and back: vocabulary and idf stay those of the base."""
    index = index_of(*BASE)
    r = random.Random(seed)
    moved = index
    for organisation, documents in by_organisation(BASE).items():
        if r.random() < 0.6:
            moved = moved.with_changes(frozenset({organisation}), documents, 2)
    assert moved.delta_size > 0
    for document in r.sample(BASE, 25):
        one, other = index.search(wish(document)), moved.search(wish(document))
        assert [m.document.id for m in one.matches] == [m.document.id for m in other.matches]
        assert [m.score for m in one.matches] == pytest.approx([m.score for m in other.matches], abs=5e-6)
        assert (one.considered, one.removed, one.empty_reason) == (
            other.considered,
            other.removed,
            other.empty_reason,
        )


def test_a_new_word_is_found_at_once_and_the_old_index_does_not_know_it() -> None:
    old = index_of(capability("c1", "Литьё чугуна"))
    new = old.with_changes(frozenset({"org-c2"}), [capability("c2", "Криостаты")], 2)
    wanted = wish(need("n", "криостат"))
    assert [match.document.id for match in new.search(wanted).matches] == ["c2"]
    assert new.search(wanted).matches[0].evidence[0].signal == "words"
    assert old.search(wanted).matches == ()


def test_two_new_documents_share_a_new_word() -> None:
    index = index_of()
    for version, id_ in enumerate(("c1", "c2"), 2):
        index = index.with_changes(frozenset({f"org-{id_}"}), [capability(id_, "Криостаты")], version)
    assert [m.document.id for m in index.search(wish(need("n", "криостат"))).matches] == ["c1", "c2"]


def test_a_change_leaves_the_old_index_as_it_was_and_shares_its_base() -> None:
    old = index_of(*BASE)
    before = [old.search(wish(document)) for document in BASE[:10]]
    new = old.with_changes(frozenset({"o01"}), [], 2)
    assert [old.search(wish(document)) for document in BASE[:10]] == before
    for kind in StatementKind:
        assert new.base[kind].scorer is old.base[kind].scorer
        assert new.base[kind].readings is old.base[kind].readings


def test_withdrawn_and_replaced_statements_are_gone() -> None:
    index = index_of(capability("c1", "Литьё"), capability("c2", "Литьё"))
    index = index.with_changes(frozenset({"org-c1"}), [capability("c1", "Окраска")], 2)
    index = index.with_changes(frozenset({"org-c2"}), [], 3)
    assert index.search(wish(need("n", "литьё"))).matches == ()
    assert [m.document.id for m in index.search(wish(need("n", "окраска"))).matches] == ["c1"]
    assert (index.size, index.delta_size, index.version) == (1, 3, 3)
    index = index.with_changes(frozenset({"org-c1"}), [], 4)
    assert (index.size, index.delta_size) == (0, 2)


def test_a_delta_of_many_changes_stays_as_small_as_what_lives_in_it() -> None:
    """Whatever is replaced again and again is dropped in time, and found in its last words only."""
    index = index_of(capability("c0", "Литьё чугуна"))
    for version in range(2, 60):
        text = "Криостаты" if version % 2 else "Окраска"
        index = index.with_changes(frozenset({"org-c1"}), [capability("c1", text)], version)
    assert (index.size, index.delta_size) == (2, 1)
    assert len(index.delta[StatementKind.CAPABILITY].shelf.readings) <= 3
    assert [m.document.id for m in index.search(wish(need("n", "криостат"))).matches] == ["c1"]
    assert index.search(wish(need("n", "окраска"))).matches == ()


@pytest.mark.parametrize("largest", [0, 50, 10**6])
def test_a_delta_answers_alike_however_its_entries_are_cut_into_chunks(
    largest: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = index_of(*BASE).with_changes(frozenset({d.organisation_id for d in BASE}), BASE, 2)
    monkeypatch.setattr(deltas, "LARGEST_CHUNK", largest)
    grown = index_of(*BASE)
    for organisation, documents in by_organisation(BASE).items():
        grown = grown.with_changes(frozenset({organisation}), documents, 2)
    for document in BASE[:30]:
        assert grown.search(wish(document)) == expected.search(wish(document))


ORGANISATIONS = [f"o{number:02}" for number in range(8)]
statements = st.builds(
    lambda number, seed, owner: replace(random_statement(number, seed), organisation_id=owner, must_have=()),
    st.integers(0, 30),
    st.integers(0, 400),
    st.sampled_from(ORGANISATIONS),
)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("add"), statements),
        st.tuples(st.just("edit"), statements),
        st.tuples(st.sampled_from(["hide", "show"]), st.sampled_from(ORGANISATIONS)),
        st.tuples(st.just("delete"), st.integers(0, 30)),
        st.tuples(st.just("erase"), st.sampled_from(ORGANISATIONS)),
    ),
    min_size=1,
    max_size=25,
)


class Directory:
    """What the tables hold, and which organisations are hidden; a change touches one organisation or two."""

    def __init__(self, documents: Iterable[MatchDocument]) -> None:
        self.rows = {document.id: document for document in documents}
        self.hidden: set[str] = set()

    def change(self, action: str, about: object) -> frozenset[str]:
        """Do it, and say which organisations were touched."""
        if isinstance(about, MatchDocument):
            before = self.rows.get(about.id)
            if (action == "add") is (before is None):
                self.rows[about.id] = about
            return frozenset({about.organisation_id} | ({before.organisation_id} if before else set()))
        if action == "delete":
            gone = self.rows.pop(f"s{about:04}", None)
            return frozenset({gone.organisation_id} if gone else set())
        assert isinstance(about, str)
        if action == "erase":
            self.rows = {key: row for key, row in self.rows.items() if row.organisation_id != about}
        (self.hidden.add if action == "hide" else self.hidden.discard)(about)
        return frozenset({about})

    def live(self, organisations: Iterable[str] | None = None) -> list[MatchDocument]:
        """What may be suggested, of these organisations or of all."""
        wanted = set(ORGANISATIONS if organisations is None else organisations) - self.hidden
        return [row for row in self.rows.values() if row.organisation_id in wanted]


def after(start: Sequence[MatchDocument], done: Iterable[tuple[str, object]]) -> tuple[MatchIndex, Directory]:
    """The index that went along with every step, and what it should know."""
    directory, index = Directory(start), index_of(*{one.id: one for one in start}.values())
    for version, (action, about) in enumerate(done, 2):
        touched = directory.change(action, about)
        index = index.with_changes(touched, directory.live(touched), version)
    return index, directory


@settings(max_examples=60, deadline=None)
@given(st.lists(statements, max_size=20), steps)
def test_adds_edits_hides_and_deletes_end_as_a_fresh_build(
    start: list[MatchDocument], done: list[tuple[str, object]]
) -> None:
    index, directory = after(start, done)
    present = directory.live()
    fresh = MatchIndex.build(present, GEOGRAPHY, index.version)
    assert sorted(one.id for one in index.documents()) == sorted(one.id for one in present)
    assert (index.size, index.built_at) == (len(present), 1)
    renewed = index.refreshed()
    assert (renewed.version, renewed.built_at, renewed.delta_size) == (index.version, index.version, 0)
    for document in directory.rows.values():
        question = wish(document, limit=50)
        assert renewed.search(question) == fresh.search(question)


@pytest.mark.parametrize(("seen", "least"), [(0.9, 0.97), (0.5, 0.9)])
def test_before_a_rebuild_the_first_ten_are_nearly_those_of_a_fresh_build(seen: float, least: float) -> None:
    """Only idf and the likeness of words drift, with what the build has not seen (ENGINE.md: .99 to .94)."""
    everything = random_statements(600, seed=21)
    built = everything[: int(seen * len(everything))]
    index, later = index_of(*built), by_organisation(everything)
    for organisation, documents in later.items():
        index = index.with_changes(frozenset({organisation}), documents, 2)
    fresh, kept = index_of(*everything), []
    for document in everything[::12]:
        found, wanted = (
            {match.document.id: match.score for match in one.search(wish(document)).matches}
            for one in (index, fresh)
        )
        kept.append(len(found.keys() & wanted.keys()) / max(len(wanted), 1))
        for both in found.keys() & wanted.keys():
            assert found[both] == pytest.approx(wanted[both], rel=0.2)
    assert sum(kept) / len(kept) >= least
