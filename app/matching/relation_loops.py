"""What words lend their relatives, compiled: the loop of `Relations.lend`."""

import numpy as np

from app.matching.machine import machine_code


@machine_code()
def lend(likeness, words, factor, sums):  # type: ignore[no-untyped-def]
    """Columns, ascending, and what is lent to each; and what comes back to the words themselves.

    `sums` has a zero for each word of the vocabulary, before and after.
    """
    (indptr, indices, data), (columns, weights) = likeness, words
    room, size, returned = 0, 0, 0.0
    for column in columns:
        room += indptr[column + 1] - indptr[column]
    touched = np.empty(room, np.int32)
    for i in range(len(columns)):
        for at in range(indptr[columns[i]], indptr[columns[i] + 1]):
            relative = indices[at]
            if sums[relative] == 0.0:
                touched[size] = relative
                size += 1
            sums[relative] += np.float64(data[at] * weights[i])
    found = np.sort(touched[:size])
    lent = np.empty(size, np.float32)
    for i in range(len(columns)):
        returned += np.float64(np.float32(sums[columns[i]] * factor)) * np.float64(weights[i])
    for i in range(size):
        lent[i] = sums[found[i]] * factor
        sums[found[i]] = 0.0
    return found, lent, returned
