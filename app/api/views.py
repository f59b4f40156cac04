"""From rows and matches to the shapes that go out."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from app.access import Caller, keeps
from app.matching.documents import Evidence, MatchDocument
from app.matching.partners import Pair, Partner
from app.matching.scoring import MODEL_VERSION
from app.matching.sentences import match_sentence
from app.matching.signals import SIGNALS
from app.messages import filter_name, message
from app.messages.letters_of_alerts import nameless
from app.schemas.codes import sector_of
from app.schemas.identifiers import IdentifierWarning, cross_checks
from app.schemas.organisations import (
    Certificate,
    Identifier,
    Notice,
    Organisation,
    OrganisationCard,
    PartnerCard,
)
from app.schemas.statements import FieldChange, OpenReview, OwnStatement, Statement, StatementBrief
from app.schemas.suggestions import EvidenceOut, PartnerSuggestion, ShareOut, StatementPair, SuggestionPage
from app.storage.asking import Known
from app.storage.organisations import Organisation as OrganisationRow
from app.storage.statements import Statement as StatementRow
from app.storage.veils import Veiled
from app.usecases.suggestions import Suggested
from app.vocabulary import CodeScheme, Language

NAMES: Mapping[str, tuple[str, str]] = {signal.name: (signal.name_ru, signal.name_en) for signal in SIGNALS}
PARAMETERS: Mapping[str, str] = {
    "regions": "region",
    "districts": "federal_district",
    "countries": "country",
    "sectors": "sector",
    "organisation_kinds": "kind",
    "certificates": "certificate",
    "excluded_organisations": "exclude",
    "among": "own_members",
}
"""The engine's filters by the names of the parameters that set them."""

DIGITS = 6
"""Decimals of shown scores; finer ones differ between processors."""


def organisation_view(row: OrganisationRow, today: date, language: Language) -> Organisation:
    """An organisation without its contacts, with notices in the caller's language."""
    return Organisation.model_validate(
        {
            **card_of(row),
            **{name: getattr(row, name) for name in ORGANISATION_COLUMNS},
            "identifiers": [
                Identifier(
                    scheme=number.scheme,
                    number=number.number,
                    registry_confirmed=number.registry_confirmed_at is not None,
                    needs_confirmation=number.needs_confirmation,
                )
                for number in row.identifiers
            ],
            "certificates": [
                Certificate(
                    kind=held.kind,
                    number=held.number,
                    issuer=held.issuer,
                    valid_until=held.valid_until,
                    valid=held.holds_on(today),
                )
                for held in row.certificates
            ],
            "notices": _notices(row, language),
        }
    )


def statement_view(row: StatementRow, caller: Caller) -> Statement:
    """A statement; whoever keeps it sees its private fields too."""
    owner = row.organisation
    kept = keeps(caller, owner.id, owner.centre_id, owner.region)
    shape = OwnStatement if kept else Statement
    codes = {
        scheme.value: [code.code for code in row.codes if code.scheme == scheme] for scheme in CodeScheme
    }
    columns = {name: getattr(row, name) for name in shape.model_fields if name not in (*codes, "review")}
    return shape.model_validate({**columns, **codes, "review": _open_review(row) if kept else None})


def _open_review(row: StatementRow) -> OpenReview | None:
    if row.review is None:
        return None
    waiting = {name: getattr(row.review, name) for name in OpenReview.model_fields if name != "changes"}
    return OpenReview.model_validate({**waiting, "changes": field_changes(row, row.review.changes)})


def field_changes(row: StatementRow, wished: Mapping[str, Any] | None) -> list[FieldChange] | None:
    """The wished values of fields beside those that stand; None where all of the statement waits."""
    if wished is None:
        return None
    codes = {scheme.value: [one.code for one in row.codes if one.scheme == scheme] for scheme in CodeScheme}
    return [
        FieldChange(field=name, old=codes.get(name, getattr(row, name, None)), new=wished[name])
        for name in sorted(wished)
    ]


