"""Words, codes and meaning in one score: each channel speaks where it has something to say.

Where the question has vectors, words and parts of words keep a share of their weight and meaning takes
the rest; where it has none, the lexical channels keep all of it, so that scores stay comparable.
"""

from collections.abc import Sequence
from dataclasses import replace

from app.matching.documents import Passages
from app.matching.meanings import nearness
from app.matching.ranking import Asked
from app.matching.scoring import number
from app.matching.shelves import Candidate


def with_meaning(question: Passages, candidates: Sequence[Candidate]) -> list[Candidate]:
    """The candidates with what their meaning gives."""
    near = nearness(question, [candidate.reading.document.passages for candidate in candidates])
    return [
        replace(candidate, found={**candidate.found, "meaning": number("meaning") * value}, passage=passage)
        for candidate, (value, passage) in zip(candidates, near, strict=True)
    ]


def fused(asked: Asked, candidates: Sequence[Candidate]) -> list[Candidate]:
    """The candidates with the weights that hold beside meaning."""
    scales = asked.scales
    if not scales:
        return list(candidates)
    return [
        replace(one, found={name: given * scales.get(name, 1) for name, given in one.found.items()})
        for one in candidates
    ]
