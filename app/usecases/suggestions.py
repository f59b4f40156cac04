"""Suggesting partners: for an organisation, for a statement, for a text nobody stored."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.errors import NotFound
from app.matching.documents import MatchDocument, Wish
from app.matching.partners import PartnerList, suggest_partners
from app.schemas.suggestions import FreeTextSearch, WishQuery
from app.storage import changes, organisations, questions, statements
from app.storage.asking import Asking, Known, known
from app.storage.documents import documents_of, question_of
from app.storage.kept_away import partners_kept_away
from app.storage.showings import ShownPartner
from app.storage.statements import organisation_of


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
    asked = documents_of(asking.session, asking.conditions, asking.caller, organisation_id)
    return _suggest(asking, asked, query)


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
    return _suggest(asking, [questions.of_text(query, asking.conditions.encoder)], query)


def _suggest(asking: Asking, asked: Sequence[MatchDocument], query: WishQuery) -> Suggested:
    owner = asked[0].organisation_id if asked else questions.NOBODY
    filters = questions.filters_of(asking.session, asking.caller, query)
    met = questions.met_by(asking.session, asking.caller, owner) if query.exclude_met else frozenset()
    # All questions are of one organisation, or of nobody.
    filters = replace(
        filters,
        excluded_organisations=filters.excluded_organisations | met,
        kept_away=partners_kept_away(asking.session, asking.caller, owner, asking.conditions.today),
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
        for question in asked
    ]
    partners = suggest_partners(asking.index, wishes, query.limit)
    who = known(asking, (partner.organisation_id for partner in partners.partners))
    return Suggested(partners, who, asking.index.version)


def shown_of(found: Suggested) -> list[ShownPartner]:
    """The partners as they stand in the answer: without those that were hidden meanwhile."""
    # Anonymous statements of a named organisation are of nobody a record may point at.
    ids = [one.organisation_id for one in found.partners.partners]
    whole = {one for one in ids if one in found.known and organisation_of(one) == one}
    listed = [one for one in found.partners.partners if one.organisation_id in whole]
    return [
        ShownPartner(one.organisation_id, rank, round(one.probability, 2))
        for rank, one in enumerate(listed, start=1)
    ]


def is_settled(asking: Asking) -> bool:
    """Whether index and rows are of one version: another request may have brought the index further."""
    return changes.last_seq(asking.session) == asking.index.version
