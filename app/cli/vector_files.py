"""An encoder that remembers in a folder what it encoded: labelled sets do not change between two runs."""

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.matching.semantics import Encoder


class RememberingEncoder:
    """Another encoder's vectors, one file for each list of texts it was asked about."""

    def __init__(self, encoder: Encoder, folder: Path) -> None:
        self._encoder = encoder
        self._folder = folder

    @property
    def model(self) -> str:
        """Name and version of what makes the vectors."""
        return self._encoder.model

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of length 1, one row a text."""
        name = sha256("\0".join([self.model, *texts]).encode()).hexdigest()
        path = self._folder / f"{name}.npy"
        if path.is_file():
            return np.asarray(np.load(path), dtype=np.float32)
        vectors = self._encoder.encode(texts)
        self._folder.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".part")
        with unfinished.open("wb") as file:
            np.save(file, vectors)
        unfinished.replace(path)
        return vectors
