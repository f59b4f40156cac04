"""What an import already knows of the organisations its lines speak of: read once for many lines."""

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy.orm import Session

from app.storage import organisation_names, organisations, statements
from app.storage.identifiers import NOT_AN_IDENTITY
from app.storage.organisations import Organisation
from app.storage.statements import Statement

Number = tuple[str, str, str]
"""Country, scheme, number."""


class Known:
    """The organisations behind some numbers and keys, with their statements; kept true line by line."""

    def __init__(self, session: Session, names: Iterable[Number | str]) -> None:
        self._session = session
        self._by_number: dict[Number, Organisation] = {}
        self._by_key: dict[str, Organisation] = {}
        self._names: dict[str, tuple[list[Number], str | None]] = {}
        self._statements: dict[str, list[Statement]] = defaultdict(list)
        wanted = list(names)
        numbers = {name[2] for name in wanted if not isinstance(name, str)}
        keys = {name for name in wanted if isinstance(name, str)}
        self._take(organisation_names.find_named(session, numbers, keys))

    def owners(self, numbers: Iterable[Number], key: str | None) -> list[Organisation]:
        """The organisations that these numbers and this key name, each once, oldest first."""
        found = {row.id: row for number in numbers if (row := self._by_number.get(number)) is not None}
        if key is not None and (row := self._by_key.get(key)) is not None:
            found[row.id] = row
        return [found[row_id] for row_id in sorted(found)]

    def statements_of(self, owner: Organisation) -> list[Statement]:
        """The statements of an organisation; a new one is appended to it."""
        return self._statements[owner.id]

    def note(self, owner: Organisation) -> None:
        """The organisation was stored, or got other numbers."""
        self._forget(owner.id)
        self._index(owner)

    def restore(self, owners: Iterable[Organisation]) -> None:
        """A line about these was undone: read them again as the database has them."""
        ids = [owner.id for owner in owners]
        for owner_id in ids:
            self._forget(owner_id)
            self._statements.pop(owner_id, None)
        self._take(organisations.whole_by_id(self._session, ids))

    def _take(self, rows: Iterable[Organisation]) -> None:
        taken = list(rows)
        for row in taken:
            self._index(row)
        for statement in (
            statements.of_organisations(self._session, [row.id for row in taken]) if taken else ()
        ):
            self._statements[statement.organisation_id].append(statement)

    def _index(self, row: Organisation) -> None:
        numbers = [
            (number.country, number.scheme, number.number)
            for number in row.identifiers
            if number.scheme != NOT_AN_IDENTITY
        ]
        self._names[row.id] = numbers, row.external_key
        self._by_number |= dict.fromkeys(numbers, row)
        if row.external_key is not None:
            self._by_key[row.external_key] = row

    def _forget(self, owner_id: str) -> None:
        numbers, key = self._names.pop(owner_id, ([], None))
        for number in numbers:
            self._by_number.pop(number, None)
        if key is not None:
            self._by_key.pop(key, None)
