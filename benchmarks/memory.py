"""Memory of an index per statement, vectors included, beside the bare texts and vectors it is made of.

Each size is measured in a process of its own: resident memory before the first statement and after the
index stands, when nothing else is kept. Needs Linux, which says it in /proc.
"""

import argparse
import gc
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from app.matching import kernel
from app.matching.documents import MatchDocument
from app.matching.engine import MatchIndex
from app.matching.partners import suggest_partners
from benchmarks.command import Result, main
from benchmarks.corpus import directory, geography, organisation, wishes
from benchmarks.measuring import Case, Row, row_of

SIZES = {
    "tiny": (400,),
    "small": (4_000, 12_000),
    "moderate": (12_000, 40_000, 120_000),
    "large": (12_000, 40_000, 120_000, 400_000),
}
OURS, RAW, PEAK = "smezhnik", "texts and vectors alone", "smezhnik, at the height of the build"


def measure(size: str) -> Result:
    """Measures each size in a fresh process; skipped where the system does not tell."""
    asks = "bytes of resident memory per statement: index, texts and vectors"
    if not _STATUS.exists():
        return Result("memory", asks, [], {"memory": f"{_STATUS} is not there"})
    rows: list[Row] = []
    for statements in SIZES[size]:
        rows += _rows(statements, _in_own_process(statements))
    return Result("memory", asks, rows)


def _rows(statements: int, found: dict[str, int]) -> list[Row]:
    case = Case(statements, "one index", RAW, "B")
    each = {name: [size / statements] for name, size in found.items()}
    return [row_of(case, name, measured, each[RAW]) for name, measured in each.items()]


def _in_own_process(statements: int) -> dict[str, int]:
    command = [sys.executable, "-m", __spec__.name, "--measure", str(statements)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, int] = json.loads(done.stdout)
    return found


_STATUS = Path("/proc/self/status")


def _memory(line: str) -> int:
    """Bytes the system counts for this process: VmRSS now, VmHWM at most."""
    found = next(one for one in _STATUS.read_text().splitlines() if one.startswith(line))
    return int(found.split()[1]) * 1024


def _measured(statements: int) -> dict[str, int]:
    """Bytes beyond those of an empty service: what is held, the index, the height of its build."""
    kernel.warm()
    _ask(MatchIndex.build(organisation(0), geography(), 1))
    gc.collect()
    before, raw = _memory("VmRSS"), [0]
    index = MatchIndex.build(_counted(directory(statements), raw), geography(), 1)
    _ask(index)
    gc.collect()
    return {
        RAW: raw[0],
        OURS: _memory("VmRSS") - before,
        PEAK: _memory("VmHWM") - before,
    }


def _counted(documents: Iterator[MatchDocument], raw: list[int]) -> Iterator[MatchDocument]:
    """The documents, while the bytes of their texts and vectors are summed up."""
    for document in documents:
        passages = document.passages
        raw[0] += len(f"{document.title}{document.text}".encode())
        raw[0] += passages.nbytes if passages is not None else 0
        yield document


def _ask(index: MatchIndex) -> None:
    suggest_partners(index, wishes(1), 10)


def _parsed() -> int | None:
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--measure", type=int)
    return parser.parse_known_args()[0].measure  # type: ignore[no-any-return]


if __name__ == "__main__":
    if (asked_for := _parsed()) is None:
        main(measure)
    else:
        print(json.dumps(_measured(asked_for), ensure_ascii=False))
