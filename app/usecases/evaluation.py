"""Measuring the product's own engine on a labelled retrieval set."""

import csv
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any

from app.errors import Invalid, Violation
from app.matching.calibration import Curves, JudgedPair, fitted, held_out_by_query, held_out_by_set
from app.matching.documents import Index, Lead, MatchDocument, Wish
from app.matching.evaluation import Quality, quality
from app.matching.scoring import probability_of
from app.matching.semantics import Encoder, encoded
from app.vocabulary import StatementKind

DEPTH = 100
"""Answers per query: Recall@100 looks no further."""

Build = Callable[[Sequence[MatchDocument]], Index]
"""Makes the index that is measured."""

SHOWN = 10
"""The answers of a query that its probabilities are judged by."""

Answers = Mapping[str, Sequence[Lead]]
"""What was found for each query, best first."""


@dataclass(frozen=True, slots=True)
class LabelledSet:
    """Documents and queries as texts by id, and the judged grade of (query, document)."""

    name: str
    corpus: Mapping[str, str]
    queries: Mapping[str, str]
    judgements: Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Evaluated:
    """The figures of one set, how long building and asking took, in seconds, and its judged pairs."""

    quality: Quality
    seconds: float
    pairs: tuple[JudgedPair, ...] = ()


@dataclass(frozen=True, slots=True)
class Fit:
    """The curves that fit several sets best, and their pairs as curves that did not see them show them."""

    curves: Curves
    held_out_by_query: Mapping[str, Sequence[JudgedPair]]
    held_out_by_set: Mapping[str, Sequence[JudgedPair]]


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
    answers = answers_of(labelled, encoder, build, on_query)
    seconds = time.perf_counter() - started
    measured = quality(_rankings(answers), labelled.judgements, strict).over_answerable()
    return Evaluated(measured, seconds, _judged(labelled, answers, strict))


def fit(sets: Mapping[str, Sequence[JudgedPair]]) -> Fit:
    """The curves from scores to probabilities over all sets. Raises Invalid where one label is missing."""
    try:
        curves = fitted(chain.from_iterable(sets.values()))
        by_set = held_out_by_set(sets) if len(sets) > 1 else {}
        return Fit(curves, held_out_by_query(sets), by_set)
    except ValueError as error:
        raise Invalid([Violation("qrels.tsv", "set_one_sided", {})]) from error


def ranking_of(
    labelled: LabelledSet,
    encoder: Encoder | None,
    build: Build,
    on_query: Callable[[], None] = lambda: None,
) -> dict[str, list[str]]:
    """The documents of `answers_of`."""
    return _rankings(answers_of(labelled, encoder, build, on_query))


def answers_of(
    labelled: LabelledSet,
    encoder: Encoder | None,
    build: Build,
    on_query: Callable[[], None] = lambda: None,
) -> dict[str, Sequence[Lead]]:
    """The engine's answers, as it is configured for everybody, to each query of the set as a need."""
    documents = [_document(StatementKind.CAPABILITY, name, text) for name, text in labelled.corpus.items()]
    questions = [_document(StatementKind.NEED, "", text) for text in labelled.queries.values()]
    if encoder is not None:
        documents, questions = _with_meaning(documents, encoder), _with_meaning(questions, encoder)
    index = build(documents)
    answers: dict[str, Sequence[Lead]] = {}
    for name, question in zip(labelled.queries, questions, strict=True):
        answers[name] = index.shortlist(Wish(question, date.min, limit=DEPTH)).leads
        on_query()
    return answers


def _rankings(answers: Answers) -> dict[str, list[str]]:
    return {query: [lead.document.id for lead in found] for query, found in answers.items()}


def _judged(labelled: LabelledSet, answers: Answers, strict: int) -> tuple[JudgedPair, ...]:
    """The first answers of each judged query; every set weighs the same, whatever its number of queries."""
    weight = 1 / (SHOWN * max(len(labelled.judgements), 1))
    return tuple(
        JudgedPair(
            query,
            lead.score,
            probability_of(lead.score, lead.basis),
            grades.get(lead.document.id, 0) >= strict,
            weight,
            lead.basis,
        )
        for query, grades in labelled.judgements.items()
        for lead in answers[query][:SHOWN]
    )


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
