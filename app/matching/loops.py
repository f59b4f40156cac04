"""The loops of the kernel, compiled: term at a time into float32 accumulators, one scan for the best k.

The scan compares 256 documents at once with the k-th best so far and looks closer only where one beats it.
What calls each other is in one module: numba's cache on disk looks only at the file of what it loads.
"""

import numba
import numpy as np

from app.matching.machine import machine_code

_WIDE = 256  # documents looked at together: enough that starting the loops costs little


@machine_code()
def _add(postings, query, sums):  # type: ignore[no-untyped-def]
    (indptr, documents, weights), (columns, given, blocks) = postings, query
    for i in range(len(columns)):
        column = columns[i]
        if column + 1 < len(indptr):
            weight, own = given[i], sums[blocks[i]]
            for at in range(indptr[column], indptr[column + 1]):
                own[documents[at]] += weight * weights[at]


@machine_code()
def _worse(kept, one, other):  # type: ignore[no-untyped-def]
    rows, totals, order = kept
    if totals[one] != totals[other]:
        return totals[one] < totals[other]
    return order[rows[one]] > order[rows[other]]


@machine_code()
def _sink(heap, size, kept):  # type: ignore[no-untyped-def]
    """Restores a heap of places, the worst on top, after its top was replaced."""
    moved, at = heap[0], 0
    child = 1
    while child < size:
        if child + 1 < size and _worse(kept, heap[child + 1], heap[child]):
            child += 1
        if not _worse(kept, heap[child], moved):
            break
        heap[at] = heap[child]
        at, child = child, 2 * child + 1
    heap[at] = moved


@machine_code()
def _rise(heap, at, kept):  # type: ignore[no-untyped-def]
    """Restores a heap after something was put at its end."""
    moved = heap[at]
    while at > 0 and _worse(kept, moved, heap[(at - 1) // 2]):
        heap[at] = heap[(at - 1) // 2]
        at = (at - 1) // 2
    heap[at] = moved


@machine_code()
def _offer(heap, size, row, total, kept):  # type: ignore[no-untyped-def]
    """The place a document takes among the best, or -1; the last place of `kept` is for who only asks."""
    rows, totals, _ = kept
    k = len(rows) - 1
    rows[size], totals[size] = row, total
    if size < k:
        heap[size] = size
        _rise(heap, size, kept)
        return size
    if not _worse(kept, heap[0], k):
        return -1
    place = heap[0]
    rows[place], totals[place] = row, total
    _sink(heap, k, kept)
    return place


@machine_code()
def _count(values, least):  # type: ignore[no-untyped-def]
    """How many values reach the least; as int32 over a whole array, or LLVM compares one by one."""
    found = np.int32(0)
    for i in range(len(values)):
        found += np.int32(1) if values[i] >= least else np.int32(0)
    return found


@machine_code()
def _totals(sums, start, room):  # type: ignore[no-untyped-def]
    """The totals of the documents from `start` on, in `room` where there are several blocks."""
    end = start + len(room)
    if len(sums) == 1:
        return sums[0][start:end]
    room[:] = 0
    for block in range(len(sums)):
        given = sums[block][start:end]
        for i in range(len(room)):
            room[i] += given[i]
    return room


@machine_code()
def _is_reached(sums, start, end, floors):  # type: ignore[no-untyped-def]
    """Whether some block of some document from start to end is above its floor."""
    for block in range(len(floors)):
        if _count(sums[block][start:end], np.nextafter(floors[block], np.float32(np.inf))):
            return True
    return False


@machine_code()
def _enter(sums, found, allowed, floors, best, so_far):  # type: ignore[no-untyped-def]
    """Takes those of some documents that are among the best; how many there are now, and the least of k."""
    (start, total), (heap, kept, by_block), (size, least) = found, best, so_far
    k = len(heap) - 1
    for i in range(len(total)):
        row = start + i
        if total[i] >= least and allowed[row] and _is_reached(sums, row, row + 1, floors):
            place = _offer(heap, size, row, total[i], kept)
            if place >= 0:
                by_block[place] = sums[:, row]
                size = min(size + 1, k)
                least = kept[1][heap[0]] if size == k else least
    return size, least


@machine_code()
def _scan(sums, order, allowed, floors, k):  # type: ignore[no-untyped-def]
    """The best so far as a heap of places, and what is kept in the places; clears the sums."""
    blocks, n = sums.shape
    kept = (np.zeros(k + 1, np.intp), np.zeros(k + 1, np.float32), order)
    best = (np.zeros(k + 1, np.intp), kept, np.zeros((k + 1, blocks), np.float32))
    room, size, least = np.zeros(_WIDE, np.float32), 0, np.float32(-np.inf)
    for start in range(0, n, _WIDE):
        end = min(start + _WIDE, n)
        total = _totals(sums, start, room[: end - start])
        if k and (_count(total, least) if size == k else _is_reached(sums, start, end, floors)):
            size, least = _enter(sums, (start, total), allowed, floors, best, (size, least))
    sums[:] = 0
    return best[0], size, kept, best[2]


@machine_code()
def best(terms, sums, documents, rows, floors, k):  # type: ignore[no-untyped-def]
    """What `best_of_sums` gives; `sums` (blocks x documents) are zeros before and after."""
    postings, query = terms
    _add(postings, query, sums)
    return best_of_sums(sums, documents, rows, floors, k)


@machine_code()
def best_of_sums(sums, documents, rows, floors, k):  # type: ignore[no-untyped-def]
    """Rows, totals and block sums of the k best, and the block sums of `rows`, from sums that it clears."""
    order, allowed = documents
    asked = np.empty((len(sums), len(rows)), np.float32)
    for block in range(len(sums)):
        for i in range(len(rows)):
            asked[block, i] = sums[block, rows[i]]
    heap, size, kept, by_block = _scan(sums, order, allowed, floors, min(k, len(order)))
    places = np.zeros(size, np.intp)
    for left in range(size - 1, -1, -1):
        places[left] = heap[0]
        heap[0] = heap[left]
        _sink(heap, left, kept)
    return kept[0][places], kept[1][places], by_block[places].T.copy(), asked


@machine_code(parallel=True)
def best_of_each(postings, queries, sums, documents, floors, out):  # type: ignore[no-untyped-def]
    """`best` of every query into `out`: rows, totals, block sums and how many were found."""
    (starts, columns, given, blocks), (order, masks) = queries, documents
    rows, totals, by_block, found = out
    threads = len(sums)
    for thread in numba.prange(threads):
        for q in range(thread, len(starts) - 1, threads):
            own = slice(starts[q], starts[q + 1])
            query, open_to = (columns[own], given[own], blocks[own]), masks[min(q, len(masks) - 1)]
            nobody = np.zeros(0, np.intp)
            answer = best((postings, query), sums[thread], (order, open_to), nobody, floors, rows.shape[1])
            n = found[q] = len(answer[0])
            rows[q, :n], totals[q, :n], by_block[q, :, :n] = answer[0], answer[1], answer[2]
