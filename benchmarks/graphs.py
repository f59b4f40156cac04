"""Graphs of the results as SVG: growth curves where there are several sizes, else bars of ratios.

The same results give the same bytes, so that a rerun changes only what was measured.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl

from benchmarks.command import UNITS, Result
from benchmarks.measuring import Row

mpl.use("svg")
mpl.rcParams.update(
    {
        "svg.hashsalt": "smezhnik",
        "svg.fonttype": "none",
        "font.family": "sans-serif",
        "font.size": 10,
        "axes.grid": True,
        "grid.alpha": 0.3,
        "axes.spines.top": False,
        "axes.spines.right": False,
    }
)

COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#555555", "#000000")
"""Okabe and Ito's, which differ for every eye; the first is ours."""

MOST_LINEAR = 50
"""Between the longest and the shortest bar; beyond it the short ones would not be seen."""

Line = tuple[Sequence[float], Sequence[float]]


def draw(result: Result, file: Path, title: str) -> None:
    """Draws a result into an SVG file."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 4.2), facecolor="white", layout="constrained")
    axes = figure.subplots()
    axes.set_title(title, loc="left")
    lines = _lines(result.rows)
    if any(len(across) > 1 for across, _ in lines.values()):
        _curves(axes, lines, result)
    else:
        _bars(axes, result.rows)
    figure.savefig(file, format="svg", metadata={"Date": None, "Creator": None})


def _lines(rows: Iterable[Row]) -> dict[str, Line]:
    """What grows: medians over statements, or over the changes before where those differ."""
    points: dict[str, list[tuple[float, float]]] = {}
    for row in rows:
        changed = _changed_before(row.case)
        name = row.contender if changed is None else f"{row.contender}, {row.statements:,}"
        across = row.statements if changed is None else changed
        points.setdefault(f"{name} (batch)" if "at once" in row.case else name, []).append(
            (across, row.median)
        )
    return {name: ([x for x, _ in several], [y for _, y in several]) for name, several in points.items()}


def _changed_before(case: str) -> int | None:
    count, _, rest = case.partition(" ")
    return int(count.replace(",", "")) if rest == "changed before" else None


def _curves(axes: Any, lines: Mapping[str, Line], result: Result) -> None:
    ours_first = sorted(lines, key=lambda name: not name.startswith("smezhnik"))
    unit = result.rows[0].unit
    factor, shown = UNITS[unit]
    for place, name in enumerate(ours_first):
        across, up = lines[name]
        style = "-" if place < len(COLOURS) else "--"
        width = 2.6 if name.startswith("smezhnik") else 1.4
        values = [value * factor for value in up]
        colour = COLOURS[place % len(COLOURS)]
        axes.plot(across, values, style, marker="o", color=colour, linewidth=width, label=name)
    changes = any(_changed_before(row.case) is not None for row in result.rows)
    if changes:
        axes.set_xscale("symlog", linthresh=100)
    else:
        axes.set_xscale("log")
    axes.set_xlabel("statements changed before" if changes else "statements")
    axes.set_yscale("linear" if unit == "B" else "log")
    axes.set_ylabel(f"median, {shown}, this machine")
    if unit == "B":
        axes.set_ylim(bottom=0)
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1), frameon=False)


def _bars(axes: Any, rows: Sequence[Row]) -> None:
    names = [row.contender for row in rows]
    axes.barh(range(len(rows)), [row.ratio for row in rows], color=COLOURS[0])
    axes.set_yticks(range(len(rows)), names)
    axes.invert_yaxis()
    axes.set_xlabel("ratio to the reference, which is 1")
    if max(row.ratio for row in rows) > MOST_LINEAR * min(row.ratio for row in rows):
        axes.set_xscale("log")
    for place, row in enumerate(rows):
        axes.text(row.ratio, place, f" {row.ratio:.3g}", va="center")
