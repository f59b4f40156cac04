"""Who may stand in a chain, a ring or a consortium, as a caller asks and as far as it may know."""

from collections.abc import Iterable

from app.matching.documents import Filters, MatchDocument
from app.schemas.suppliers import SupplierQuery
from app.storage import organisations
from app.storage.asking import Asking, kept_away
from app.storage.questions import NOBODY, meant


def filters_of(asking: Asking, query: SupplierQuery, questions: Iterable[MatchDocument] = ()) -> Filters:
    """Who may supply; whom the caller may not know of is not among them."""
    own: frozenset[str] = frozenset()
    if query.own_members:
        own = frozenset(organisations.kept_ids(asking.session, asking.caller)) | {NOBODY}
    return Filters(
        visibilities=organisations.suggested_to(asking.caller),
        regions=frozenset(query.region),
        districts=frozenset(query.federal_district),
        countries=frozenset(query.country),
        organisation_kinds=frozenset(query.kind),
        excluded_organisations=meant(asking.session, asking.caller, query.exclude),
        among=own,
        kept_away=kept_away(asking, questions),
    )
