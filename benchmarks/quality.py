"""Ranking quality on labelled sets: plain retrievers, each channel of the engine alone and the engine.

`python -m benchmarks.quality DIR... --strict N...` measures all in one run over the same texts: nDCG@10
(gain 2^grade - 1) over all judged queries, Recall@100 over those that have an answer of the set's strict
grade. The table it prints is the one in docs/quality.md.
"""

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from app.cli.vector_files import RememberingEncoder
from app.encoder import UniversalSentenceEncoder
from app.matching.evaluation import quality
from app.matching.semantics import Encoder
from app.usecases.evaluation import LabelledSet, read_set
from benchmarks import peers, retrievers
from benchmarks.command import RESULTS, machine
from benchmarks.retrievers import Retriever

ASKS = "nDCG@10 / Recall@100 of needs against capabilities, ids and texts only"
WITHOUT_TERMS, OURS = "the engine without trade terms", "the engine"
PEERS = {"bm25s": "bm25s", "Stemmer": "PyStemmer"}
"""The module of each peer, and the package it comes from."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What one contender reached on a set, 0..1."""

    ndcg_at_10: float
    recall_at_100: float


@dataclass(frozen=True, slots=True)
class SetResult:
    """The figures of a set by contender; `answerable` of its queries have an answer of the strict grade."""

    name: str
    strict: int
    documents: int
    queries: int
    answerable: int
    figures: Mapping[str, Figures]


@dataclass(frozen=True, slots=True)
class QualityResult:
    """What the run found, and the peers that were not there, with the reason."""

    sets: Sequence[SetResult]
    skipped: Mapping[str, str] = field(default_factory=dict)


def contenders(encoder: Encoder) -> dict[str, Retriever]:
    """What is measured, in the order of the columns; the engine stands last."""
    remembered = retrievers.Remembered(encoder)
    plain = {"scikit-learn": retrievers.tfidf}
    if peers.is_installed("bm25s"):
        plain["bm25s"] = retrievers.bm25
    if peers.is_installed("bm25s") and peers.is_installed("Stemmer"):
        plain["bm25s, stemmed"] = retrievers.bm25_stemmed
    return plain | {
        "exact words": retrievers.words,
        "words and related words": retrievers.words_and_related,
        "encoder, whole text": retrievers.whole_text(remembered),
        "encoder, without filler": retrievers.whole_without_filler(remembered),
        "encoder, nearest sentence": retrievers.nearest_sentence(remembered),
        "the engine without encoder": retrievers.engine(None),
        WITHOUT_TERMS: retrievers.engine_without_terms(remembered),
        OURS: retrievers.engine(remembered),
    }


def measure(sets: Sequence[LabelledSet], strict: Sequence[int], encoder: Encoder) -> QualityResult:
    """Every contender on every set."""
    several = contenders(encoder)
    measured = [_measured(each, grade, several) for each, grade in zip(sets, strict, strict=True)]
    return QualityResult(measured, _skipped())


def table(result: QualityResult) -> str:
    """The figures as Markdown, the best of each row in bold."""
    names = list(result.sets[0].figures)
    head = ["set", *names]
    rows = [[f"{one.name} ({one.queries}, {one.strict})", *_cells(one)] for one in result.sets]
    return "".join(f"| {' | '.join(line)} |\n" for line in [head, ["---"] * len(head), *rows])


def write(result: QualityResult, folder: Path) -> Path:
    """Keeps a result as JSON with what it was measured on."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "quality.json"
    whole = {"benchmark": "quality", "asks": ASKS, "machine": machine(), **asdict(result)}
    file.write_text(json.dumps(whole, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return file


def read(file: Path) -> QualityResult:
    """A result as it was written."""
    whole = json.loads(file.read_text(encoding="utf-8"))
    sets = [
        SetResult(**{**one, "figures": {name: Figures(**known) for name, known in one["figures"].items()}})
        for one in whole["sets"]
    ]
    return QualityResult(sets, whole["skipped"])


def main(arguments: Sequence[str] | None = None) -> QualityResult:
    """Measures from the command line: prints the table and writes quality.json."""
    given = _parser().parse_args(arguments)
    grades = given.strict * len(given.folders) if len(given.strict) == 1 else given.strict
    if len(grades) != len(given.folders):
        raise SystemExit(f"--strict: {len(grades)} grades for {len(given.folders)} sets")
    sets = [read_set(folder) for folder in given.folders]
    result = measure(sets, grades, _encoder(given.cache))
    print(table(result))
    for name, reason in result.skipped.items():
        print(f"not measured: {name}, {reason}")
    write(result, given.out)
    return result


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.quality", description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path, metavar="DIR", help="a labelled set")
    parser.add_argument(
        "--strict",
        nargs="+",
        type=int,
        default=[1],
        metavar="N",
        help="the grade from which an answer is right: one for all sets or one for each (default: 1)",
    )
    parser.add_argument("--cache", type=Path, metavar="DIR", help="folder that keeps the encoder's vectors")
    parser.add_argument("--out", type=Path, default=RESULTS, help="folder of the JSON file")
    return parser


def _encoder(cache: Path | None) -> Encoder:
    encoder = UniversalSentenceEncoder()
    return encoder if cache is None else RememberingEncoder(encoder, cache)


def _skipped() -> dict[str, str]:
    return {PEERS[module]: reason for module, reason in peers.skipped(*PEERS).items()}


def _measured(labelled: LabelledSet, strict: int, several: Mapping[str, Retriever]) -> SetResult:
    found = {
        name: quality(retriever(labelled), labelled.judgements, strict).over_answerable()
        for name, retriever in several.items()
    }
    anyone = next(iter(found.values()))
    return SetResult(
        labelled.name,
        strict,
        len(labelled.corpus),
        anyone.queries,
        anyone.answerable,
        {name: Figures(_kept(one.ndcg_at_10), _kept(one.recall_at_100)) for name, one in found.items()},
    )


def _cells(one: SetResult) -> list[str]:
    """Figures as text; bold is the best as it is shown, by nDCG@10, then by Recall@100."""
    shown = {
        name: (_short(each.ndcg_at_10), _short(each.recall_at_100)) for name, each in one.figures.items()
    }
    best = max(shown.values(), key=lambda pair: tuple(map(float, pair)))
    return [_bold(" / ".join(pair), pair == best) for pair in shown.values()]


def _bold(text: str, is_best: bool) -> str:
    return f"**{text}**" if is_best else text


def _kept(value: float) -> float:
    return round(value, 6)


def _short(value: float) -> str:
    text = f"{value:.3f}"
    return "1.00" if text == "1.000" else text.removeprefix("0")


if __name__ == "__main__":
    main()
