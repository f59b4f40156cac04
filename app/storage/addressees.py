"""Who letters about an organisation go to: its own contacts, or those of the centre that keeps it."""

from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app.storage.centres import CentreRegion
from app.storage.contacts import Contact
from app.storage.organisations import Organisation
from app.vocabulary import OrganisationKind


def of_organisation(session: Session, organisation_id: str) -> list[str]:
    """The e-mail addresses of an organisation's contacts, each once; consent stands with every contact."""
    return _addresses(session, Organisation.id == organisation_id)


def of_centres(session: Session, centre_ids: Iterable[str]) -> list[str]:
    """The addresses of centres: contacts of the promotion centre that names itself in `centre_id`."""
    is_centre = Organisation.kind == OrganisationKind.PROMOTION_CENTRE
    return _addresses(session, is_centre & Organisation.centre_id.in_(list(centre_ids)))


def centres_of(session: Session, owner: Organisation) -> Sequence[str]:
    """The centres that keep an organisation: the one it names, or those of its region."""
    if owner.centre_id is not None:
        return [owner.centre_id]
    return list(session.scalars(select(CentreRegion.centre_id).where(CentreRegion.region == owner.region)))


def _addresses(session: Session, wanted: ColumnElement[bool]) -> list[str]:
    query = select(Contact.email).join(Organisation, Organisation.id == Contact.organisation_id)
    found = session.scalars(query.where(wanted, Contact.email.is_not(None)).order_by(Contact.id))
    return list(dict.fromkeys(address for address in found if address))