def suggestion_page(found: Suggested, language: Language) -> SuggestionPage:
    """Suggested partners with reasons in the caller's language; who was hidden meanwhile is left out."""
    items = [
        _partner(partner, card, language)
        for partner in found.partners.partners
        if (card := _card_of(partner, found.known, language)) is not None
    ]
    reason = found.partners.empty_reason if not items else None
    removed = {PARAMETERS.get(name, name): count for name, count in found.partners.removed.items()}
    filters = ", ".join(filter_name(name, language) for name, count in removed.items() if count)
    return SuggestionPage(
        items=items,
        index_version=found.index_version,
        model_version=MODEL_VERSION,
        considered=found.partners.considered,
        removed=removed,
        diversity_loss=round(found.partners.diversity_loss, DIGITS),
        empty_reason=reason,
        advice=message(reason, language, {"filters": filters}) if reason else None,
    )


ORGANISATION_COLUMNS = tuple(
    name
    for name in Organisation.model_fields
    if name not in {*OrganisationCard.model_fields, "identifiers", "certificates", "notices"}
)


def card_of(row: OrganisationRow) -> dict[str, object]:
    """What a card shows of an organisation."""
    columns = ("id", "kind", "country", "region", "city", "okved2_main", "site", "source")
    return {"name": row.shown_name, **{name: getattr(row, name) for name in columns}}


def _notices(row: OrganisationRow, language: Language) -> list[Notice]:
    numbers = [(number.scheme, number.number) for number in row.identifiers]
    return [_notice(warning, language) for warning in cross_checks(row.country, row.region, numbers)]


def _notice(warning: IdentifierWarning, language: Language) -> Notice:
    return Notice(
        pointer="/identifiers", code=warning.code, detail=message(warning.code, language, warning.params)
    )


def partner_card(owner: str, sector: str | None, known: Known, language: Language) -> PartnerCard | None:
    """An organisation as far as the caller may know; None where it was hidden meanwhile.

    `sector` is that of what an anonymous one says.
    """
    if row := known.cards.get(owner):
        return named_card(row)
    if veiled := known.veiled.get(owner):
        return anonymous_card(veiled, sector, language)
    return None


def _card_of(partner: Partner, known: Known, language: Language) -> PartnerCard | None:
    sector = partner.pairs[0].match.document.sector
    return partner_card(partner.organisation_id, sector, known, language)


def named_card(row: OrganisationRow) -> PartnerCard:
    """A partner that may be named."""
    sector = sector_of([row.okved2_main]) if row.okved2_main else None
    return PartnerCard.model_validate({**card_of(row), "anonymous": False, "sector": sector})


def anonymous_card(veiled: Veiled, sector: str | None, language: Language) -> PartnerCard:
    """A partner behind its veil: its handle, its sector, its place."""
    return PartnerCard(
        id=veiled.handle,
        anonymous=True,
        name=nameless(sector, (veiled.country, veiled.region), language),
        country=veiled.country,
        region=veiled.region,
        sector=sector,
        kind=None,
        city=None,
        okved2_main=None,
        site=None,
        source=None,
    )


def _partner(partner: Partner, card: PartnerCard, language: Language) -> PartnerSuggestion:
    return PartnerSuggestion(
        organisation=card,
        score=round(partner.score, DIGITS),
        probability=round(partner.probability, 2),
        strength=partner.strength,
        mutual=partner.mutual,
        pairs=[statement_pair(pair, card.anonymous, language) for pair in partner.pairs],
    )


def statement_pair(pair: Pair, anonymous: bool, language: Language) -> StatementPair:
    """A pair with its reasons; nobody finds an anonymous partner by the id of its statement."""
    match = pair.match
    return StatementPair(
        mine=statement_brief(pair.mine),
        theirs=statement_brief(match.document, anonymous),
        score=round(match.score, DIGITS),
        probability=round(pair.probability, 2),
        strength=pair.strength,
        sentence=match_sentence(match, language),
        evidence=[_evidence(evidence, language) for evidence in match.evidence],
        covered=list(match.covered),
        uncovered=list(match.uncovered),
        compared=match.ground,
    )


def statement_brief(document: MatchDocument, nameless: bool = False) -> StatementBrief:
    """What a suggestion shows of a statement."""
    return StatementBrief(
        id=None if nameless else document.id or None,
        kind=document.kind,
        title=document.title,
        text=document.text,
        sector=document.sector,
    )


def _evidence(evidence: Evidence, language: Language) -> EvidenceOut:
    names = NAMES[evidence.signal]
    return EvidenceOut(
        signal=evidence.signal,
        name=names[0] if language is Language.RU else names[1],
        contribution=round(evidence.contribution, DIGITS),
        shares=[ShareOut(label=share.label, amount=round(share.amount, DIGITS)) for share in evidence.shares],
    )
