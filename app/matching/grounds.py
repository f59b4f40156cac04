"""On what ground two statements are compared: a score means something else where words cannot speak."""

from dataclasses import dataclass
from enum import StrEnum


class Ground(StrEnum):
    """What of two statements is compared."""

    WORDS = "words"
    """Words and codes only: meaning is not known."""
    MEANING = "meaning"
    """Meaning beside words and codes."""
    ACROSS_SCRIPTS = "across_scripts"
    """Meaning and codes: the texts share no script, so no words."""


@dataclass(frozen=True, slots=True)
class Basis:
    """What a pair's probability rests on beside its score: the ground, and the words of the shorter text."""

    ground: Ground = Ground.WORDS
    words: int = 1
