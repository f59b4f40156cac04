"""Words and codes that came after the build: their columns behind the base, and what they are related to.

One table for all indexes over one base; it only grows, and a term never changes its column. Only the
writer of an index adds to it, while others read.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from app.matching.reading import pieces
from app.matching.relations import Related, Relations

_REMEMBERED = 20_000


@dataclass(slots=True)
class Latecomers:
    """The columns of late words and codes, and the relations of late words in both directions."""

    width: int
    relations: Relations
    words: dict[str, int] = field(default_factory=dict)
    codes: dict[str, int] = field(default_factory=dict)
    terms: list[str] = field(default_factory=list)
    code_columns: set[int] = field(default_factory=set)
    related: dict[int, Related] = field(default_factory=dict)
    by_piece: dict[str, tuple[str, ...]] = field(default_factory=dict)
    looked_up: dict[str, Related] = field(default_factory=dict)

    def add_code(self, code: str) -> int:
        """The column of a code the base does not know."""
        if code not in self.codes:
            self.code_columns.add(self._take(code))
            self.codes[code] = self.width + len(self.terms) - 1
        return self.codes[code]

    def add_word(self, word: str) -> int:
        """The column of a word the base does not know, with its relations to all others."""
        if word in self.words:
            return self.words[word]
        related, column = self.related_to(word), self._take(word)
        self.related[column] = related
        for other, alike in zip(*(array.tolist() for array in related), strict=True):
            self.related[other] = _joined(self.related.get(other), [(column, alike)])
        for piece in set(pieces(word)):
            self.by_piece[piece] = (*self.by_piece.get(piece, ()), word)
        self.words[word] = column
        return column

    def of_column(self, column: int) -> Related:
        """The words related to that of a column, of the base or late."""
        late = self.related.get(column)
        if column >= self.width:
            return late or _joined(None, [])
        base = self.relations.of_column(column)
        return base if late is None else _both(base, late)

    def related_to(self, word: str) -> Related:
        """The words, of the base and late ones, related to a word that has no column."""
        if word not in self.looked_up:
            if len(self.looked_up) > _REMEMBERED:
                self.looked_up.clear()
            self.looked_up[word] = self.relations.of_new(word)
        base = self.looked_up[word]
        return _both(base, _joined(None, self._late_ones(word))) if self.words else base

    def term(self, column: int) -> str:
        """The word or code of a late column."""
        return self.terms[column - self.width]

    def _late_ones(self, word: str) -> list[tuple[int, float]]:
        near = {other for piece in set(pieces(word)) for other in self.by_piece.get(piece, ())}
        alike = (
            (self.words[other], self.relations.between(word, other)) for other in near if other in self.words
        )
        return sorted(one for one in alike if one[1])

    def _take(self, term: str) -> int:
        self.terms.append(term)
        return self.width + len(self.terms) - 1


def _joined(before: Related | None, more: Iterable[tuple[int, float]]) -> Related:
    pairs = list(more)
    added = (
        np.array([column for column, _ in pairs], dtype=np.int32),
        np.array([alike for _, alike in pairs], dtype=np.float32),
    )
    return added if before is None else _both(before, added)


def _both(one: Related, other: Related) -> Related:
    return np.concatenate([one[0], other[0]]), np.concatenate([one[1], other[1]])
