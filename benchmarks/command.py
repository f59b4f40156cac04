"""The command line that all benchmarks share, and the file each leaves behind."""

import argparse
import json
import os
import platform
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from importlib import metadata
from pathlib import Path

from benchmarks.measuring import Row

SIZES = ("tiny", "small", "moderate", "large")
RESULTS = Path(__file__).parent / "results"
PACKAGES = ("numpy", "scipy", "scikit-learn", "numba", "bm25s", "tantivy", "sparse-dot-topn", "usearch")
UNITS = {"s": (1e3, "ms"), "B": (1.0, "bytes"), "1/s": (1.0, "a second"), "share": (1.0, "")}


@dataclass(frozen=True, slots=True)
class Result:
    """What a benchmark found: its question, its rows, and the peers that were not there, with the reason."""

    benchmark: str
    asks: str
    rows: Sequence[Row]
    skipped: Mapping[str, str] = field(default_factory=dict)


Benchmark = Callable[[str], Result]
"""From the name of a size to its result."""


def main(benchmark: Benchmark, arguments: Sequence[str] | None = None) -> Result:
    """Runs one benchmark from the command line: prints its table and writes its file."""
    parser = argparse.ArgumentParser(description=sys.modules[benchmark.__module__].__doc__)
    parser.add_argument("--size", choices=SIZES, default="small", help="how many statements (default: small)")
    parser.add_argument("--out", type=Path, default=RESULTS, help="folder of the JSON file")
    given = parser.parse_args(arguments)
    result = benchmark(given.size)
    print(table(result))
    given.out.mkdir(parents=True, exist_ok=True)
    write(result, given.size, given.out)
    return result


def write(result: Result, size: str, folder: Path) -> Path:
    """Keeps a result as JSON with what it was measured on."""
    file = folder / f"{result.benchmark}.json"
    whole = {"size": size, "machine": machine(), **asdict(result)}
    file.write_text(json.dumps(whole, ensure_ascii=False, indent=1) + "\n")
    return file


def read(file: Path) -> tuple[dict[str, object], Result]:
    """A result as it was written, and what it was measured on."""
    whole = json.loads(file.read_text())
    rows = [Row(**row) for row in whole["rows"]]
    return whole["machine"], Result(whole["benchmark"], whole["asks"], rows, whole["skipped"])


def machine() -> dict[str, object]:
    """What the measurement ran on; absolute times mean nothing without it."""
    found = {name: _version(name) for name in PACKAGES}
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "packages": {name: version for name, version in found.items() if version},
    }


def table(result: Result) -> str:
    """The rows for a terminal."""
    lines = [f"{result.benchmark}: {result.asks}", ""]
    lines += [
        f"{row.statements:>9,}  {row.case:<28} {row.contender:<34} {shown(row):>16}  "
        f"× {row.ratio:<8g} {row.note}"
        for row in result.rows
    ]
    lines += [f"not measured: {name}, {reason}" for name, reason in result.skipped.items()]
    return "\n".join(lines)


def shown(row: Row) -> str:
    """A median with its unit."""
    factor, unit = UNITS[row.unit]
    value = row.median * factor
    digits = f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
    return f"{digits} {unit}".strip()


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def _processor() -> str:
    described = Path("/proc/cpuinfo")
    lines = described.read_text().splitlines() if described.exists() else []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor() or platform.machine())
