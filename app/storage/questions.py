"""What a person asks the index, as the engine's values: a text nobody stored, and who may answer."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from app.access import Caller, Member
from app.matching.documents import Filters, MatchDocument
from app.matching.semantics import Encoder, encoded
from app.schemas.suggestions import PartnerFilters, TextQuestion
from app.storage import introductions, organisations
from app.storage.installation import handles_of
from app.storage.statements import organisation_of, party_of, veiled_parties
from app.vocabulary import CodeScheme

NOBODY = ""
"""The id of no organisation."""


def of_text(given: TextQuestion, encoder: Encoder | None) -> MatchDocument:
    """A text that is no statement, as a question; with its meaning where there is an encoder."""
    question = without_meaning(given)
    if encoder is None:
        return question
    return replace(question, passages=encoded([question], encoder)[0])


def without_meaning(given: TextQuestion) -> MatchDocument:
    """A text that is no statement, as a question of words and codes."""
    codes = {(CodeScheme.OKPD2, code) for code in given.okpd2}
    codes |= {(CodeScheme.OKVED2, code) for code in given.okved2}
    return MatchDocument(
        id="",
        organisation_id=NOBODY,
        kind=given.kind_of_text,
        title="",
        text=given.text,
        country=given.own_country,
        region=given.own_region,
        codes=frozenset(codes),
        must_have=tuple(given.must_have),
    )


def filters_of(session: Session, caller: Caller, given: PartnerFilters) -> Filters:
    """Who may answer this caller; who is kept away from the asking organisation is for others to add."""
    return Filters(
        regions=frozenset(given.region),
        districts=frozenset(given.federal_district),
        countries=frozenset(given.country),
        sectors=frozenset(given.sector),
        organisation_kinds=frozenset(given.kind),
        certificates=frozenset(given.certificate),
        excluded_organisations=meant(session, caller, given.exclude),
        visibilities=organisations.suggested_to(caller),
    )


def met_by(session: Session, caller: Caller, organisation_id: str) -> frozenset[str]:
    """Whom the asking organisation has met already; whoever does not act for it is not told."""
    own = caller.organisation_id if isinstance(caller, Member) else NOBODY
    asker = organisation_id or own
    if not organisations.is_kept(session, caller, asker):
        return frozenset()
    return introductions.met_by(session, asker)


def meant(session: Session, caller: Caller, wished: Sequence[str]) -> frozenset[str]:
    """Whom not to show: an anonymous organisation is excluded by its handle only.

    An id that the caller may not know changes nothing, or leaving it out would tell whose handle it is.
    """
    if not wished:
        return frozenset()
    veiled = organisations.veiled_ids(session, caller)
    meant = {handle: one for one, handle in handles_of(session, caller, veiled).items()}
    meant |= dict.fromkeys(veiled, NOBODY)
    parties = veiled_parties(session, caller)
    meant |= {handle: one for one, handle in handles_of(session, caller, parties).items()}
    kept = organisations.kept_cards_by_id(session, caller, wished)
    # A party's own name is known to nobody, and must not be guessed from an id.
    named = {meant.get(one, organisation_of(one)) for one in wished}
    return frozenset(named | {party_of(one) for one in kept})
