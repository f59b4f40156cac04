"""`smezhnik evaluate`: the engine's figures on a labelled set."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import Progress
from rich.table import Table

from app.bootstrap import build_index, encoder_of
from app.cli.session import fail, notes, refusal, screen, settings_or_exit
from app.errors import AppError
from app.matching.documents import Index, MatchDocument
from app.matching.geography import Geography
from app.usecases.evaluation import evaluate as evaluate_set
from app.usecases.evaluation import read_set


def placeless(documents: Iterable[MatchDocument]) -> Index:
    """The engine over documents that are nowhere, as those of a labelled set."""
    return build_index(Geography({}), documents, version=0)


def evaluate(
    folder: Annotated[
        Path,
        typer.Argument(exists=True, file_okay=False, help="With corpus.jsonl, queries.jsonl and qrels.tsv."),
    ],
    strict: Annotated[
        int, typer.Option(min=1, help="Grade from which an answer counts for recall and reciprocal rank.")
    ] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON line.")] = False,
) -> None:
    """Measure nDCG@10, Recall@100 and MRR@10 of the engine, as it is configured for everybody."""
    settings = settings_or_exit()
    try:
        labelled = read_set(folder)
    except AppError as error:
        fail(refusal(error, settings.language))
    with Progress(console=notes, transient=True) as progress:
        task = progress.add_task(labelled.name, total=len(labelled.queries))
        encoder = encoder_of(settings)
        result = evaluate_set(labelled, strict, encoder, placeless, lambda: progress.advance(task))
    figures: dict[str, Any] = {
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
    if as_json:
        typer.echo(json.dumps(figures, ensure_ascii=False))
        return
    table = Table(*figures.keys())
    table.add_row(*(f"{value:.3f}" if isinstance(value, float) else str(value) for value in figures.values()))
    screen.print(table)
