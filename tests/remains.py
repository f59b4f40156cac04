"""Looking for what must be gone: every column of every table, and every byte of SQLite's files."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from sqlalchemy import MetaData, select

from app.storage.database import Database


def remains(database: Database, canaries: Iterable[str]) -> list[str]:
    """Where any of the texts still stands: as written, as JSON escapes it, in any case."""
    forms = {form.lower(): text for text in canaries for form in (text, json.dumps(text)[1:-1])}
    found = []
    for place, content in _contents(database):
        low = content.lower()
        found += [f"{place}: {text}" for form, text in forms.items() if form in low]
    return sorted(set(found))


def _contents(database: Database) -> Iterator[tuple[str, str]]:
    known = MetaData()
    with database.read_engine.connect() as connection:
        known.reflect(connection)
        for table in known.tables.values():
            for row in connection.execute(select(table)):
                for column, value in row._mapping.items():
                    yield f"{table.name}.{column}", _readable(value)
    if database.read_engine.dialect.name == "sqlite":
        file = Path(database.read_engine.url.database or "")
        for part in sorted(file.parent.glob(f"{file.name}*")):
            # Lower-casing bytes would leave Cyrillic as it is: what is not UTF-8 is left out of the text.
            yield part.name, part.read_bytes().decode(errors="ignore")


def _readable(value: object) -> str:
    if isinstance(value, bytes):
        return value.decode(errors="ignore")
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
