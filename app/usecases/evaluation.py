"""Measuring the product's own engine on a labelled retrieval set."""

import csv
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from app.errors import Invalid, Violation
from app.matching.documents import Index, MatchDocument, Wish
from app.matching.evaluation import Quality, quality
from app.matching.semantics import Encoder, encoded
from app.vocabulary import StatementKind

DEPTH = 100
"""Answers per query: Recall@100 looks no further."""

Build = Callable[[Sequence[MatchDocument]], Index]
"""Makes the index that is measured."""


@dataclass(frozen=True, slots=True)
class LabelledSet:
    """Documents and queries as texts by id, and the judged grade of (query, document)."""

    name: str
    corpus: Mapping[str, str]
    queries: Mapping[str, str]
    judgements: Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Evaluated:
    """The figures of one set and how long building and asking took, in seconds."""

    quality: Quality
    seconds: float


def read_set(folder: Path) -> LabelledSet:
    """The set in a folder: corpus.jsonl, queries.jsonl (only id and text are read) and qrels.tsv.

    Raises Invalid where a file is missing or a line cannot be read.
    """
    judgements: dict[str, dict[str, int]] = {}
    for query, document, grade in _tsv(folder / "qrels.tsv"):
        judgements.setdefault(query, {})[document] = grade
    queries = _texts(folder / "queries.jsonl")
    return LabelledSet(
        name=folder.resolve().name,
        corpus=_texts(folder / "corpus.jsonl"),
        queries=queries,
        judgements={query: judgements[query] for query in queries if query in judgements},
    )


def evaluate(
    labelled: LabelledSet,
    strict: int,
    encoder: Encoder | None,
    build: Build,
    on_query: Callable[[], None] = lambda: None,
) -> Evaluated:
    """The engine's figures on a set; grades from `strict` on count for recall and reciprocal rank.

    Queries without an answer of that grade are left out of these two: nothing could be recalled for them.
    """
    started = time.perf_counter()
    rankings = ranking_of(labelled, encoder, build, on_query)
    seconds = time.perf_counter() - started
    return Evaluated(quality(rankings, labelled.judgements, strict).over_answerable(), seconds)


def ranking_of(
    labelled: LabelledSet,
    encoder: Encoder | None,
    build: Build,
    on_query: Callable[[], None] = lambda: None,
) -> dict[str, list[str]]:
    """The engine's answers, as it is configured for everybody, to each query of the set as a need."""
    documents = [_document(StatementKind.CAPABILITY, name, text) for name, text in labelled.corpus.items()]
    questions = [_document(StatementKind.NEED, "", text) for text in labelled.queries.values()]
    if encoder is not None:
        documents, questions = _with_meaning(documents, encoder), _with_meaning(questions, encoder)
    index = build(documents)
    rankings = {}
    for name, question in zip(labelled.queries, questions, strict=True):
        found = index.search(Wish(question, date.min, limit=DEPTH))
        rankings[name] = [match.document.id for match in found.matches]
        on_query()
    return rankings


def _document(kind: StatementKind, name: str, text: str) -> MatchDocument:
    return MatchDocument(id=name, organisation_id=name, kind=kind, title="", text=text)


def _with_meaning(documents: list[MatchDocument], encoder: Encoder) -> list[MatchDocument]:
    vectors = encoded(documents, encoder)
    return [replace(document, passages=found) for document, found in zip(documents, vectors, strict=True)]


def _texts(path: Path) -> dict[str, str]:
    texts = {}
    for number, line in _lines(path):
        try:
            entry: Any = json.loads(line)
            texts[str(entry["id"])] = str(entry["text"])
        except (ValueError, KeyError, TypeError) as error:
            raise Invalid([Violation(f"{path.name}:{number}", "set_line", {})]) from error
    return texts


def _tsv(path: Path) -> Iterator[tuple[str, str, int]]:
    rows = _lines(path)
    next(rows, None)
    for number, line in rows:
        try:
            query, document, grade = next(csv.reader([line], delimiter="\t", quoting=csv.QUOTE_NONE))
            yield query, document, int(grade)
        except ValueError as error:
            raise Invalid([Violation(f"{path.name}:{number}", "set_line", {})]) from error


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    if not path.is_file():
        raise Invalid([Violation(path.name, "set_file_missing", {"value": str(path)})])
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, start=1):
            if line.strip():
                yield number, line.rstrip("\n")
