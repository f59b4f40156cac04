"""CSV as rows; a quote that is never closed costs its own line, not the rest of the file."""

import csv
import io
from collections.abc import Iterator

from app.errors import Violation
from app.files.limits import LINE_LENGTH
from app.files.tables import Row

DELIMITERS = (";", ",", "\t")


def delimiter_of(text: str) -> str:
    """The delimiter that stands most often in the first line."""
    first = next(iter(io.StringIO(text, newline="")), "")
    return max(DELIMITERS, key=first.count)


def rows(text: str, delimiter: str) -> Iterator[Row]:
    """The rows, numbered as a spreadsheet numbers them: a cell may go over several lines."""
    csv.field_size_limit(LINE_LENGTH)
    lines = list(io.StringIO(text, newline=""))
    position, number = 0, 1
    while position < len(lines):
        reader = csv.reader(lines[position:], delimiter=delimiter, strict=True)
        done = 0
        try:
            for cells in reader:
                yield Row(number, list(cells))
                number, done = number + 1, reader.line_num
            return
        except csv.Error as error:
            yield Row(number, [], Violation("", "csv_invalid", {"error": str(error)}))
            number, position = number + 1, position + done + 1
