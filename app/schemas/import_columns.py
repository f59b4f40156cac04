"""The columns an import knows: their headings in two languages, what else people call them, what they hold.

The table lies in app/data/import_columns.csv, the words that stand for our values in import_words.csv.
"""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from rapidfuzz import fuzz, process

from app.files.tables import Cell

OF_STATEMENT = "statement_"
LEAST_LIKENESS = 86
"""Of 100: from here on an unknown heading is taken for a misspelt one and the known one is named."""

SPOKEN_OF = frozenset({"ошибки", "errors", "ошибки errors"})
"""Headings of our own reports: a corrected report can be imported as it is."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: our name for it, the kind of value, its headings and the template's example."""

    name: str
    holds: str
    heading_ru: str
    heading_en: str
    synonyms: tuple[str, ...]
    example: str
    of_statement: bool


@dataclass(frozen=True, slots=True)
class Heads:
    """The headings of a table as columns (None: ignored), and the ignored ones with the nearest known."""

    columns: tuple[Column | None, ...]
    titles: tuple[str, ...]
    ignored: Mapping[str, str | None]

    def names(self) -> frozenset[str]:
        """Our names of the columns there are."""
        return frozenset(column.name for column in self.columns if column is not None)


@cache
def columns() -> Mapping[str, Column]:
    """All columns by name, in the order of the template."""
    return MappingProxyType({row["name"]: _column(row) for row in _rows("import_columns.csv")})


@cache
def words() -> Mapping[str, Mapping[str, str]]:
    """By column: what people write for each of our values."""
    table: dict[str, dict[str, str]] = {}
    for row in _rows("import_words.csv"):
        known = table.setdefault(row["column"], {})
        known[row["value"]] = row["value"]
        known.update({heading_key(word): row["value"] for word in row["words"].split("|")})
    return MappingProxyType(table)


def heading_key(text: str) -> str:
    """A heading as it is compared: small letters, ё as е, single spaces, no signs."""
    spoken = "".join(c if c.isalnum() else " " for c in text.casefold().replace("ё", "е"))
    return " ".join(spoken.split())


def heads_of(titles: Sequence[Cell], renamed: Mapping[str, str | None]) -> Heads:
    """The headings as columns; a renamed one (None drops it) is looked up under its new name.

    In a table without names of organisations, «ОКВЭД2» is the statement's.
    """
    shown = tuple("" if title is None else str(title).strip() for title in titles)
    found = [_find(renamed.get(title, title)) for title in shown]
    if not any(column is not None and column.name == "legal_name" for column in found):
        found = [_of_statement(column) for column in found]
    ignored = {
        title: _nearest(title)
        for title, column in zip(shown, found, strict=True)
        if column is None and title and renamed.get(title, title) and heading_key(title) not in SPOKEN_OF
    }
    return Heads(tuple(found), shown, ignored)


def _find(title: str | None) -> Column | None:
    return _by_heading().get(heading_key(title)) if title else None


def _of_statement(column: Column | None) -> Column | None:
    if column is not None and column.name in ("okved2_main", "okved2"):
        return columns()["statement_okved2"]
    return column


def _nearest(title: str) -> str | None:
    found = process.extractOne(heading_key(title), _by_heading().keys(), scorer=fuzz.ratio)
    return _by_heading()[found[0]].heading_ru if found and found[1] >= LEAST_LIKENESS else None


@cache
def _by_heading() -> Mapping[str, Column]:
    known: dict[str, Column] = {}
    for column in columns().values():
        short = column.name.removeprefix(OF_STATEMENT)
        for title in (column.name, column.heading_ru, column.heading_en, *column.synonyms, short):
            known.setdefault(heading_key(title), column)
    return MappingProxyType(known)


def _column(row: Mapping[str, str]) -> Column:
    synonyms = tuple(filter(None, row["synonyms"].split("|")))
    of_statement = row["of"] == "statement"
    return Column(
        row["name"], row["type"], row["heading_ru"], row["heading_en"], synonyms, row["example"], of_statement
    )


def _rows(name: str) -> Iterator[dict[str, str]]:
    table = (files("app") / "data" / name).read_text(encoding="utf-8")
    yield from csv.DictReader(table.splitlines())
