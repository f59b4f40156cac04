"""What `smezhnik evaluate` prints of probabilities: the reliability table, its error, and a fitted curve."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

from rich.table import Table

from app.cli.session import screen
from app.matching.calibration import Curve, JudgedPair
from app.matching.evaluation import BINS, calibration_error, reliability
from app.matching.scoring import number
from app.usecases.evaluation import Fit
from app.vocabulary import Ground

DIGITS = 4


def calibration_figures(pairs: Iterable[JudgedPair]) -> dict[str, Any]:
    """The expected calibration error, its bins, and what the least probability would cut."""
    known = list(pairs)
    bins = reliability(known)
    below = [pair for pair in known if pair.probability < number("possible")]
    return {
        "ece": round(calibration_error(bins), DIGITS),
        "pairs": len(known),
        "bins": [
            {
                "from": each.low,
                "pairs": each.pairs,
                "share": round(each.share, DIGITS),
                "shown": round(each.shown, DIGITS),
                "right": round(each.right, DIGITS),
            }
            for each in bins
        ],
        "below_possible": {
            "pairs": round(_part(below, known), DIGITS),
            "right": round(_part(_right(below), _right(known)), DIGITS),
        },
    }


def fit_figures(found: Fit) -> dict[str, Any]:
    """The parameters of each ground's curve and the errors on pairs that they did not see."""
    return {
        "curves": {ground.value: _parameters(curve) for ground, curve in found.curves.items()},
        "ece_by_query": _errors(found.held_out_by_query),
        "ece_by_set": _errors(found.held_out_by_set),
    }


def show_calibration(name: str, pairs: Iterable[JudgedPair]) -> None:
    """Print the reliability table of a set."""
    figures = calibration_figures(pairs)
    table = Table("probability", "shown", "right", "pairs", title=f"{name}: ECE {figures['ece']:.3f}")
    for each in figures["bins"]:
        span = f"{each['from']:.1f}–{each['from'] + 1 / BINS:.1f}"
        table.add_row(span, f"{each['shown']:.3f}", f"{each['right']:.3f}", str(each["pairs"]))
    screen.print(table)
    cut = figures["below_possible"]
    screen.print(
        f"< {number('possible')}: {cut['pairs']:.3f} of the pairs, {cut['right']:.3f} of the right ones"
    )


def show_fit(found: Fit) -> None:
    """Print the parameters of each ground's curve and the errors on pairs that they did not see."""
    figures = fit_figures(found)
    for ground, parameters in figures["curves"].items():
        screen.print(f"{ground}: " + "  ".join(f"{name} {value}" for name, value in parameters.items()))
    table = Table("ECE", "held out by query", "held out by set")
    for name, error in figures["ece_by_query"].items():
        others = figures["ece_by_set"].get(name)
        table.add_row(name, f"{error:.3f}", "" if others is None else f"{others:.3f}")
    screen.print(table)


def _parameters(curve: Curve) -> dict[str, float]:
    found = {"slope": curve.slope, "intercept": curve.intercept}
    if curve.ground is Ground.ACROSS_SCRIPTS:
        found["by_words"] = curve.by_words
    return {name: round(value, DIGITS) for name, value in found.items()}


def _errors(sets: Mapping[str, Sequence[JudgedPair]]) -> dict[str, float]:
    """The error of each set and of all together, each set with the same weight."""
    groups = {**sets, "all": list(chain.from_iterable(sets.values()))} if len(sets) > 1 else sets
    return {name: round(calibration_error(reliability(pairs)), DIGITS) for name, pairs in groups.items()}


def _right(pairs: Iterable[JudgedPair]) -> list[JudgedPair]:
    return [pair for pair in pairs if pair.right]


def _part(some: Sequence[JudgedPair], of: Sequence[JudgedPair]) -> float:
    total = sum(pair.weight for pair in of)
    return sum(pair.weight for pair in some) / total if total else 0.0
