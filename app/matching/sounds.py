"""Whether one word is a form of another, in whatever alphabet: by its lemma and by how it sounds."""

import re
from dataclasses import dataclass
from functools import lru_cache

from app.matching.text import lemmatise

_SHORTEST_STEM = 4
_LATIN = re.compile("[a-z]")
_CASES = ("a", "e", "i", "o", "u", "ah", "am", "ami", "ei", "em", "ia", "iam", "ie", "iu", "oi", "om", "ov")
_ENDINGS = frozenset(["", *_CASES])
"""What stands behind a short name in its cases, as it sounds."""

_LETTERS = str.maketrans(
    {
        **dict(zip("абвгдезийклмнопрстуфхъыьэё", "abvgdeziiklmnoprstufh\0i\0ee", strict=True)),
        **{"ж": "J", "ц": "ts", "ч": "C", "ш": "S", "щ": "S", "ю": "iu", "я": "ia"},
    }
)
_DIGRAPHS = (
    ("shch", "S"), ("sch", "S"), ("sh", "S"), ("ch", "C"), ("zh", "J"), ("kh", "h"), ("ph", "f"),
    ("tz", "ts"), ("c", "k"), ("x", "ks"), ("q", "k"), ("w", "v"), ("yo", "e"), ("ye", "e"), ("y", "i"),
    ("j", "i"), ("ee", "i"), ("oo", "u"),
)  # fmt: skip
"""Russian sounds as they are written in Latin letters; a capital stands for one sound of several letters."""


@dataclass(frozen=True, slots=True)
class Trace:
    """A word to recognise: its lemma, how it sounds, the sound of its stem and the consonants of that."""

    lemma: str
    sound: str
    stem: str
    consonants: str


def trace_of(form: str) -> Trace:
    """What the forms of this normalised word have in common."""
    sound = sound_of(form)
    stem = re.sub("[aeiou]{1,2}$", "", sound)
    stem = stem if len(stem) >= _SHORTEST_STEM else sound
    return Trace(lemmatise(form), sound, stem, _consonants(stem))


def is_form_of(form: str, trace: Trace) -> bool:
    """Whether a normalised word is an inflected, derived, compound or transliterated form of that word."""
    sound = sound_of(form)
    if lemmatise(form) == trace.lemma or sound == trace.sound:
        return True
    if len(trace.stem) < _SHORTEST_STEM:
        return len(trace.stem) == _SHORTEST_STEM - 1 and _behind(trace.stem, sound) in _ENDINGS
    return trace.stem in sound or _differs_by_vowels(sound, trace)


def _differs_by_vowels(sound: str, trace: Trace) -> bool:
    """A vowel may come and go inside a form: «вершок», «вершка»."""
    if len(trace.consonants) < _SHORTEST_STEM - 1 or sound[:3] != trace.sound[:3]:
        return False
    return _behind(trace.consonants, _consonants(sound)) in ("", "m", "v", "h")


def _behind(beginning: str, whole: str) -> str | None:
    return whole[len(beginning) :] if whole.startswith(beginning) else None


@lru_cache(maxsize=2**16)
def sound_of(form: str) -> str:
    """How a normalised word sounds, roughly: «Ромашка» and Romashka are one."""
    sound = form
    if _LATIN.search(form):  # also in a word of both alphabets
        for letters, one in _DIGRAPHS:
            sound = sound.replace(letters, one)
    sound = sound.translate(_LETTERS).replace("\0", "")
    return re.sub(r"(.)\1+", r"\1", sound)


@lru_cache(maxsize=2**16)
def _consonants(sound: str) -> str:
    return re.sub("[aeiou]", "", sound)
