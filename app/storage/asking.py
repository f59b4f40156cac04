"""What one question to the index is asked with, and whom its answer may name."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.access import Caller
from app.matching.documents import Index, MatchDocument
from app.storage import organisations
from app.storage.documents import Conditions
from app.storage.kept_away import partners_kept_away
from app.storage.organisations import Organisation
from app.storage.statements import organisation_of
from app.storage.veils import Veiled, veils_of


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
    session, caller = asking.session, asking.caller
    parties = [one for one in ids if organisation_of(one) != one]
    cards = organisations.cards_by_id(session, caller, ids)
    nameless = [one for one in ids if one not in cards and one not in parties]
    rows = organisations.veiled_by_id(session, caller, nameless) if nameless else {}
    kept, apart = _apart(asking, parties) if parties else ({}, {})
    return Known(cards | kept, veils_of(session, caller, rows) | apart)


def _apart(asking: Asking, parties: Sequence[str]) -> tuple[dict[str, Organisation], dict[str, Veiled]]:
    """Anonymous statements of organisations that are not: by name to who keeps them, veiled to others."""
    session, caller, behind = asking.session, asking.caller, {one: organisation_of(one) for one in parties}
    kept = organisations.kept_cards_by_id(session, caller, behind.values())
    rows = organisations.cards_by_id(session, caller, behind.values())
    others = {party: rows[one] for party, one in behind.items() if one in rows and one not in kept}
    named = {party: kept[one] for party, one in behind.items() if one in kept}
    return named, veils_of(session, caller, others)


def kept_away(asking: Asking, questions: Iterable[MatchDocument]) -> frozenset[str]:
    """Whom the asking organisations are spared; a text that is not stored is of the member that asks."""
    owners = sorted({one.organisation_id for one in questions})
    today = asking.conditions.today
    return frozenset[str]().union(
        *(partners_kept_away(asking.session, asking.caller, owner, today) for owner in owners)
    )
