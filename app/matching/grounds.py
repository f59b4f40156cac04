"""On what ground two statements are compared: a score means something else where words cannot speak."""

from dataclasses import dataclass

from app.vocabulary import Ground


@dataclass(frozen=True, slots=True)
class Basis:
    """What a pair's probability rests on beside its score: the ground, and the words of the shorter text."""

    ground: Ground = Ground.WORDS
    words: int = 1
