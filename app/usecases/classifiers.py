"""Official classifiers: loading, looking up, proposing codes for a text. The service works without any."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from app.access import Admin, Caller, require_scope
from app.errors import Forbidden, Violation
from app.matching.classifying import CodeBook, Likely
from app.matching.text import normalise
from app.schemas.classifiers import ClassifierKind
from app.schemas.import_rows import LISTS_OF_STATEMENTS, RawLine
from app.storage import classifiers
from app.storage.classifiers import ClassifierEntry
from app.vocabulary import Scope

LEAST_SURE = 0.5
"""Votes a code needs to be named unasked, in the report of an import."""

BOOKS_KEPT = 6

_books: dict[str, CodeBook] = {}


def load(session: Session, caller: Caller, kind: ClassifierKind, names: Mapping[str, str]) -> int:
    """Make these the codes of a classifier; how many there are. Raises Forbidden but for administrators."""
    if not isinstance(caller, Admin):
        raise Forbidden
    require_scope(caller, Scope.WRITE)
    return classifiers.replace(session, kind, names).entries


def is_loaded(session: Session, kind: ClassifierKind) -> bool:
    """Whether the classifier is there."""
    return classifiers.edition_of(session, kind) is not None


def search(session: Session, kind: ClassifierKind, question: str, most: int) -> Sequence[ClassifierEntry]:
    """Codes that begin so, or whose names hold all words of the question by their beginnings."""
    if question[:1].isdigit():
        return classifiers.find(session, kind, question.strip(), (), most)
    words = [word[: max(4, len(word) - 2)] for word in normalise(question).split()]
    return classifiers.find(session, kind, "", words, most)


def suggest(session: Session, kind: ClassifierKind, text: str, digits: int, most: int) -> list[Likely]:
    """The codes a text is likely about, best first; none where the classifier is not loaded."""
    book = book_of(session, kind)
    return book.suggest(text, digits, most) if book is not None else []


def book_of(session: Session, kind: ClassifierKind) -> CodeBook | None:
    """The names of the edition that this session sees, ready to vote; kept while the edition stands."""
    edition = classifiers.edition_of(session, kind)
    if edition is None:
        return None
    if edition.id not in _books:
        while len(_books) >= BOOKS_KEPT:
            _books.pop(next(iter(_books)))
        _books[edition.id] = CodeBook(classifiers.names_of(session, kind))
    return _books[edition.id]


def likely_codes(book: CodeBook, line: RawLine) -> Iterator[Violation]:
    """A note for each text of an import line that has no code and is surely about one of four digits."""
    for pointer, text in _uncoded(line.record or {}):
        best = book.suggest(text, 4, 1)
        if best and best[0].confidence >= LEAST_SURE:
            yield Violation(pointer, "code_likely", {"value": best[0].code})


def _uncoded(record: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for position, form in enumerate(record.get("statements") or ()):
        if isinstance(form, Mapping) and not form.get("okpd2") and isinstance(form.get("text"), str):
            yield f"/statements/{position}/text", form["text"]
    for name in LISTS_OF_STATEMENTS:
        listed = record.get(name)
        for entry in listed if isinstance(listed, list) else ():
            if isinstance(entry, str):
                yield f"/{name}", entry
