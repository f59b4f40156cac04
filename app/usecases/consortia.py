"""Consortia for a brief of several needs."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from app.errors import Invalid, NotFound, Violation
from app.matching.consortia import Condition, Member, NotProved, Problem
from app.matching.documents import MatchDocument, Wish
from app.matching.links import Link, links_of
from app.matching.scoring import reaches
from app.matching.semantics import encoded
from app.matching.tradeoffs import Solution
from app.matching.tradeoffs import solve as solved
from app.schemas.consortia import BriefNeed, ConsortiumBrief
from app.storage import statements
from app.storage.asking import Asking, Known, known
from app.storage.documents import question_of
from app.storage.questions import meant
from app.storage.suppliers import filters_of
from app.vocabulary import OrganisationKind, StatementKind

CANDIDATES = 12
"""Organisations that may take part in a need, the most probable ones."""


@dataclass(frozen=True, slots=True)
class FoundConsortia:
    """The solution, the link behind each part, and who the members are as far as the caller may know."""

    solution: Solution
    needs: int
    links: Mapping[tuple[int, str], Link]
    known: Known
    index_version: int


def solve(asking: Asking, brief: ConsortiumBrief) -> FoundConsortia:
    """The best consortium and what it could be instead.

    Raises Invalid for a need that is none and for a brief that cannot be solved exactly in time, NotFound for
    what is out of reach.
    """
    named = {given: next(iter(meant(asking.session, asking.caller, [given]))) for given in brief.include}
    links = _links(asking, brief)
    who = known(asking, [*(owner for _, owner in links), *named.values()])
    for given, id_ in named.items():
        if id_ not in who:
            raise NotFound(what="organisation", id=given)
    links = {part: link for part, link in links.items() if part[1] in who}
    members = _members(links, who)
    problem = Problem(
        needs=len(brief.needs),
        must=frozenset(place for place, need in enumerate(brief.needs) if not need.optional),
        chances={part: link.probability for part, link in links.items()},
        named=frozenset(named.values()),
        conditions=tuple(_conditions(brief, members, named)),
    )
    try:
        solution = solved(problem, brief.alternatives)
    except NotProved as error:
        raise Invalid([Violation("/needs", "brief_too_hard")]) from error
    return FoundConsortia(solution, len(brief.needs), links, who, asking.index.version)


def _links(asking: Asking, brief: ConsortiumBrief) -> dict[tuple[int, str], Link]:
    # Countries are a condition that has a price, not a filter.
    needs = [_question(asking, need, place) for place, need in enumerate(brief.needs)]
    filters = filters_of(asking, brief.model_copy(update={"country": []}), needs)
    wishes = [Wish(need, asking.conditions.today, filters, limit=3 * CANDIDATES) for need in needs]
    return {
        (place, link.supplier): link
        for place, (need, result) in enumerate(zip(needs, asking.index.batch(wishes), strict=True))
        for link in links_of(need, result)[:CANDIDATES]
        if reaches(link.probability, brief.min_strength)
    }


def _question(asking: Asking, need: BriefNeed, place: int) -> MatchDocument:
    if (need.text is None) is (need.statement_id is None):
        raise Invalid([Violation(f"/needs/{place}", "one_of_needed", {"expected": "text, statement_id"})])
    if need.text is not None:
        return _of_text(asking, need, need.text)
    found = None
    if statements.is_visible(asking.session, asking.caller, need.statement_id or ""):
        found = question_of(asking.session, asking.conditions, need.statement_id or "")
    if found is None:
        raise NotFound(what="statement", id=need.statement_id)
    if found.kind is not StatementKind.NEED:
        raise Invalid([Violation(f"/needs/{place}/statement_id", "need_needed")])
    return found


def _of_text(asking: Asking, need: BriefNeed, text: str) -> MatchDocument:
    made = MatchDocument("", "", StatementKind.NEED, "", text, must_have=tuple(need.must_have))
    encoder = asking.conditions.encoder
    return made if encoder is None else replace(made, passages=encoded([made], encoder)[0])


def _members(links: Mapping[tuple[int, str], Link], who: Known) -> dict[str, Member]:
    members = {
        id_: Member(id_, OrganisationKind(row.kind), row.country, row.region)
        for id_, row in who.cards.items()
    }
    for (_, owner), link in links.items():
        one = link.lead.document
        members.setdefault(owner, Member(owner, one.organisation_kind, one.country, one.region))
    for owner, veil in who.veiled.items():
        members.setdefault(owner, Member(owner, None, veil.country, veil.region))
    return members


def _conditions(
    brief: ConsortiumBrief, members: Mapping[str, Member], named: Mapping[str, str]
) -> Iterator[Condition]:
    """What the brief asks of the whole; a region abroad is its country."""
    everybody = frozenset(members)
    if brief.max_members is not None:
        yield Condition("max_members", (everybody,), most=brief.max_members)
    regions = tuple(_grouped(members, lambda one: one.region or one.country).values())
    if brief.min_regions is not None:
        yield Condition("min_regions", regions, least=brief.min_regions, by_group=True)
    if brief.max_regions is not None:
        yield Condition("max_regions", regions, most=brief.max_regions, by_group=True)
    if brief.country:
        by_country = _grouped(members, lambda one: one.country)
        foreign = (group for country, group in by_country.items() if country not in brief.country)
        yield Condition("country", tuple(foreign), most=0)
    by_kind = _grouped(members, lambda one: one.kind or "")
    for kind in dict.fromkeys(brief.required_kinds):
        yield Condition(f"required_kinds/{kind}", (by_kind.get(kind, frozenset()),), least=1)
    for given, id_ in named.items():
        yield Condition(f"include/{given}", (frozenset({id_}),), least=1)


def _grouped(members: Mapping[str, Member], key: Callable[[Member], str]) -> dict[str, frozenset[str]]:
    """The ids of members by what they have in common, in a settled order."""
    groups: dict[str, set[str]] = {}
    for one in members.values():
        groups.setdefault(key(one), set()).add(one.id)
    return {name: frozenset(groups[name]) for name in sorted(groups)}
