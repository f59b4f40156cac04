"""Suggesting partners: for an organisation, for a statement, for a text nobody stored."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.errors import NotFound
from app.matching.documents import Filters, MatchDocument, Wish
from app.matching.partners import PartnerList, suggest_partners
from app.matching.semantics import encoded
from app.schemas.suggestions import FreeTextSearch, WishQuery
from app.storage import changes, organisations, statements
from app.storage.asking import Asking, Known, kept_away, known, meant
from app.storage.documents import documents_of, question_of
from app.vocabulary import CodeScheme


@dataclass(frozen=True, slots=True)
class Suggested:
    """Partners best first, who they are as far as the caller may know, and the index that answered."""

    partners: PartnerList
    known: Known
    index_version: int


def for_organisation(asking: Asking, organisation_id: str, query: WishQuery) -> Suggested:
    """Partners for all published statements of an organisation, both ways."""
    if not organisations.is_visible(asking.session, asking.caller, organisation_id):
        raise NotFound(what="organisation", id=organisation_id)
    return _suggest(asking, documents_of(asking.session, asking.conditions, organisation_id), query)


def for_statement(asking: Asking, statement_id: str, query: WishQuery) -> Suggested:
    """Partners for one statement, in whatever state its owner has it."""
    question = None
    if statements.is_visible(asking.session, asking.caller, statement_id):
        question = question_of(asking.session, asking.conditions, statement_id)
    if question is None:
        raise NotFound(what="statement", id=statement_id)
    return _suggest(asking, [question], query)


def for_text(asking: Asking, query: FreeTextSearch) -> Suggested:
    """Partners for a text that is not stored."""
    codes = {(CodeScheme.OKPD2, code) for code in query.okpd2} | {
        (CodeScheme.OKVED2, code) for code in query.okved2
    }
    question = MatchDocument(
        id="",
        organisation_id="",
        kind=query.kind_of_text,
        title="",
        text=query.text,
        country=query.own_country,
        region=query.own_region,
        codes=frozenset(codes),
        must_have=tuple(query.must_have),
    )
    encoder = asking.conditions.encoder
    if encoder is not None:
        question = replace(question, passages=encoded([question], encoder)[0])
    return _suggest(asking, [question], query)


def _suggest(asking: Asking, questions: Sequence[MatchDocument], query: WishQuery) -> Suggested:
    filters = Filters(
        regions=frozenset(query.region),
        districts=frozenset(query.federal_district),
        countries=frozenset(query.country),
        sectors=frozenset(query.sector),
        organisation_kinds=frozenset(query.kind),
        certificates=frozenset(query.certificate),
        excluded_organisations=meant(asking, query.exclude),
        kept_away=kept_away(asking, questions),
        visibilities=organisations.suggested_to(asking.caller),
    )
    wishes = [
        Wish(
            question,
            asking.conditions.today,
            filters,
            query.prefer,
            query.limit,
            query.min_strength,
            query.diversity,
        )
        for question in questions
    ]
    partners = suggest_partners(asking.index, wishes, query.limit)
    who = known(asking, (partner.organisation_id for partner in partners.partners))
    return Suggested(partners, who, asking.index.version)


def is_settled(asking: Asking) -> bool:
    """Whether index and rows are of one version: another request may have brought the index further."""
    return changes.last_seq(asking.session) == asking.index.version
