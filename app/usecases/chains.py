"""Cooperation chains: from a text, from a stored need, from all needs of an organisation."""

from dataclasses import dataclass, replace

from app.errors import Invalid, NotFound, Violation
from app.matching.chains import ChainList, ChainQuery, find_chains
from app.matching.documents import MatchDocument, Wish
from app.matching.links import unexpired
from app.matching.semantics import encoded
from app.schemas.chains import ChainSearch
from app.storage import organisations, statements
from app.storage.asking import Asking, Known, known
from app.storage.documents import documents_of, question_of
from app.storage.questions import NOBODY
from app.storage.suppliers import filters_of
from app.vocabulary import StatementKind

STARTS = ("text", "statement_id", "organisation_id")


@dataclass(frozen=True, slots=True)
class FoundChains:
    """Chains, who stands in them as far as the caller may know, and the index that answered."""

    found: ChainList
    known: Known
    index_version: int


def search(asking: Asking, query: ChainSearch) -> FoundChains:
    """The most probable chains.

    Raises Invalid unless they begin with needs, NotFound where these are out of reach.
    """
    needs = _first_needs(asking, query)
    filters = filters_of(asking, query, needs)
    wishes = [Wish(need, asking.conditions.today, filters) for need in needs]
    wanted = ChainQuery(query.depth, query.min_links, query.limit, query.min_strength)
    found = find_chains(asking.index, wishes, wanted)
    owners = (pair.match.document.organisation_id for chain in found.chains for pair in chain.pairs)
    return FoundChains(found, known(asking, owners), asking.index.version)


def start_of(asking: Asking, id_: str) -> str:
    """Which field of a question an id belongs in: a statement's, or an organisation's."""
    is_statement = statements.is_visible(asking.session, asking.caller, id_)
    return "statement_id" if is_statement else "organisation_id"


def _first_needs(asking: Asking, query: ChainSearch) -> list[MatchDocument]:
    given = [name for name in STARTS if getattr(query, name) is not None]
    if len(given) != 1:
        raise Invalid([Violation("", "one_of_needed", {"expected": ", ".join(STARTS)})])
    if query.text is not None:
        return [_need_of_text(asking, query, query.text)]
    if query.statement_id is not None:
        return [_stored_need(asking, query.statement_id)]
    return _needs_of_organisation(asking, query.organisation_id or NOBODY)


def _need_of_text(asking: Asking, query: ChainSearch, text: str) -> MatchDocument:
    need = MatchDocument(
        id="",
        organisation_id="",
        kind=StatementKind.NEED,
        title="",
        text=text,
        country=query.own_country,
        region=query.own_region,
        must_have=tuple(query.must_have),
    )
    encoder = asking.conditions.encoder
    return need if encoder is None else replace(need, passages=encoded([need], encoder)[0])


def _stored_need(asking: Asking, statement_id: str) -> MatchDocument:
    need = None
    if statements.is_visible(asking.session, asking.caller, statement_id):
        need = question_of(asking.session, asking.conditions, statement_id)
    if need is None:
        raise NotFound(what="statement", id=statement_id)
    if need.kind is not StatementKind.NEED:
        raise Invalid([Violation("/statement_id", "need_needed")])
    return need


def _needs_of_organisation(asking: Asking, organisation_id: str) -> list[MatchDocument]:
    if not organisations.is_visible(asking.session, asking.caller, organisation_id):
        raise NotFound(what="organisation", id=organisation_id)
    own = documents_of(asking.session, asking.conditions, asking.caller, organisation_id)
    return unexpired((one for one in own if one.kind is StatementKind.NEED), asking.conditions.today)
