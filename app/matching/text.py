"""Reading a text: normal form, tokens that keep designations whole, lemmas without filler.

`analyse` is the one analyser of the house; everything that compares words goes through it.
"""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from app.matching.lemmas import data_lines, lemmatise

__all__ = ["Token", "analyse", "is_filler", "lemmatise", "name_key", "normalise", "readable", "tokenise"]

_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)
_DASHES = re.compile("[\u2010-\u2015\u2043\u2212\ufe58\ufe63\uff0d]")
_TIMES = re.compile(r"(?<=\d)(?:[ \t]*×[ \t]*|[ \t]+[xXхХ][ \t]+)(?=\d)")
_RUN = re.compile(r"[^\W_]+")
_PUNCTUATION = re.compile(r"[^\w]+|_+")

_LATIN, _CYRILLIC = "abcehkmoptxy", "авсенкмортху"
_TO_CYRILLIC = str.maketrans(_LATIN, _CYRILLIC)
_TO_LATIN = str.maketrans(_CYRILLIC, _LATIN)

_UNITS = "мм|см|дм|км|м2|м3|кг|мг|мл|квтч|квт|мвт|вт|ква|кв|кгц|мгц|гц|мпа|кпа|бар|атм|м|т|л|mm|cm|kg|kw"
_TOKEN = re.compile(
    rf"""
    (?<![^\W_])(?:гост|ост|ту|iso|исо|din|en|iec|мэк|astm|api)         # a standard with its number
        (?:[ ]?(?:р|r|iso|исо|en|iec|мэк))*[ ]?\d(?:[\d\-.:/]*\d)?(?![^\W_])
    | (?<![^\W_])\d+(?:[.,]\d+)?[ ]?(?:{_UNITS})(?![^\W_])              # a number with its unit
    | [^\W_]+(?:(?:-|(?<=\d)[.,](?=\d))[^\W_]+)*                        # a word or a designation
    """,
    re.VERBOSE | re.IGNORECASE,
)

_RANGE = re.compile(r"([^\W\d_]{1,4}\d+)-([^\W\d_]{1,4}\d+)")


class Token(NamedTuple):
    """A word as it stands in the text, and its normal form."""

    shown: str
    form: str


def normalise(text: str) -> str:
    """The form in which texts are compared: NFKC, folded case, no ё, one dash, one alphabet per word."""
    previous = None
    while text != previous:  # one pass can open work for the next: NFKC after folding is not a no-op
        previous, text = text, _one_pass(text)
    return text


def tokenise(text: str) -> tuple[Token, ...]:
    """The words of a text in order; standards, sizes, grades and numbers with units stay whole."""
    return tuple(
        Token(shown, _form(shown)) for found in _TOKEN.findall(readable(text)) for shown in _ends_of(found)
    )


def _ends_of(token: str) -> tuple[str, ...]:
    """A range of designations (СЧ20-СЧ30) offers its ends: who asks for СЧ20 must find it."""
    ends = _RANGE.fullmatch(token)
    return ends.groups() if ends else (token,)


def analyse(text: str) -> tuple[str, ...]:
    """The lemmas of a text in order, filler words left out."""
    return tuple(lemmatise(token.form) for token in tokenise(text) if not is_filler(token.form))


@lru_cache(maxsize=2**18)
def is_filler(form: str) -> bool:
    """Whether a normalised word says nothing about what is made or sought."""
    stop = _stop_words()
    return form in stop or lemmatise(form) in stop or (len(form) == 1 and not form.isdigit())


def name_key(name: str) -> str:
    """The key under which a name is searched and sorted: normalised, without quotes and punctuation."""
    return " ".join(_PUNCTUATION.sub(" ", normalise(name)).split())


def _one_pass(text: str) -> str:
    text = unicodedata.normalize("NFKC", readable(text).casefold()).replace("ё", "е")
    return _RUN.sub(_one_alphabet, text)


def readable(text: str) -> str:
    """The text as a reader sees it, in composed characters and with one kind of dash."""
    text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text).replace("№", " "))
    return _TIMES.sub("х", _DASHES.sub("-", text))


def _one_alphabet(match: re.Match[str]) -> str:
    run = match[0]
    if run.isascii():
        return run
    letters = set(filter(str.isalpha, run))
    latin, cyrillic = {c for c in letters if c.isascii()}, {c for c in letters if "а" <= c <= "я"}
    if latin and cyrillic:
        if latin <= set(_LATIN):
            return run.translate(_TO_CYRILLIC)
        if cyrillic <= set(_CYRILLIC):
            return run.translate(_TO_LATIN)
    return run


@lru_cache(maxsize=2**18)
def _form(shown: str) -> str:
    form = " ".join(normalise(shown).split())
    if form[0].isdigit():
        return re.sub(r"(?<=\d) (?=[^\W\d])", "", form.replace(",", "."))
    return form


@lru_cache(maxsize=1)
def _stop_words() -> frozenset[str]:
    return frozenset(normalise(word) for line in data_lines("stopwords.txt") for word in line.split())
