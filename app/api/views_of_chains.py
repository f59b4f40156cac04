"""From chains to the shapes that go out."""

from app.api.views import PARAMETERS, partner_card, statement_brief, statement_pair
from app.matching.chains import Chain
from app.matching.partners import Pair
from app.matching.scoring import MODEL_VERSION, strength_at
from app.messages import filter_name, message
from app.schemas.chains import ChainLink, ChainOut, ChainPage
from app.schemas.rings import RingOut, RingPage
from app.schemas.suggestions import StatementPair
from app.storage.asking import Known
from app.usecases.chains import FoundChains
from app.usecases.rings import FoundRings
from app.vocabulary import Language


def chain_page(answer: FoundChains, language: Language) -> ChainPage:
    """Chains with reasons in the caller's language; none with somebody hidden meanwhile."""
    found = answer.found
    items = [
        chain_view(chain, answer.known, language)
        for chain in found.chains
        if all(pair.match.document.organisation_id in answer.known for pair in chain.pairs)
    ]
    reason = None if items else found.empty_reason
    removed = {PARAMETERS.get(name, name): count for name, count in found.removed.items()}
    filters = ", ".join(filter_name(name, language) for name, count in removed.items() if count)
    return ChainPage(
        items=items,
        index_version=answer.index_version,
        model_version=MODEL_VERSION,
        considered=found.considered,
        removed=removed,
        empty_reason=reason,
        advice=message(reason, language, {"filters": filters}) if reason else None,
    )


def chain_view(chain: Chain, known: Known, language: Language) -> ChainOut:
    """One chain of organisations the caller may know."""
    nameless = chain.pairs[-1].match.document.organisation_id in known.veiled
    return ChainOut(
        probability=round(chain.probability, 2),
        strength=chain.strength,
        end=chain.end,
        links=[_link(pair, known, language) for pair in chain.pairs],
        open_needs=[statement_brief(need, nameless) for need in chain.open_needs],
    )


def link_pair(pair: Pair, known: Known, language: Language) -> StatementPair:
    """A need and what meets it; of anonymous organisations neither statement has an id."""
    veiled = pair.match.document.organisation_id in known.veiled
    shown = statement_pair(pair, veiled, language)
    return shown.model_copy(
        update={"mine": statement_brief(pair.mine, pair.mine.organisation_id in known.veiled)}
    )


def ring_page(answer: FoundRings, language: Language) -> RingPage:
    """Rings with reasons in the caller's language; none with somebody hidden meanwhile."""
    items = [
        RingOut(
            probability=round(ring.probability, 2),
            strength=strength_at(ring.probability),
            links=[_link(pair, answer.known, language) for pair in pairs],
        )
        for ring, pairs in answer.rings
        if all(name in answer.known for name in ring.organisations)
    ]
    return RingPage(items=items, total=answer.total, index_version=answer.index_version)


def _link(pair: Pair, known: Known, language: Language) -> ChainLink:
    theirs = pair.match.document
    card = partner_card(theirs.organisation_id, theirs.sector, known, language)
    assert card is not None  # noqa: S101 - chains with somebody unknown are left out before
    return ChainLink(organisation=card, pair=link_pair(pair, known, language))
