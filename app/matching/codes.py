"""ОКПД2, ОКВЭД2 and ТН ВЭД codes: ancestors and closeness, from the code string alone.

ОКПД2 and ОКВЭД2 are built on CPA and NACE: their first four digits (xx.xx) are one system, so codes
of the two are comparable down to the class and no further. The first six digits of ОКПД2 are CPA 2008,
the first four of ОКВЭД2 are NACE Rev. 2 (introductions to ОК 034-2014 and ОК 029-2014).
"""

from functools import lru_cache

from app.matching.scoring import CODE_LEVEL_VALUES
from app.vocabulary import CodeScheme

Code = tuple[CodeScheme, str]

_SHARED_DIGITS = 4
_SUBCATEGORY = 6
_TNVED_LEVELS = (2, 4, 6, 8, 10)


@lru_cache(maxsize=2**16)
def ancestors(code: Code) -> tuple[str, ...]:
    """The code and all it lies under, widest first, as "scheme:code" (class:xx.xx where schemes agree)."""
    scheme, text = code
    digits = text.replace(".", "").replace(" ", "")
    if scheme is CodeScheme.TNVED:
        return tuple(f"tnved:{digits[:n]}" for n in _TNVED_LEVELS if n <= len(digits))
    prefixes = [digits[:n] for n in range(2, min(len(digits), _SUBCATEGORY) + 1)]
    # ОКПД2 ends in xx0 for a category and xxx for a subcategory; 000 is not divided further.
    if digits[_SUBCATEGORY:].strip("0"):
        prefixes += dict.fromkeys((f"{digits[:8]:0<9}", digits))
    return tuple(_name(scheme, prefix) for prefix in prefixes)


@lru_cache(maxsize=2**16)
def depth(ancestor: str) -> int:
    """How many digits an ancestor has."""
    return sum(map(str.isdigit, ancestor.partition(":")[2]))


def level_value(ancestor: str) -> float:
    """How much it says that two statements share this ancestor, 0..1."""
    return CODE_LEVEL_VALUES[min(depth(ancestor), len(CODE_LEVEL_VALUES) - 1)]


def closeness(one: Code, other: Code) -> float:
    """How close two codes are, 0..1: the value of their deepest shared ancestor."""
    shared = set(ancestors(one)) & set(ancestors(other))
    return max(map(level_value, shared), default=0.0)


def readable(ancestor: str) -> str:
    """The ancestor as a person writes it: without the scheme."""
    return ancestor.partition(":")[2]


def _name(scheme: CodeScheme, digits: str) -> str:
    dotted = ".".join(part for part in (digits[:2], digits[2:4], digits[4:6], digits[6:]) if part)
    return f"{'class' if len(digits) <= _SHARED_DIGITS else scheme}:{dotted}"
