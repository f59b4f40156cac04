"""`smezhnik evaluate`: the engine's figures on labelled sets, and how true its probabilities are."""

import json
from collections.abc import Iterable
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import Progress
from rich.table import Table

from app.bootstrap import build_index
from app.cli.reliability import calibration_figures, fit_figures, show_calibration, show_fit
from app.cli.session import EXIT_SETTINGS, fail, notes, refusal, screen, settings_or_exit
from app.cli.vector_files import RememberingEncoder
from app.configured import encoder_of
from app.errors import AppError
from app.matching.calibration import JudgedPair
from app.matching.documents import Index, MatchDocument
from app.matching.geography import Geography
from app.matching.semantics import Encoder
from app.settings import Settings
from app.usecases.evaluation import Evaluated, LabelledSet, read_set
from app.usecases.evaluation import evaluate as evaluate_set
from app.usecases.evaluation import fit as fit_curve

ALL = "all"
Results = dict[str, Evaluated]
Folders = Annotated[
    list[Path],
    typer.Argument(
        metavar="DIR...",
        exists=True,
        file_okay=False,
        help="With corpus.jsonl, queries.jsonl, qrels.tsv.",
    ),
]


def placeless(documents: Iterable[MatchDocument]) -> Index:
    """The engine over documents that are nowhere, as those of a labelled set."""
    return build_index(Geography({}), documents, version=0)


def evaluate(
    folders: Folders,
    strict: Annotated[
        list[int] | None,
        typer.Option(
            min=1,
            help="Grade from which an answer counts as right: one for all, or one for each DIR. [default: 1]",
        ),
    ] = None,
    calibration: Annotated[
        bool, typer.Option("--calibration", help="Also compare probabilities with what was right.")
    ] = False,
    fit: Annotated[
        bool, typer.Option("--fit", help="Also fit the curves from scores to probabilities anew.")
    ] = False,
    cache: Annotated[
        Path | None, typer.Option(file_okay=False, help="Folder that keeps the encoder's vectors.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON, one line a set.")] = False,
) -> None:
    """Measure nDCG@10, Recall@100 and MRR@10 of the engine, as it is configured for everybody.

    With --recorded, and --json where wanted, instead: how good suggestions were by what members said and did.
    """
    settings = settings_or_exit()
    grades = _grades(strict or [1], len(folders))
    try:
        sets = [read_set(folder) for folder in folders]
        encoder = _encoder(settings, cache)
        results = _measured(sets, grades, encoder)
        figures = [
            _figures(each, results[each.name], grade) for each, grade in zip(sets, grades, strict=True)
        ]
        (_print_json if as_json else _print)(figures, results, calibration, fit)
    except AppError as error:
        fail(refusal(error, settings.language))


def _grades(strict: list[int], sets: int) -> list[int]:
    if len(strict) not in (1, sets):
        fail(f"--strict: {len(strict)} ≠ {sets} DIR", EXIT_SETTINGS)
    return strict * sets if len(strict) == 1 else strict


def _encoder(settings: Settings, cache: Path | None) -> Encoder | None:
    encoder = encoder_of(settings)
    return encoder if encoder is None or cache is None else RememberingEncoder(encoder, cache)


def _measured(sets: list[LabelledSet], grades: list[int], encoder: Encoder | None) -> Results:
    results: Results = {}
    for labelled, grade in zip(sets, grades, strict=True):
        if labelled.name in results:
            fail(f"DIR: {labelled.name} = {labelled.name}", EXIT_SETTINGS)
        with Progress(console=notes, transient=True) as progress:
            task = progress.add_task(labelled.name, total=len(labelled.queries))
            advance = partial(progress.advance, task)
            results[labelled.name] = evaluate_set(labelled, grade, encoder, placeless, advance)
    return results


def _figures(labelled: LabelledSet, result: Evaluated, strict: int) -> dict[str, Any]:
    return {
        "set": labelled.name,
        "queries": len(labelled.judgements),
        "ndcg@10": round(result.quality.ndcg_at_10, 6),
        "recall@100": round(result.quality.recall_at_100, 6),
        "mrr@10": round(result.quality.mrr_at_10, 6),
        "docs": len(labelled.corpus),
        "seconds": round(result.seconds, 3),
        "strict": strict,
        "answerable": result.quality.answerable,
    }


def _print_json(figures: list[dict[str, Any]], results: Results, calibration: bool, fitting: bool) -> None:
    lines = list(figures)
    if calibration:
        lines = [{**one, "calibration": calibration_figures(results[one["set"]].pairs)} for one in figures]
    if calibration and len(results) > 1:
        lines.append({"set": ALL, "calibration": calibration_figures(_all_pairs(results))})
    if calibration:
        lines += [
            {"set": ALL, "ground": ground, "calibration": calibration_figures(pairs)}
            for ground, pairs in _by_ground(results).items()
        ]
    if fitting:
        lines.append({"set": ALL, "fit": fit_figures(fit_curve(_pairs_of(results)))})
    for line in lines:
        typer.echo(json.dumps(line, ensure_ascii=False))


def _print(figures: list[dict[str, Any]], results: Results, calibration: bool, fitting: bool) -> None:
    table = Table(*figures[0].keys())
    for one in figures:
        table.add_row(*(f"{value:.3f}" if isinstance(value, float) else str(value) for value in one.values()))
    screen.print(table)
    if calibration:
        for name, result in results.items():
            show_calibration(name, result.pairs)
        if len(results) > 1:
            show_calibration(ALL, _all_pairs(results))
        for ground, pairs in _by_ground(results).items():
            show_calibration(f"{ALL}, {ground}", pairs)
    if fitting:
        show_fit(fit_curve(_pairs_of(results)))


def _pairs_of(results: Results) -> dict[str, tuple[JudgedPair, ...]]:
    return {name: result.pairs for name, result in results.items()}


def _by_ground(results: Results) -> dict[str, list[JudgedPair]]:
    """All pairs by the ground on which they were compared; nothing where it is one and the same."""
    groups: dict[str, list[JudgedPair]] = {}
    for pair in _all_pairs(results):
        groups.setdefault(pair.basis.ground.value, []).append(pair)
    return groups if len(groups) > 1 else {}


def _all_pairs(results: Results) -> list[JudgedPair]:
    return list(chain.from_iterable(result.pairs for result in results.values()))
