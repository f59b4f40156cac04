"""Which code of a classifier a text is about: the official names vote, and say which words spoke.

Names are vectors of TF-IDF over lemmas (Salton and Buckley 1988); a name also carries, at less weight, the
names it stands under, because «прочие» says nothing without them. The nearest names vote for their
codes at every depth, each with its cosine to the power POWER: Yang and Chute 1994, nearest neighbours.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log

import numpy as np
from scipy.sparse import csr_array

from app.matching.lemmas import lemmatise
from app.matching.text import is_filler, tokenise

NEAREST = 40
POWER = 4.0
ABOVE = 0.2
"""Weight of the words of the names above; of .2, .4 and .7 this one was best (docs/quality.md)."""

DEPTHS = (2, 4, 6)
"""Digits at which codes are proposed and measured: class, group of kinds, kind."""


@dataclass(frozen=True, slots=True)
class Likely:
    """A code with the share of the votes it has, 0..1, and the words that speak for it, strongest first."""

    code: str
    confidence: float
    words: tuple[str, ...]


class CodeBook:
    """The names of a classifier, ready to vote; never changed after it is built."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self.codes = tuple(names)
        self.names = names
        read = {code: _lemmas(name) for code, name in names.items()}
        bags = [self._bag(code, read) for code in self.codes]
        found: defaultdict[str, int] = defaultdict(int)
        for bag in bags:
            for lemma in bag:
                found[lemma] += 1
        self._numbers = {lemma: number for number, lemma in enumerate(found)}
        self._idf = np.array([log(1 + len(bags) / count) for count in found.values()])
        self._matrix = self._weighed(bags)
        self._digits = [code.replace(".", "") for code in self.codes]

    def suggest(self, text: str, depth: int = DEPTHS[-1], most: int = 5) -> list[Likely]:
        """The codes of at most so many digits the text is likely about, best first; none without words."""
        shown = _shown(text)
        nearest = self._nearest(shown)
        votes: defaultdict[str, float] = defaultdict(float)
        best: dict[str, int] = {}
        for row, cosine in nearest:
            code = self._digits[row][:depth]
            votes[code] += cosine**POWER
            best.setdefault(code, row)
        total = sum(cosine**POWER for _, cosine in nearest)
        ranked = sorted(votes, key=lambda code: (-votes[code], code))[:most]
        return [Likely(dotted(code), votes[code] / total, self._words(shown, best[code])) for code in ranked]

    def _nearest(self, shown: Mapping[str, str]) -> list[tuple[int, float]]:
        known = [lemma for lemma in shown if lemma in self._numbers]
        if not known:
            return []
        columns = [self._numbers[lemma] for lemma in known]
        weights = self._idf[columns]
        # Words no name knows count too: a text mostly about something else is sure of nothing.
        length = float(np.sqrt((weights**2).sum() + (len(shown) - len(known)) * float(self._idf.max()) ** 2))
        question = np.zeros(len(self._numbers))
        question[columns] = weights / length
        cosines = self._matrix @ question
        top = np.argsort(-cosines, kind="stable")[:NEAREST]
        return [(int(row), float(cosines[row])) for row in top if cosines[row] > 0]

    def _words(self, shown: Mapping[str, str], row: int) -> tuple[str, ...]:
        start, end = self._matrix.indptr[row : row + 2]
        weights = dict(zip(self._matrix.indices[start:end], self._matrix.data[start:end], strict=True))
        held = {
            lemma: weights[number] * self._idf[number]
            for lemma in shown
            if (number := self._numbers.get(lemma)) in weights
        }
        return tuple(shown[lemma] for lemma in sorted(held, key=lambda lemma: -held[lemma])[:5])

    def _bag(self, code: str, read: Mapping[str, Sequence[str]]) -> dict[str, float]:
        bag: dict[str, float] = {}
        for above in parents(code):
            bag |= {lemma: max(ABOVE, bag.get(lemma, 0)) for lemma in read.get(above, ())}
        return bag | dict.fromkeys(read[code], 1.0)

    def _weighed(self, bags: Sequence[Mapping[str, float]]) -> csr_array:
        values, columns, starts = list[float](), list[int](), [0]
        for bag in bags:
            row = [
                (self._numbers[lemma], weight * self._idf[self._numbers[lemma]])
                for lemma, weight in bag.items()
            ]
            length = sum(value**2 for _, value in row) ** 0.5 or 1.0
            columns += [column for column, _ in row]
            values += [value / length for _, value in row]
            starts.append(len(columns))
        return csr_array((values, columns, starts), shape=(len(bags), len(self._numbers)))


def parents(code: str) -> Iterator[str]:
    """The codes above this one as classifiers write them, widest first."""
    for end in range(2, len(code)):
        if code[end - 1] != ".":
            yield code[:end]


def dotted(digits: str) -> str:
    """Digits as ОКПД2 and ОКВЭД2 write them: xx.xx.xx.xxx."""
    return ".".join(part for part in (digits[:2], digits[2:4], digits[4:6], digits[6:]) if part)


def _lemmas(text: str) -> list[str]:
    return list(_shown(text))


def _shown(text: str) -> dict[str, str]:
    """The lemmas of a text, each with the word as it stands in it."""
    return {
        lemmatise(token.form): token.shown
        for token in tokenise(text)
        if not is_filler(token.form) and len(token.form) > 1
    }


def accuracy(book: CodeBook, labelled: Sequence[tuple[str, str]], most: int = 1) -> dict[int, float]:
    """By number of digits: the share of texts whose code is among the first `most` proposed.

    Depths at which no code of the book can be right are left out: nobody proposes a code that is held out.
    """
    shares = {}
    wanted = {code for _, code in labelled}
    prefixes = {depth: {code.replace(".", "")[:depth] for code in book.codes} for depth in DEPTHS}
    for depth in DEPTHS:
        if not any(code.replace(".", "")[:depth] in prefixes[depth] for code in wanted):
            continue
        hits = sum(
            dotted(code.replace(".", "")[:depth])
            in [likely.code for likely in book.suggest(text, depth, most)]
            for text, code in labelled
        )
        shares[depth] = hits / len(labelled) if labelled else 0.0
    return shares
