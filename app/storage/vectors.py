"""Vectors of statements: computed once when a statement is written, kept with the name of their model."""

from hashlib import sha256

import numpy as np
from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.matching.documents import Passages
from app.storage.mapping import Table


class StatementVector(Table):
    """The passages of one statement: float16, row after row; `text_hash` tells of which text they are."""

    __tablename__ = "statement_vector"

    statement_id: Mapped[str] = mapped_column(
        ForeignKey("statement.id", ondelete="CASCADE"), primary_key=True
    )
    model: Mapped[str]
    text_hash: Mapped[str]
    dimensions: Mapped[int]
    passages: Mapped[bytes] = mapped_column(LargeBinary)

    def is_of(self, text: str) -> bool:
        """Whether these are the vectors of exactly this text: their passages are its sentences."""
        return self.text_hash == text_hash(text)

    def read(self) -> Passages:
        """The vectors as they were computed: passages x dimensions."""
        return np.frombuffer(self.passages, dtype=np.float16).reshape(-1, self.dimensions)


def text_hash(text: str) -> str:
    """By which a text is told from any other."""
    return sha256(text.encode()).hexdigest()
