"""Taking out of a text what tells whose it is: names in any form and alphabet, numbers, addresses.

Rather a word too many than one too few: what is masked is lost for matching, what is not is known for good.
Words that names are made of but that also say what is made (data/generic_names.txt) are masked only beside
another word of the same name, or in quotes.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from app.matching.documents import MatchDocument
from app.matching.lemmas import data_lines
from app.matching.sounds import Trace, is_form_of, trace_of
from app.matching.text import is_filler, lemmatise, normalise, readable

MASK = "…"

_WORD = re.compile(r"[^\W_]+")
_BETWEEN = re.compile(r"[\s\-«»\"“”„]*")
_QUOTED = re.compile(r"«[^«»]{1,80}»|\"[^\"]{1,80}\"|“[^“”]{1,80}”|„[^„“”]{1,80}[“”]")
_FORMS = (
    "ООО|ОАО|ЗАО|ПАО|НАО|АО|ИП|АНО|ФГУП|ГУП|МУП|ФГБУ|ФГБОУ|ФГБНУ|ФКП|НПО|НПП|НПК|НПФ|ПО|ТД|ГК|УК|КБ|ОКБ|"
    "НИИ|СПК|КФХ"
)
_ENDS = "ru|рф|su|com|net|org|by|kz|cn|info|biz|pro|io|tech|moscow|eu|de|online|site|shop|group|company"
_STREETS = "улица|ул|пр-т|проспект|пер|шоссе|наб"
_STANDARDS = "ISO|IATF|GOST|DIN|EN|IEC|ASTM|API|CNC|CAD|CAM|HACCP|GMP|OHSAS"
_TELLING = tuple(
    map(
        re.compile,
        (
            r"[^\s<>«»\"(),;]+@[^\s<>«»\"(),;]+",  # e-mail
            r"(?i:https?://|www\.)[^\s<>«»\",;]+",
            rf"(?<![\w.])[\w-]+(?:\.[\w-]+)*\.(?i:{_ENDS})(?!\w)(?:/[^\s,;]*)?",
            r"(?<!\w)@\w{3,}",
            rf"(?<!\w)(?i:{_FORMS})\s*(?:{_QUOTED.pattern})",
            # A Latin brand in quotes, unless it is a standard.
            rf"[«\"“„](?!(?:{_STANDARDS})\b)[^«»\"“”„]{{0,60}}[A-Za-z]{{2,}}[^«»\"“”„]{{0,60}}[»\"”“]",
            r"[^\W_]+(?:-[^\W_]+)*\s?®|[^\W\d_]+TM(?!\w)",  # NFKC has made TM of ™
            r"(?<!\w)(?i:ИНН|КПП|ОГРНИП|ОГРН|ОКПО|УНП|БИН|р/с|к/с|VAT|LEI)[\s:-]*[\dA-Z](?:[\s-]?[\dA-Z]){3,}",
            r"(?<![\w.,])(?:\+|[78](?=(?:[\s()-]{0,3}\d){10}))\d{0,3}(?:[\s()-]{0,3}\d){8,12}(?!\w)",
            r"(?<!\w)(?i:телефон|тел|факс|моб|phone|tel|fax)\.?[\s:]*\+?\d[\d\s()-]{4,}\d",
            r"(?<!\w)[А-ЯЁ][а-яё]+\s+[А-ЯЁ]\.\s?[А-ЯЁ]\.",  # a person: surname and initials
            r"(?<!\w)[А-ЯЁ]\.\s?[А-ЯЁ]\.\s?[А-ЯЁ][а-яё]+",
            rf"(?<!\w)(?i:{_STREETS})\.?\s+[^\W\d_][\w -]{{2,40}}?,?\s*(?:д\.?|дом)?\s*\d+\w?",
        ),
    )
)


@dataclass(frozen=True, slots=True)
class Identity:
    """What an organisation may be recognised by: names of it, its place and its people, and its numbers."""

    names: tuple[str, ...]
    numbers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Traces:
    """What to look for: words that name by themselves, words that do so together, and numbers."""

    telling: tuple[Trace, ...]
    generic: frozenset[str]
    numbers: tuple[re.Pattern[str], ...]


def masked(text: str, identity: Identity) -> str:
    """The text with names, numbers and addresses replaced by «…»."""
    return _masked(text, _traces_of(identity))


def masked_document(document: MatchDocument, identity: Identity) -> MatchDocument:
    """The document without what tells whose it is, in every text a reader or the index sees."""
    traces = _traces_of(identity)

    def clean(texts: Iterable[str]) -> tuple[str, ...]:
        return tuple(_masked(text, traces) for text in texts)

    nameless = (kind for kind in document.certificates if _masked(kind, traces) == readable(kind))
    return replace(
        document,
        title=_masked(document.title, traces),
        text=_masked(document.text, traces),
        extras=clean(document.extras),
        must_have=clean(document.must_have),
        certificates=frozenset(nameless),
    )


def _masked(text: str, traces: _Traces) -> str:
    text = readable(text)
    for pattern in (*traces.numbers, *_TELLING):
        text = pattern.sub(MASK, text)
    text = _QUOTED.sub(lambda found: MASK if _is_name(found[0], traces) else found[0], text)
    words = list(_WORD.finditer(text))
    hidden = _hidden(text, words, traces)
    parts, end = [], 0
    for word, hide in zip(words, hidden, strict=True):
        parts += [text[end : word.start()], MASK if hide else word[0]]
        end = word.end()
    return re.sub(rf"{MASK}(?:[\s-]*{MASK})+", MASK, "".join((*parts, text[end:])))


def _hidden(text: str, words: list[re.Match[str]], traces: _Traces) -> list[bool]:
    """Which words to mask: telling ones, and generic words of the name beside another word of it."""
    telling = [_tells(word[0], traces) for word in words]
    named = [tells or _is_generic(word[0], traces) for word, tells in zip(words, telling, strict=True)]
    joined = [
        named[at]
        and named[at + 1]
        and bool(_BETWEEN.fullmatch(text[words[at].end() : words[at + 1].start()]))
        for at in range(len(words) - 1)
    ]
    beside = [one or other for one, other in zip([False, *joined], [*joined, False], strict=True)]
    return [tells or near for tells, near in zip(telling, beside, strict=False)]


def _is_name(quoted: str, traces: _Traces) -> bool:
    """Whether all words in the quotes are words of the name."""
    words = [word for word in _WORD.findall(quoted) if not is_filler(normalise(word))]
    return bool(words) and all(_tells(word, traces) or _is_generic(word, traces) for word in words)


def _tells(word: str, traces: _Traces) -> bool:
    form = normalise(word)
    return any(is_form_of(form, trace) for trace in traces.telling)


def _is_generic(word: str, traces: _Traces) -> bool:
    return lemmatise(normalise(word)) in traces.generic


@lru_cache(maxsize=256)
def _traces_of(identity: Identity) -> _Traces:
    telling: list[str] = []
    generic: set[str] = set()
    for name in identity.names:
        parts = [normalise(part) for part in _WORD.findall(readable(name))]
        parts = [part for part in parts if not is_filler(part)]
        telling += [part for part in parts if lemmatise(part) not in _generic()]
        generic |= {lemmatise(part) for part in parts} & _generic()
        telling += _abbreviations(parts)
    return _Traces(
        tuple(trace_of(word) for word in dict.fromkeys(telling) if not word.isdigit()),
        frozenset(generic),
        tuple(map(_spaced, filter(None, identity.numbers))),
    )


def _abbreviations(parts: list[str]) -> Iterator[str]:
    """УЛЗ for «Уральский литейный завод», also as a part of a longer name."""
    initials = "".join(part[0] for part in parts)
    for start in range(len(initials) - 2):
        yield from (initials[start:end] for end in range(start + 3, len(initials) + 1))


def _spaced(number: str) -> re.Pattern[str]:
    """A number however its characters are set apart."""
    inside = r"[\s./-]*".join(re.escape(character) for character in number if character.isalnum())
    return re.compile(rf"(?<!\w)(?i:{inside})(?!\w)")


@lru_cache(maxsize=1)
def _generic() -> frozenset[str]:
    words = (word for line in data_lines("generic_names.txt") for word in line.split())
    return frozenset(lemmatise(normalise(word)) for word in words)
