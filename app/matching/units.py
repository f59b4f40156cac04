"""What of a need a capability covers: the need's parts, in its own words, each found or not."""

import re
from collections.abc import Callable, Iterable
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

Idf = Callable[[str], float]


@dataclass(frozen=True, slots=True)
class Unit:
    """A part of a need: its words as they stand there, and as they are compared."""

    shown: str
    forms: tuple[str, ...]


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
    forms: frozenset[str]


def units_of(need: MatchDocument) -> tuple[Unit, ...]:
    """The parts of a need: its must-have list, else the clauses of its text; parts of filler are none."""
    return required_units(need) or _clauses(need)


def _clauses(need: MatchDocument) -> tuple[Unit, ...]:
    """The clauses of the text, and the title where it says more than they do."""
    clauses = _units(_BORDER.split(need.text))
    said = {form for unit in clauses for form in unit.forms}
    title = [unit for unit in _units((need.title,)) if not said.issuperset(unit.forms)]
    return (*title, *clauses)


def required_units(need: MatchDocument) -> tuple[Unit, ...]:
    """The parts a need insists on."""
    return _units(need.must_have)


def supply_of(capability: MatchDocument) -> Supply:
    """The words and pieces of words of a capability, its organisation's certificates among them."""
    forms = forms_of("\n".join((full_text(capability), *sorted(capability.certificates))))
    return Supply(frozenset(map(lemmatise, forms)), frozenset(forms))


def coverage(units: Iterable[Unit], supply: Supply, idf: Idf) -> Coverage:
    """Each unit is covered when at least half of its idf weight is found in the supply."""
    covered: list[str] = []
    uncovered: list[str] = []
    for unit in units:
        (covered if _is_covered(unit, supply, idf) else uncovered).append(unit.shown)
    return Coverage(tuple(covered), tuple(uncovered))


def _units(texts: Iterable[str]) -> tuple[Unit, ...]:
    units = (Unit(_without_asking(" ".join(text.split())), forms_of(text)) for text in texts)
    return tuple({unit.shown: unit for unit in units if unit.forms}.values())


def _without_asking(text: str) -> str:
    """The text without the asking before it: «нужны болты М12» is about болты М12. A «не» or «без» stays."""
    first, _, rest = text.partition(" ")
    asks = all(lemmatise(token.form) in ASKING for token in tokenise(first))
    return rest if rest and asks else text


def _is_covered(unit: Unit, supply: Supply, idf: Idf) -> bool:
    weights = {form: idf(lemmatise(form)) for form in unit.forms}
    found = sum(weight for form, weight in weights.items() if _is_found(form, supply))
    return found >= number("unit_covered") * sum(weights.values())


def _is_found(form: str, supply: Supply) -> bool:
    lemma = lemmatise(form)
    if lemma in supply.lemmas:
        return True
    if any(map(str.isdigit, form)):
        return False  # a designation is met or not: М8 is no half of М80
    return any(_are_related(form, other) or _are_related(lemma, other) for other in supply.forms)


@lru_cache(maxsize=2**16)
def _are_related(one: str, other: str) -> bool:
    """Words of one stem (чугун, чугунный) or one inside the other (стекловолокно, волокно)."""
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) >= WHOLE_STEM and shorter in longer:
        return True
    stem = max(int(number("word_found_by_parts") * len(longer)), STEM)
    return one[:stem] == other[:stem] and len(shorter) >= stem
