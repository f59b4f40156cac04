"""The letters that tell of alerts: what each line says, and one letter a search for all that came at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from sqlalchemy.orm import Session

from app.delivering import EventType
from app.matching.reciprocity import Chance
from app.matching.scoring import strength_at
from app.matching.sentences import match_sentence
from app.messages.letters_of_alerts import letter_text, nameless, strength_name
from app.storage import letters
from app.storage.letters import Frame, Part
from app.storage.organisations import Organisation
from app.storage.saved_searches import SavedSearch
from app.vocabulary import Language

LINES_OF_A_LETTER = 20
"""A letter that says more is not read; the others stand in the list of alerts."""


@dataclass(frozen=True, slots=True)
class Line:
    """What a letter says of one statement that answers a search."""

    search_id: str
    part: Part

    @classmethod
    def of(cls, search: SavedSearch, chance: Chance, cards: Mapping[str, Organisation]) -> "Line":
        """The line in the search's language; a partner without a card is not named."""
        return cls(search.id, part_of(chance, cards, Language(search.language)))


def part_of(chance: Chance, cards: Mapping[str, Organisation], language: Language) -> Part:
    """A paragraph on a statement that fits: whose it is, how well it fits, its title and the reason."""
    theirs = chance.lead.document
    card = cards.get(theirs.organisation_id)
    text = letter_text(
        "alert_part",
        language,
        partner=card.shown_name
        if card
        else nameless(theirs.sector, (theirs.country, theirs.region), language),
        strength=strength_name(strength_at(chance.probability), language),
        title=theirs.title,
        reason=match_sentence(chance.lead.explain(), language),
    )
    return Part(theirs.id, chance.mine.organisation_id or None, card is not None, text)


def queue_letters(
    session: Session,
    searches: Mapping[str, SavedSearch],
    lines: Sequence[Line],
    moment: datetime,
    public_url: str,
) -> None:
    """Queue one letter a search to each of its holder's addresses, in this transaction."""
    for search_id, several in groupby(sorted(lines, key=_search), key=_search):
        search, parts = searches[search_id], [line.part for line in several]
        frame = _frame(search, len(parts), public_url)
        for address in letters.addresses_of(session, search.holder(), moment):
            letters.queue(session, address, search.holder(), frame, parts[:LINES_OF_A_LETTER])


def _search(line: Line) -> str:
    return line.search_id


def _frame(search: SavedSearch, count: int, public_url: str) -> Frame:
    language = Language(search.language)
    closing = letter_text("alert_closing", language, url=public_url, id=search.id)
    if count > LINES_OF_A_LETTER:
        more = letter_text("alert_more", language, count=count - LINES_OF_A_LETTER)
        closing = f"{more}\n\n{closing}"
    return Frame(
        event_type=EventType.ALERT_CREATED,
        subject=letter_text("alert_subject", language, name=search.name),
        opening=letter_text("alert_opening", language, name=search.name, count=count),
        closing=closing,
    )
