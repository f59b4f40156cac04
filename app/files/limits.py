"""How large a file may be; RELIABILITY.md T10 names these figures."""

FILE_BYTES = 10_000_000
UNPACKED_BYTES = 100_000_000
"""What a spreadsheet may come to when it is unpacked, and all its cells when they are read."""

PARTS = 200
ROWS = 20_000
COLUMNS = 100
CELL_LENGTH = 32_767
"""Characters in a cell, the most that Excel holds."""

LINE_LENGTH = 1_000_000
"""Characters in one line of text; a longer one is no directory entry."""

MEMORY_BYTES = 256 * 2**20
"""What reading a spreadsheet may take above what the reader itself needs."""

CPU_SECONDS = 20
