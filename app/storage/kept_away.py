"""Who is not suggested to an organisation although it would fit: all that keeps partners away."""

from datetime import date

from sqlalchemy import Select, union
from sqlalchemy.orm import Session

from app.access import Caller, Member, Website
from app.storage import blocks, feedback, introductions, organisations
from app.storage.statements import party_of


def partners_kept_away(session: Session, caller: Caller, organisation_id: str, today: date) -> frozenset[str]:
    """The organisations that do not exist in suggestions to this one today, as this caller reads them.

    A text nobody stored is of no organisation (""), or of the member that asks. Block lists and refusals are
    private: who does not act for the organisation sees a list that knows nothing of them, except those a
    block keeps from the asking member itself.
    """
    queries: list[Select[str]] = []
    own = caller.organisation_id if isinstance(caller, Member) else ""
    asking = organisation_id or own
    if asking and not isinstance(caller, Website) and organisations.is_kept(session, caller, asking):
        queries += [blocks.barred(asking), introductions.apart_from(asking, today)]
    elif own:
        queries.append(blocks.barred(own))
    if organisation_id:
        queries.append(feedback.hidden_from(caller, organisation_id, today))
    away = frozenset(session.scalars(union(*queries))) if queries else frozenset()
    return away | _parties(session, caller, organisation_id or own)


def _parties(session: Session, caller: Caller, asking: str) -> frozenset[str]:
    """The anonymous statements of those who blocked the asking one, and its own where they are known as such.

    Not of those it dismissed or blocked itself: what vanished with them would tell whose it was.
    """
    if not asking or not organisations.is_kept(session, caller, asking):
        return frozenset()
    return frozenset(map(party_of, (asking, *session.scalars(blocks.blockers_of(asking)))))
