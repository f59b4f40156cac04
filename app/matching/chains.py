"""Cooperation chains: a need, who meets it, what that organisation needs in turn, who meets that, and so on.

A chain is as probable as all of its links together, so that one weak link weakens the whole of it. The search
keeps the most probable beginnings of each length (beam search), and asks the index once for each need.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import prod

from app.matching.documents import Index, MatchDocument, Shortlist, Wish
from app.matching.links import Apart, Link, links_of, unexpired
from app.matching.partners import Pair, empty_reason
from app.matching.scoring import reaches, strength_at
from app.vocabulary import ChainEnd, EmptyReason, StatementKind, Strength

MOST_LINKS = 4
BEAM = 32
"""Beginnings of one length that are continued; each asks for all needs of its last organisation."""

FANOUT = 8
"""Organisations that may follow a need, the most probable ones."""

_SAME_BEGINNING = 2


@dataclass(frozen=True, slots=True)
class ChainQuery:
    """Which chains are wanted. Links weaker than `min_strength` count as none."""

    depth: int = 3
    least_links: int = 2
    limit: int = 10
    min_strength: Strength = Strength.GOOD
    apart: Apart = field(default_factory=dict)
    beam: int = BEAM
    fanout: int = FANOUT


@dataclass(frozen=True, slots=True)
class Chain:
    """Needs with the capabilities that meet them; every need but the first is of the supplier before it.

    `open_needs`: what the last organisation needs, where nobody outside the chain meets any of it.
    """

    pairs: tuple[Pair, ...]
    probability: float
    end: ChainEnd
    open_needs: tuple[MatchDocument, ...] = ()

    @property
    def strength(self) -> Strength:
        """The word for the probability."""
        return strength_at(self.probability)


@dataclass(frozen=True, slots=True)
class ChainList:
    """Chains, most probable first (ties by ids); the counts are of the first link."""

    chains: tuple[Chain, ...]
    considered: int
    removed: Mapping[str, int]
    empty_reason: EmptyReason | None = None


@dataclass(frozen=True, slots=True)
class Path:
    """The beginning of a chain, and what its last organisation needs."""

    links: tuple[Link, ...]
    needs: tuple[MatchDocument, ...] = ()

    @property
    def probability(self) -> float:
        """The chance that every link holds."""
        return prod(link.probability for link in self.links)

    @property
    def ids(self) -> tuple[str, ...]:
        """Of its statements in turn: what it is told apart by."""
        return tuple(id_ for link in self.links for id_ in (link.need.id, link.lead.document.id))

    def organisations(self) -> frozenset[str]:
        """Everybody in it, who asks included."""
        asker = (self.links[0].need if self.links else self.needs[0]).organisation_id
        return frozenset({asker, *(link.supplier for link in self.links)})


def find_chains(index: Index, wishes: Sequence[Wish], query: ChainQuery) -> ChainList:
    """The most probable chains that begin with one of these needs and go on as long as anybody fits.

    The wishes are for needs of one organisation; their filters hold for every supplier. Of chains that differ
    in the last link only, the best two are kept.
    """
    if not wishes:
        return ChainList((), 0, {}, EmptyReason.SAYS_TOO_LITTLE)
    search = _Search(index, wishes[0], query)
    ended = search.ended(Path((), tuple(wish.document for wish in wishes)))
    first = [search.results[wish.document.id] for wish in wishes]
    removed = sum((Counter(result.removed) for result in first), Counter[str]())
    removed["min_strength"] = sum(search.weak[wish.document.id] for wish in wishes)
    chains = tuple(map(search.chain, _varied(ended, query)))
    reason = None if chains else _why_empty(index, wishes, first, any(path.links for path in ended))
    return ChainList(chains, sum(result.considered for result in first), dict(removed), reason)


class _Search:
    """One search with what it has asked already."""

    def __init__(self, index: Index, wish: Wish, query: ChainQuery) -> None:
        self.index, self.wish, self.query = index, wish, query
        self.results: dict[str, Shortlist] = {}
        self.links: dict[str, list[Link]] = {}
        self.weak: dict[str, int] = {}

    def ended(self, start: Path) -> list[Path]:
        """Every path the beam reaches that nobody continues, and those that are long enough."""
        growing, ended = [start], list[Path]()
        for _ in range(self.query.depth):
            self._ask(need for path in growing for need in path.needs)
            longer = []
            for path in growing:
                continued = self._continued(path)
                longer += continued
                ended += [] if continued else [path]
            growing = self._with_needs(sorted(longer, key=_rank)[: self.query.beam])
        return ended + growing

    def chain(self, path: Path) -> Chain:
        """The path with its reasons, and why it ends where it does; only what is shown is explained."""
        end = ChainEnd.COMPLETE
        if path.needs:
            end = ChainEnd.DEPTH if len(path.links) == self.query.depth else ChainEnd.OPEN
        open_needs = path.needs if end is ChainEnd.OPEN else ()
        return Chain(tuple(link.explained() for link in path.links), path.probability, end, open_needs)

    def _ask(self, needs: Iterable[MatchDocument]) -> None:
        new = {need.id: need for need in needs if need.id not in self.results}
        # An organisation may answer with several capabilities, and some answers stand in the chain already.
        limit = 3 * self.query.fanout
        wishes = [replace(self.wish, document=need, limit=limit) for need in new.values()]
        for need, result in zip(new.values(), self.index.batch(wishes), strict=True):
            self.results[need.id] = result
            links = links_of(need, result)
            enough = [link for link in links if reaches(link.probability, self.query.min_strength)]
            apart = self.query.apart.get(need.organisation_id, frozenset())
            self.links[need.id] = [link for link in enough if link.supplier not in apart][: self.query.fanout]
            self.weak[need.id] = len(links) - len(enough)

    def _continued(self, path: Path) -> list[Path]:
        known = path.organisations()
        return [
            Path((*path.links, link))
            for need in path.needs
            for link in self.links[need.id]
            if link.supplier not in known
        ]

    def _with_needs(self, paths: Sequence[Path]) -> list[Path]:
        suppliers = {path.links[-1].supplier for path in paths}
        needs: dict[str, list[MatchDocument]] = {one: [] for one in suppliers}
        for need in unexpired(self.index.statements(StatementKind.NEED, suppliers), self.wish.today):
            needs[need.organisation_id].append(need)
        return [replace(path, needs=tuple(needs[path.links[-1].supplier])) for path in paths]


def _rank(path: Path) -> tuple[float, tuple[str, ...]]:
    return (-path.probability, path.ids)


def _varied(paths: Iterable[Path], query: ChainQuery) -> list[Path]:
    """The best paths that are long enough, no beginning more than twice."""
    begun: Counter[tuple[str, ...]] = Counter()
    shown = []
    for path in sorted((one for one in paths if len(one.links) >= query.least_links), key=_rank):
        begun[path.ids[:-2]] += 1
        if begun[path.ids[:-2]] <= _SAME_BEGINNING:
            shown.append(path)
    return shown[: query.limit]


def _why_empty(
    index: Index, wishes: Sequence[Wish], first: Sequence[Shortlist], anybody: bool
) -> EmptyReason:
    """Why there is no chain: nobody meets the need, or who meets it needs nothing that others offer."""
    if anybody:
        return EmptyReason.NO_FURTHER_LINK
    return empty_reason(index, wishes, first)
