"""Suggesting partners: for an organisation, for a statement, for a text nobody stored."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from app.access import Caller
from app.errors import NotFound
from app.matching.documents import Filters, Index, MatchDocument, Wish
from app.matching.partners import PartnerList, suggest_partners
from app.matching.semantics import encoded
from app.schemas.suggestions import FreeTextSearch, WishQuery
from app.storage import changes, organisations, statements
from app.storage.documents import Conditions, documents_of, question_of
from app.storage.installation import handles_of
from app.storage.kept_away import partners_kept_away
from app.storage.organisations import Organisation
from app.storage.veils import Veiled, veils_of
from app.vocabulary import CodeScheme

NOBODY = ""
"""The id of no organisation."""


@dataclass(frozen=True, slots=True)
class Suggested:
    """Partners best first, who they are as far as the caller may know, and the index that answered."""

    partners: PartnerList
    cards: dict[str, Organisation]
    veiled: dict[str, Veiled]
    index_version: int


@dataclass(frozen=True, slots=True)
class Asking:
    """What one request asks with: its session, its index, who asks, and under which conditions."""

    session: Session
    index: Index
    caller: Caller
    conditions: Conditions


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
        excluded_organisations=_excluded(asking, query.exclude),
        kept_away=_kept_away(asking, questions),
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
    ids = [partner.organisation_id for partner in partners.partners]
    cards = organisations.cards_by_id(asking.session, asking.caller, ids)
    veiled = _veiled(asking, [one for one in ids if one not in cards])
    return Suggested(partners, cards, veiled, asking.index.version)


def is_settled(asking: Asking) -> bool:
    """Whether index and rows are of one version: another request may have brought the index further."""
    return changes.last_seq(asking.session) == asking.index.version


def _kept_away(asking: Asking, questions: Sequence[MatchDocument]) -> frozenset[str]:
    """Whom the asking organisation is spared; all questions are of one, or of nobody."""
    owner = questions[0].organisation_id if questions else NOBODY
    if owner == NOBODY:
        return frozenset()
    return partners_kept_away(asking.session, asking.caller, owner, asking.conditions.today)


def _excluded(asking: Asking, wished: Sequence[str]) -> frozenset[str]:
    """Whom not to show: an anonymous organisation is excluded by its handle only.

    An id that the caller may not know changes nothing, or leaving it out would tell whose handle it is.
    """
    if not wished:
        return frozenset()
    veiled = organisations.veiled_ids(asking.session, asking.caller)
    meant = {handle: one for one, handle in handles_of(asking.session, asking.caller, veiled).items()}
    meant |= dict.fromkeys(veiled, NOBODY)
    return frozenset(meant.get(one, one) for one in wished)


def _veiled(asking: Asking, ids: Sequence[str]) -> dict[str, Veiled]:
    rows = organisations.veiled_by_id(asking.session, asking.caller, ids) if ids else {}
    return veils_of(asking.session, asking.caller, rows)
