"""Writes docs/performance.md and its graphs from benchmarks/results: `python -m benchmarks.report`.

The page is written from the JSON files alone, so that a test can compare the two.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from benchmarks.command import RESULTS, Result, read, shown
from benchmarks.measuring import Row

PAGE = Path(__file__).parents[1] / "docs" / "performance.md"
GRAPHS = "performance"

HEAD = """\
# Performance

`make bench SIZE=moderate` measures everything on this page side by side and writes it. Sizes are
`tiny`, `small`, `moderate` and `large`.

Read the **ratios**. Contenders answer the same questions in turns in one run, a ratio compares times of the
same question in the same round, and its median stands here. A single time says how fast this machine was just
then, while others worked on it; it is no claim. The directories are invented (`benchmarks/corpus.py`: words
by Zipf's law around 600 topics; bare terms for the kernel), the same for every contender and every run.
"""


@dataclass(frozen=True, slots=True)
class Chapter:
    """A benchmark on the page: its heading, and how its ratios are read."""

    title: str
    reading: str


CHAPTERS: Mapping[str, Chapter] = {
    "kernel": Chapter("The lexical kernel", "× is the contender's time over ours; above 1 it is slower."),
    "dense": Chapter("The semantic channel", "× is the time over the exact product's; below 1 is faster."),
    "suggestions": Chapter(
        "A whole suggestion", "× is the contender's time over ours; above 1 it is slower."
    ),
    "updates": Chapter(
        "A change",
        "× of `with_changes` is its time over a build anew; × of a search is over the same without changes.",
    ),
    "memory": Chapter("Memory", "× is over the bytes of the texts and float16 vectors alone."),
    "start": Chapter("A start", "× is over reading the documents from SQLite alone."),
    "http": Chapter(
        "HTTP", "× is the rate over that of a fixed body from the bare server; higher is better."
    ),
}


class Measure(StrEnum):
    """What of a row a target is about."""

    RATIO = "ratio"
    INVERSE = "ratio, the other way round"
    MEDIAN = "this machine"


@dataclass(frozen=True, slots=True)
class Target:
    """What a contender must reach in every case whose name begins so: at most, or at least, the limit."""

    says: str
    where: tuple[str, str, str]
    measure: Measure
    limit: float
    at_least: bool = False

    def is_about(self, benchmark: str, row: Row) -> bool:
        """Whether this row must reach it."""
        wanted, case, contender = self.where
        return (benchmark, row.contender) == (wanted, contender) and row.case.startswith(case)

    def value(self, row: Row) -> float:
        """What is compared with the limit."""
        return {
            Measure.RATIO: row.ratio,
            Measure.INVERSE: 1 / row.ratio,
            Measure.MEDIAN: row.median,
        }[self.measure]

    def is_reached(self, row: Row) -> bool:
        """Whether this row is as good as the target asks."""
        return self.value(row) >= self.limit if self.at_least else self.value(row) <= self.limit


ONE_NEED = ("kernel", "one need")
TARGETS = (
    Target(
        "kernel: at most 2 × reading its postings once",
        (*ONE_NEED, "reading the postings once"),
        Measure.INVERSE,
        2,
    ),
    Target("kernel: tantivy at least 5 × slower", (*ONE_NEED, "tantivy"), Measure.RATIO, 5, at_least=True),
    Target(
        "kernel: bm25s at least 3 × slower", (*ONE_NEED, "bm25s (numba)"), Measure.RATIO, 3, at_least=True
    ),
    Target(
        "fresh suggestions: at least .25 of the rate of a fixed body",
        ("http", "", "suggestions, fresh"),
        Measure.RATIO,
        0.25,
        at_least=True,
    ),
    Target(
        "the same suggestions again: at least .60 of it",
        ("http", "", "suggestions, again"),
        Measure.RATIO,
        0.6,
        at_least=True,
    ),
    Target("memory: at most 4096 bytes a statement", ("memory", "", "smezhnik"), Measure.MEDIAN, 4096),
    Target("a change: at most 1 ms", ("updates", "", "with_changes"), Measure.MEDIAN, 0.001),
    Target("ready: at most 15 s after a start", ("start", "", "index from the database"), Measure.MEDIAN, 15),
)


def results(folder: Path = RESULTS) -> dict[str, tuple[Mapping[str, object], Result]]:
    """The results there are, in the order of the chapters, each with its machine."""
    files = {name: folder / f"{name}.json" for name in CHAPTERS}
    return {name: read(file) for name, file in files.items() if file.exists()}


def page(found: Mapping[str, tuple[Mapping[str, object], Result]]) -> str:
    """docs/performance.md."""
    parts = [HEAD, _machines(machine for machine, _ in found.values())]
    parts += ["## Targets\n", _targets({name: result for name, (_, result) in found.items()})]
    for name, (_, result) in found.items():
        parts += [f"## {CHAPTERS[name].title}\n", _chapter(result)]
    return "\n".join(parts)


def _machines(machines: Iterable[Mapping[str, object]]) -> str:
    lines = []
    for machine in machines:
        packages = machine["packages"]
        versions = ", ".join(f"{k} {v}" for k, v in packages.items()) if isinstance(packages, dict) else ""
        cores = f"{machine['processor']}, {machine['cores']} cores, shared with other work"
        lines.append(f"Measured on: {cores}; Python {machine['python']}; {versions}.\n")
    return "\n".join(dict.fromkeys(lines))


def _targets(found: Mapping[str, Result]) -> str:
    met = [
        (target, row)
        for target in TARGETS
        for name, result in found.items()
        for row in result.rows
        if target.is_about(name, row)
    ]
    rows = [
        (target.says, _size(row), row.case, _measured(target, row), _verdict(target, row))
        for target, row in met
    ]
    return _table(("target", "statements", "case", "measured", ""), rows)


def _measured(target: Target, row: Row) -> str:
    value = shown(row) if target.measure is Measure.MEDIAN else f"{target.value(row):.3g}"
    return f"{value} ({target.measure})"


def _verdict(target: Target, row: Row) -> str:
    return "reached" if target.is_reached(row) else "**not reached**"


def _chapter(result: Result) -> str:
    lines = [f"{_sentence(result.asks)} {CHAPTERS[result.benchmark].reading}\n"]
    lines += [f"![{CHAPTERS[result.benchmark].title}]({GRAPHS}/{result.benchmark}.svg)\n"]
    rows = [
        (_size(row), row.case, row.contender, shown(row), f"{row.ratio:.3g}", row.note) for row in result.rows
    ]
    lines += [_table(("statements", "case", "contender", "median, this machine", "×", "note"), rows)]
    lines += [f"Not measured: {name}, {reason}.\n" for name, reason in result.skipped.items()]
    return "\n".join(lines)


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def _size(row: Row) -> str:
    return f"{row.statements:,}".replace(",", " ")


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def main() -> None:
    """Writes the page and draws the graphs."""
    from benchmarks.graphs import draw

    found = results()
    PAGE.write_text(page(found))
    folder = PAGE.parent / GRAPHS
    folder.mkdir(exist_ok=True)
    for name, (_, result) in found.items():
        draw(result, folder / f"{name}.svg", CHAPTERS[name].title)


if __name__ == "__main__":
    main()
