"""The smallest index there can be: it compares the words of every pair of statements, and keeps nothing."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Self

from app.matching.documents import (
    Evidence,
    Lead,
    Match,
    MatchDocument,
    SearchResult,
    Share,
    Shortlist,
    Wish,
)
from app.matching.grounds import Basis
from app.matching.reading import full_text
from app.matching.scoring import strength_of
from app.matching.text import analyse
from app.vocabulary import EmptyReason, StatementKind

TESTS: Mapping[str, Callable[[MatchDocument, Wish], bool]] = {
    "expired": lambda one, wish: one.expires_on is None or one.expires_on >= wish.today,
    "among": lambda one, wish: not wish.filters.among or one.organisation_id in wish.filters.among,
    "own_organisation": lambda one, wish: one.organisation_id != wish.document.organisation_id,
    "excluded_organisations": lambda one, wish: (
        one.organisation_id not in wish.filters.excluded_organisations
    ),
    "regions": lambda one, wish: not wish.filters.regions or one.region in wish.filters.regions,
    "countries": lambda one, wish: not wish.filters.countries or one.country in wish.filters.countries,
}


@dataclass(frozen=True, slots=True)
class CountingIndex:
    """An Index over a tuple of documents; a pair scores the part of the wish's words it has in common."""

    version: int
    built_at: int
    known: tuple[MatchDocument, ...]
    changed: int = 0

    @classmethod
    def build(cls, documents: Iterable[MatchDocument], version: int) -> Self:
        return cls(version, version, tuple(sorted(documents, key=lambda one: one.id)))

    @property
    def size(self) -> int:
        return len(self.known)

    @property
    def delta_size(self) -> int:
        return self.changed

    def documents(self) -> Iterator[MatchDocument]:
        return iter(self.known)

    def statements(self, kind: StatementKind, owners: Iterable[str] | None = None) -> list[MatchDocument]:
        wanted = None if owners is None else set(owners)
        return [
            one
            for one in self.known
            if one.kind is kind and (wanted is None or one.organisation_id in wanted)
        ]

    def refreshed(self) -> Self:
        return replace(self, built_at=self.version, changed=0)

    def with_changes(
        self, organisation_ids: frozenset[str], documents: Sequence[MatchDocument], version: int
    ) -> Self:
        kept = [one for one in self.known if one.organisation_id not in organisation_ids]
        together = tuple(sorted((*kept, *documents), key=lambda one: one.id))
        gone = len(self.known) - len(kept)
        return replace(self, version=version, known=together, changed=self.changed + gone + len(documents))

    def search(self, wish: Wish) -> SearchResult:
        found = self.shortlist(wish)
        matches = tuple(lead.explain() for lead in found.leads)
        return SearchResult(matches, found.considered, found.removed, found.empty_reason)

    def batch(self, wishes: Sequence[Wish]) -> tuple[Shortlist, ...]:
        return tuple(map(self.shortlist, wishes))

    def shortlist(self, wish: Wish) -> Shortlist:
        asked = frozenset(analyse(full_text(wish.document)))
        seen = wish.filters.visibilities
        left = [
            one
            for one in self.known
            if one.kind is wish.document.kind.opposite
            and (not seen or one.visibility in seen)
            and one.organisation_id not in wish.filters.kept_away
        ]
        considered, removed = len(left), {}
        for name, passes in TESTS.items():
            kept = [one for one in left if passes(one, wish)]
            removed[name], left = len(left) - len(kept), kept
        matches = [match for one in left if (match := _match(asked, one)).score > 0]
        matches.sort(key=lambda match: (-match.score, match.document.id))
        leads = tuple(
            Lead(one.document, one.score, Basis(), partial(_same, one)) for one in matches[: wish.limit]
        )
        reason = None if leads else EmptyReason.NOBODY_OFFERS_THIS
        return Shortlist(leads, considered, removed, reason)


def _match(asked: frozenset[str], document: MatchDocument) -> Match:
    shared = sorted(asked.intersection(analyse(full_text(document))))
    each = 1 / len(asked) if asked else 0.0
    score = each * len(shared)
    evidence = Evidence("words", score, tuple(Share(word, each) for word in shared))
    return Match(document, score, strength_of(score, Basis()), (evidence,) if shared else ())


def _same(match: Match) -> Match:
    return match
