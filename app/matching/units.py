"""What of a need a capability covers: the need's parts, in its own words, each found or not."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from app.matching.documents import MatchDocument
from app.matching.reading import forms_of, full_text
from app.matching.scoring import number
from app.matching.text import lemmatise, tokenise

# A dot or comma inside a number or a code is no border.
_BORDER = re.compile(r"[;\n]|[.,](?=\s|$)")

STEM, WHOLE_STEM = 4, 5
"""Letters that two words must begin with alike, and that one must have to count inside another."""

ASKING = frozenset(
    [
        "нужный",
        "нужно",
        "требоваться",
        "необходимый",
        "искать",
        "закупать",
        "покупать",
        "купить",
        "need",
        "require",
    ]
)
"""How a need begins that says no more by it than that it is one, as lemmas."""

# Read units and supplies are remembered: a statement meets many others, and is asked about again.

Idf = Callable[[str], float]


@dataclass(frozen=True, slots=True)
class Unit:
    """A part of a need: its words as they stand there, and as they are compared, by their lemmas."""

    shown: str
    forms: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Coverage:
    """Which parts of a need a capability covers, and which it leaves open."""

    covered: tuple[str, ...]
    uncovered: tuple[str, ...]

    @property
    def share(self) -> float:
        """The covered part of all parts, 0..1; nothing asked is nothing covered."""
        total = len(self.covered) + len(self.uncovered)
        return len(self.covered) / total if total else 0.0


NOTHING_ASKED = Coverage((), ())


@dataclass(frozen=True, slots=True)
class Supply:
    """What a capability offers, as sets to look words up in."""

    lemmas: frozenset[str]
    forms: str
    whole_stems: tuple[str, ...]
    by_beginning: Mapping[str, tuple[str, ...]]

    def has(self, form: str, lemma: str) -> bool:
        """Whether a word is offered, in any form, inside another word or as one of the same stem."""
        if lemma in self.lemmas:
            return True
        if any(map(str.isdigit, form)):
            return False  # a designation is met or not: М8 is no half of М80
        return self._has_related(form) or (lemma != form and self._has_related(lemma))

    def _has_related(self, word: str) -> bool:
        if len(word) >= WHOLE_STEM and word in self.forms:
            return True
        if any(map(word.__contains__, self.whole_stems)):
            return True
        return any(_share_stem(word, other) for other in self.by_beginning.get(word[:STEM], ()))


@lru_cache(maxsize=1024)
def units_of(need: MatchDocument) -> tuple[Unit, ...]:
    """The parts of a need: its must-have list, else the clauses of its text; parts of filler are none."""
    return required_units(need) or _clauses(need)


def _clauses(need: MatchDocument) -> tuple[Unit, ...]:
    """The clauses of the text, and the title where it says more than they do."""
    clauses = _units(_BORDER.split(need.text))
    said = {form for unit in clauses for form in unit.forms}
    title = [unit for unit in _units((need.title,)) if not said.issuperset(unit.forms)]
    return (*title, *clauses)


@lru_cache(maxsize=1024)
def required_units(need: MatchDocument) -> tuple[Unit, ...]:
    """The parts a need insists on."""
    return _units(need.must_have)


@lru_cache(maxsize=4096)
def supply_of(capability: MatchDocument) -> Supply:
    """The words of a capability, its organisation's certificates among them."""
    forms = dict.fromkeys(forms_of("\n".join((full_text(capability), *sorted(capability.certificates)))))
    by_beginning: dict[str, tuple[str, ...]] = {}
    for form in forms:
        by_beginning[form[:STEM]] = (*by_beginning.get(form[:STEM], ()), form)
    return Supply(
        frozenset(map(lemmatise, forms)),
        "\n".join(forms),
        tuple(form for form in forms if len(form) >= WHOLE_STEM),
        by_beginning,
    )


def coverage(units: Iterable[Unit], supply: Supply, idf: Idf) -> Coverage:
    """Each unit is covered when at least half of its idf weight is found in the supply."""
    covered: list[str] = []
    uncovered: list[str] = []
    for unit in units:
        (covered if _is_covered(unit, supply, idf) else uncovered).append(unit.shown)
    return Coverage(tuple(covered), tuple(uncovered))


def _units(texts: Iterable[str]) -> tuple[Unit, ...]:
    units = (Unit(_without_asking(" ".join(text.split())), _lemmas_of(text)) for text in texts)
    return tuple({unit.shown: unit for unit in units if unit.forms}.values())


def _lemmas_of(text: str) -> Mapping[str, str]:
    return {form: lemmatise(form) for form in forms_of(text)}


def _without_asking(text: str) -> str:
    """The text without the asking before it: «нужны болты М12» is about болты М12. A «не» or «без» stays."""
    first, _, rest = text.partition(" ")
    asks = all(lemmatise(token.form) in ASKING for token in tokenise(first))
    return rest if rest and asks else text


def _is_covered(unit: Unit, supply: Supply, idf: Idf) -> bool:
    weights = list(map(idf, unit.forms.values()))
    enough, found = number("unit_covered") * sum(weights), 0.0
    for (form, lemma), weight in zip(unit.forms.items(), weights, strict=True):
        found += weight if found < enough and supply.has(form, lemma) else 0.0
    return found >= enough


def _share_stem(one: str, other: str) -> bool:
    """Words of one stem: чугун, чугунный."""
    shorter, longer = sorted((len(one), len(other)))
    stem = max(int(number("word_found_by_parts") * longer), STEM)
    return shorter >= stem and one[:stem] == other[:stem]
