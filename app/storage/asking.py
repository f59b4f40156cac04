"""What one question to the index is asked with, and whom its answer may name."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.access import Caller
from app.matching.documents import Index, MatchDocument
from app.storage import organisations
from app.storage.documents import Conditions
from app.storage.installation import handles_of
from app.storage.kept_away import partners_kept_away
from app.storage.organisations import Organisation
from app.storage.veils import Veiled, veils_of

NOBODY = ""
"""The id of no organisation."""


@dataclass(frozen=True, slots=True)
class Asking:
    """What one request asks with: its session, its index, who asks, and under which conditions."""

    session: Session
    index: Index
    caller: Caller
    conditions: Conditions


@dataclass(frozen=True, slots=True)
class Known:
    """Who the organisations of an answer are, as far as the caller may know, by id.

    An organisation in neither was hidden meanwhile.
    """

    cards: dict[str, Organisation]
    veiled: dict[str, Veiled]

    def __contains__(self, organisation_id: str) -> bool:
        return organisation_id in self.cards or organisation_id in self.veiled


def known(asking: Asking, organisation_ids: Iterable[str]) -> Known:
    """Who these organisations are, as far as the caller may know."""
    ids = list(dict.fromkeys(organisation_ids))
    cards = organisations.cards_by_id(asking.session, asking.caller, ids)
    nameless = [one for one in ids if one not in cards]
    rows = organisations.veiled_by_id(asking.session, asking.caller, nameless) if nameless else {}
    return Known(cards, veils_of(asking.session, asking.caller, rows))


def meant(asking: Asking, wished: Sequence[str]) -> frozenset[str]:
    """The organisations a caller names: an anonymous one by its handle only.

    An id that the caller may not know means nobody, or naming it would tell whose handle it is.
    """
    if not wished:
        return frozenset()
    veiled = organisations.veiled_ids(asking.session, asking.caller)
    handles = {handle: one for one, handle in handles_of(asking.session, asking.caller, veiled).items()}
    handles |= dict.fromkeys(veiled, NOBODY)
    return frozenset(handles.get(one, one) for one in wished)


def kept_away(asking: Asking, questions: Iterable[MatchDocument]) -> frozenset[str]:
    """Whom the asking organisations are spared; a text that is not stored is of none."""
    owners = sorted({one.organisation_id for one in questions} - {NOBODY})
    today = asking.conditions.today
    return frozenset[str]().union(
        *(partners_kept_away(asking.session, asking.caller, owner, today) for owner in owners)
    )
