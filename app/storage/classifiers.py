"""Official classifiers: the edition that is loaded, and its codes with their names."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Text, and_, delete, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.matching.text import normalise
from app.storage.mapping import Table, new_id, now


class ClassifierEdition(Table):
    """Which table of a classifier is loaded; a new one has a new id."""

    __tablename__ = "classifier_edition"

    kind: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(default=new_id)
    entries: Mapped[int]
    loaded_at: Mapped[datetime] = mapped_column(default=now)


class ClassifierEntry(Table):
    """A code with its official name; `position` keeps the order of the official table."""

    __tablename__ = "classifier_entry"

    kind: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    name: Mapped[str] = mapped_column(Text)
    search_key: Mapped[str] = mapped_column(Text)


def replace(session: Session, kind: str, names: Mapping[str, str]) -> ClassifierEdition:
    """Make these the codes of the classifier, instead of all it had."""
    session.execute(delete(ClassifierEntry).where(ClassifierEntry.kind == kind))
    session.execute(delete(ClassifierEdition).where(ClassifierEdition.kind == kind))
    rows = [
        {"kind": kind, "code": code, "position": position, "name": name, "search_key": normalise(name)}
        for position, (code, name) in enumerate(names.items())
    ]
    session.execute(insert(ClassifierEntry), rows)
    edition = ClassifierEdition(kind=kind, entries=len(rows))
    session.add(edition)
    session.flush()
    return edition


def edition_of(session: Session, kind: str) -> ClassifierEdition | None:
    """The edition that is loaded; None where the classifier is not."""
    return session.get(ClassifierEdition, kind)


def editions(session: Session) -> Sequence[ClassifierEdition]:
    """All classifiers that are loaded."""
    return session.scalars(select(ClassifierEdition).order_by(ClassifierEdition.kind)).all()


def names_of(session: Session, kind: str) -> dict[str, str]:
    """The names of all codes, in the order of the official table."""
    query = select(ClassifierEntry.code, ClassifierEntry.name).where(ClassifierEntry.kind == kind)
    return {row.code: row.name for row in session.execute(query.order_by(ClassifierEntry.position))}


def find(
    session: Session, kind: str, code: str, words: Sequence[str], most: int
) -> Sequence[ClassifierEntry]:
    """Codes that begin so, or whose names hold all these normalised words; in the official order."""
    query = select(ClassifierEntry).where(ClassifierEntry.kind == kind)
    if code:
        query = query.where(ClassifierEntry.code.startswith(code, autoescape=True))
    else:
        held = [ClassifierEntry.search_key.contains(word, autoescape=True) for word in words]
        query = query.where(and_(*held)) if held else query
    return session.scalars(query.order_by(ClassifierEntry.position).limit(most)).all()
