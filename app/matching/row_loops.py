"""The delta's loop, compiled: documents read forward against a query laid out as a table."""

import numpy as np

from app.matching.machine import machine_code


@machine_code()
def _sum_row(entries, at, table, given):  # type: ignore[no-untyped-def]
    """Puts the products of the row that begins at an entry into `given`; says where the next one begins."""
    columns, weights, rows = entries
    row = rows[at]
    given[:] = 0.0
    while at < len(rows) and rows[at] == row:
        if columns[at] < len(table):
            for block in range(len(given)):
                given[block] += weights[at] * table[columns[at], block]
        at += 1
    return at


@machine_code()
def add_rows(entries, table, sums):  # type: ignore[no-untyped-def]
    """Adds the products of rows with a query, a table (columns x blocks); a row's entries stand together."""
    rows, at = entries[2], 0
    given = np.zeros(len(sums), np.float64)
    while at < len(rows):
        row = rows[at]
        at = _sum_row(entries, at, table, given)
        for block in range(len(sums)):
            sums[block, row] = given[block]
