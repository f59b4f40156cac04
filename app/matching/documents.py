"""The values the engine works on: what is known, what is asked, and what comes out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

from app.matching.grounds import Basis
from app.vocabulary import (
    CodeScheme,
    Diversity,
    EmptyReason,
    Ground,
    NeedType,
    OrganisationKind,
    RegionPreference,
    StatementKind,
    Strength,
    Visibility,
)

Codes = frozenset[tuple[CodeScheme, str]]

Passages = NDArray[np.float16]
"""Vectors of length 1: the whole statement first, then its sentences (passages x dimensions)."""


@dataclass(frozen=True, slots=True)
class MatchDocument:
    """One published statement with what its organisation adds to matching.

    `text` is what a reader sees after the title, `extras` what is read beside it (the English version,
    processes, equipment, materials), `must_have` what a need insists on. `expires_on` is the last day on
    which it counts; None never ends. Without `passages` only its words and codes are compared.
    """

    id: str
    organisation_id: str
    kind: StatementKind
    title: str
    text: str
    extras: tuple[str, ...] = ()
    country: str = ""
    region: str | None = None
    sector: str | None = None
    codes: Codes = frozenset()
    organisation_kind: OrganisationKind = OrganisationKind.ENTERPRISE
    certificates: frozenset[str] = frozenset()
    must_have: tuple[str, ...] = ()
    wished_regions: frozenset[str] = frozenset()
    need_type: NeedType | None = None
    core: bool = False
    visibility: Visibility = Visibility.PUBLIC
    expires_on: date | None = None
    passages: Passages | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Filters:
    """What a partner must be; an empty set lets everything through.

    Outside `visibilities` and kept away is what does not exist for the asker: it is not even counted.
    """

    visibilities: frozenset[Visibility] = frozenset()
    kept_away: frozenset[str] = frozenset()
    excluded_organisations: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()
    districts: frozenset[str] = frozenset()
    countries: frozenset[str] = frozenset()
    sectors: frozenset[str] = frozenset()
    organisation_kinds: frozenset[OrganisationKind] = frozenset()
    certificates: frozenset[str] = frozenset()

    def loosened(self) -> Self:
        """Without what the asker could leave out; visibility, exclusions and who is kept away stay."""
        return type(self)(self.visibilities, self.kept_away, self.excluded_organisations)


@dataclass(frozen=True, slots=True)
class Wish:
    """A question to the index: the statement asked about (its ids "" where it is not stored), who may answer.

    Answers are of the opposite kind. `min_strength` and `diversity` concern the list of partners alone.
    """

    document: MatchDocument
    today: date
    filters: Filters = field(default_factory=Filters)
    preference: RegionPreference = RegionPreference.ANY
    limit: int = 10
    min_strength: Strength = Strength.POSSIBLE
    diversity: Diversity = Diversity.NONE


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a contribution: a word, a piece of a word or a code, and how much it gave."""

    label: str
    amount: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """One reason two statements fit: the signal, what it gave to the score, and the parts it came from."""

    signal: str
    contribution: float
    shares: tuple[Share, ...] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """A statement that fits, why, and what of the need it leaves open.

    The contributions of `evidence` sum to `score`; `covered` and `uncovered` are parts
    of the need in its own words, whichever side the need is. `ground` is what was compared.
    """

    document: MatchDocument
    score: float
    strength: Strength
    evidence: tuple[Evidence, ...]
    covered: tuple[str, ...] = ()
    uncovered: tuple[str, ...] = ()
    ground: Ground = Ground.WORDS


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Matches best first (ties by id), and what happened to the candidates on the way.

    `considered`: statements of that kind the asker may know of; `removed`, in order: what each filter took.
    """

    matches: tuple[Match, ...]
    considered: int
    removed: Mapping[str, int]
    empty_reason: EmptyReason | None = None


@dataclass(frozen=True, slots=True)
class Lead:
    """A statement that fits, how well, on what basis; `explain` gives the whole match, at its own cost."""

    document: MatchDocument
    score: float
    basis: Basis
    explain: Callable[[], Match] = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Shortlist:
    """What a SearchResult says, before anything is explained."""

    leads: tuple[Lead, ...]
    considered: int
    removed: Mapping[str, int]
    empty_reason: EmptyReason | None = None


class Index(Protocol):
    """What the use cases need of an index; a distributed engine can stand in behind it."""

    @property
    def version(self) -> int:
        """The change feed's sequence number this index is true for."""

    @property
    def built_at(self) -> int:
        """The version whose statistics weigh the words; with `version` it settles every answer."""

    @property
    def size(self) -> int:
        """How many statements can be found."""

    def search(self, wish: Wish) -> SearchResult:
        """The statements that fit the wish, best first."""

    def shortlist(self, wish: Wish) -> Shortlist:
        """What `search` finds, each match explained only when asked to."""

    def batch(self, wishes: Sequence[Wish]) -> tuple[Shortlist, ...]:
        """The shortlists of many wishes at once, in their order."""

    def with_changes(
        self, organisation_ids: frozenset[str], documents: Sequence[MatchDocument], version: int
    ) -> Self:
        """The index in which these organisations have exactly these documents and no others."""
