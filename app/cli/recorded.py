"""`smezhnik evaluate --recorded`: how good suggestions were by the association's own outcomes."""

import json
from collections.abc import Mapping
from typing import Any

import typer
from rich.table import Table
from typer.core import TyperCommand

from app.cli.reliability import calibration_figures, show_calibration
from app.cli.session import EXIT_SETTINGS, fail, running, screen, settings_or_exit
from app.matching.proportions import Share
from app.usecases.recorded import ALL, ENOUGH, Recorded, measure

RECORDED = "--recorded"
TITLES = {
    "useful": "полезно из оценённых / useful of rated",
    "interest": "интерес из показанных / interest of shown",
    "acceptance": "принято из отвеченных / accepted of answered",
}
DIGITS = 4


class EvaluateCommand(TyperCommand):
    """`evaluate`, which with --recorded looks into the database and takes no sets."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Take --recorded before anything else is asked for."""
        if RECORDED not in args:
            return super().parse_args(ctx, args)
        other = set(args) - {RECORDED, "--json"}
        if other:
            fail(f"{RECORDED} goes with --json only, not with {' '.join(sorted(other))}", EXIT_SETTINGS)
        show_recorded(as_json="--json" in args)
        raise typer.Exit


def show_recorded(as_json: bool) -> None:
    """Print the shares by place in the list with their intervals, and the reliability of probabilities."""
    with running(settings_or_exit()) as runtime, runtime.database.reading() as session:
        found = measure(session)
    if as_json:
        typer.echo(_as_json(found))
        return
    for name, title in TITLES.items():
        _show(title, getattr(found, name))
    if found.judged:
        show_calibration("recorded", found.judged)
    _warn("вероятности / probabilities", len(found.judged))


def _show(title: str, shares: Mapping[str, Share]) -> None:
    table = Table("место / rank", "доля / share", "95 %", "n", title=title)
    for rank, share in shares.items():
        few = " (мало / few)" if 0 < share.cases < ENOUGH else ""
        value = f"{share.value:.2f}{few}" if share.cases else "—"
        span = f"{share.low:.2f}–{share.high:.2f}" if share.cases else "—"
        table.add_row(rank, value, span, f"{share.hits}/{share.cases}")
    screen.print(table)
    _warn(title, shares[ALL].cases)


def _warn(what: str, cases: int) -> None:
    if cases < ENOUGH:
        screen.print(
            f"Данных мало / too little data to conclude anything: {what}: {cases} < {ENOUGH}",
            highlight=False,
        )


def _as_json(found: Recorded) -> str:
    figures: dict[str, Any] = {
        name: {
            rank: {
                "share": round(share.value, DIGITS) if share.cases else None,
                "low": round(share.low, DIGITS),
                "high": round(share.high, DIGITS),
                "hits": share.hits,
                "cases": share.cases,
                "enough": share.cases >= ENOUGH,
            }
            for rank, share in getattr(found, name).items()
        }
        for name in TITLES
    }
    figures["reliability"] = calibration_figures(found.judged) if found.judged else None
    figures["reliability_enough"] = len(found.judged) >= ENOUGH
    return json.dumps(figures, ensure_ascii=False)
