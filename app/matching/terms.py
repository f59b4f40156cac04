"""Trade terms: abbreviations, spelled-out phrases and English names that mean one thing, as one concept.

The table is data/terms.csv; a line more is a term more.
"""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from itertools import chain
from typing import NamedTuple

from app.matching.text import Token, analyse, is_filler, lemmatise, tokenise

_TABLE = "terms.csv"
_HEADER = ["canonical", "forms", "topic"]
_ALLOWED = frozenset(" -/.+,&'’()")


class TermsInvalid(ValueError):
    """A table of terms has a line that cannot be used; the message names it."""


class Found(NamedTuple):
    """A form recognised in a row of lemmas: where it begins, how many lemmas it has, what it means."""

    start: int
    length: int
    concept: str


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: the canonical phrase and every form, the canonical among them."""

    place: str
    canonical: str
    forms: tuple[str, ...]
    topic: str


@dataclass(frozen=True, slots=True)
class Terms:
    """The table ready for use: phrases by their first lemma, the longest first, and single words."""

    rows: tuple[Row, ...]
    phrases: Mapping[str, tuple[tuple[tuple[str, ...], str], ...]]
    words: Mapping[str, str]
    abbreviations: Mapping[str, str]
    first: frozenset[str]

    def find(self, forms: Sequence[str], lemmas: Sequence[str]) -> Iterator[Found]:
        """What a text names, from left to right, the longest form first, without overlap."""
        end, first = 0, self.first
        for start, lemma in enumerate(lemmas):
            if start < end or not (lemma in first or forms[start] in first or "-" in lemma):
                continue
            for phrase, concept in self.phrases.get(lemma, ()):
                if tuple(lemmas[start : start + len(phrase)]) == phrase:
                    end = start + len(phrase)
                    yield Found(start, len(phrase), concept)
                    break
            else:
                yield from (Found(start, 1, concept) for concept in self._of_word(forms[start], lemma))

    def _of_word(self, form: str, lemma: str) -> tuple[str, ...]:
        concept = self.abbreviations.get(form) or self.words.get(lemma)
        if concept:
            return (concept,)
        if "-" not in lemma:
            return ()
        # The parts of a hyphenated word count by themselves: ПВХ-профиль, CNC-обработка.
        parts = (self.abbreviations.get(part) or self.words.get(part) for part in lemma.split("-"))
        return tuple(part for part in parts if part)


def concept_of(canonical: str) -> str:
    """The feature under which all forms of a row meet: its canonical phrase, a single word as its lemma."""
    tokens = tokenise(canonical)
    return lemmatise(tokens[0].form) if len(tokens) == 1 else " ".join(token.form for token in tokens)


def expand(forms: Sequence[str], lemmas: Sequence[str], terms: Terms | None = None) -> list[str]:
    """The concepts a text names, in order; a word that is its own concept adds nothing."""
    found = (terms or packaged_terms()).find(forms, lemmas)
    return [concept for start, _, concept in found if lemmas[start] != concept]


def shown_concepts(tokens: Sequence[Token], terms: Terms | None = None) -> dict[str, tuple[str, ...]]:
    """The concepts a text names, each with the words that name it first, as they stand there."""
    words = [token for token in tokens if not is_filler(token.form)]
    forms = [token.form for token in words]
    shown: dict[str, tuple[str, ...]] = {}
    for start, length, concept in (terms or packaged_terms()).find(forms, list(map(lemmatise, forms))):
        shown.setdefault(concept, tuple(token.shown for token in words[start : start + length]))
    return shown


@lru_cache(maxsize=1)
def packaged_terms() -> Terms:
    """The terms that come with the engine."""
    return parsed_terms(_TABLE, files("app.matching").joinpath("data", _TABLE).read_text(encoding="utf-8"))


def parsed_terms(source: str, text: str) -> Terms:
    """The terms of a table; rows with one canonical phrase add up. Raises TermsInvalid naming the line."""
    return _terms(_rows(source, text))


def _rows(source: str, text: str) -> list[Row]:
    lines = [(f"{source}, line {n}", line) for n, line in enumerate(text.splitlines(), 1)]
    told = [(place, next(csv.reader([line]))) for place, line in lines if line and not line.startswith("#")]
    if not told or told[0][1] != _HEADER:
        raise TermsInvalid(f"{source}: the first line must be “{','.join(_HEADER)}”")
    return [_row(place, cells) for place, cells in told[1:]]


def _row(place: str, cells: Sequence[str]) -> Row:
    if len(cells) != len(_HEADER) or not all(map(str.strip, cells)):
        raise TermsInvalid(f"{place}: needs {len(_HEADER)} filled columns: {', '.join(_HEADER)}")
    canonical, forms, topic = (cell.strip() for cell in cells)
    row = Row(place, canonical, (canonical, *(form.strip() for form in forms.split("|"))), topic)
    for form in row.forms:
        _check(place, form)
    return row


def _check(place: str, form: str) -> None:
    if not form:
        raise TermsInvalid(f"{place}: has an empty form")
    if strange := sorted({sign for sign in form if not (sign.isalnum() or sign in _ALLOWED)}):
        raise TermsInvalid(f"{place}: “{form}” contains {' '.join(map(repr, strange))}")
    if not any(any(map(str.isalpha, lemma)) for lemma in analyse(form)):
        raise TermsInvalid(f"{place}: “{form}” consists of words that say nothing by themselves")


def _terms(rows: Sequence[Row]) -> Terms:
    """Raises TermsInvalid where two rows claim one form."""
    owners: dict[tuple[str, ...], tuple[str, str]] = {}
    for row in rows:
        concept = concept_of(row.canonical)
        for form in row.forms:
            owner, place = owners.setdefault(_key(form), (concept, row.place))
            if owner != concept:
                raise TermsInvalid(f"{row.place}: “{form}” is already a form of “{owner}” ({place})")
    phrases: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    words: dict[bool, dict[str, str]] = {True: {}, False: {}}
    for key in sorted(owners, key=lambda key: (-len(key), key)):
        concept, _ = owners[key]
        if len(key) > 1:
            phrases.setdefault(key[0], []).append((key, concept))
        else:
            words[key[0].isupper()][key[0].casefold()] = concept
    by_first = {lemma: tuple(several) for lemma, several in phrases.items()}
    first = frozenset(chain(by_first, words[False], words[True]))
    return Terms(tuple(rows), by_first, words[False], words[True], first)


def _key(form: str) -> tuple[str, ...]:
    """What a form is recognised by: its lemmas; an abbreviation, in capitals, by its letters alone.

    The dictionary takes ВИК for vetch (вика) and ОСП for smallpox (оспа).
    """
    tokens = tokenise(form)
    return (tokens[0].form.upper(),) if len(tokens) == 1 and form.isupper() else analyse(form)
