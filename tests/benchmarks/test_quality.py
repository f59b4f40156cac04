"""The quality benchmark on a tiny invented set: figures worked out by hand, and what it says of its peers."""

import json
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from app.usecases.evaluation import LabelledSet, read_set
from benchmarks import quality, retrievers

CORPUS = {
    "d1": "Изготовление чугунных отливок. Термическая обработка",
    "d2": "Грузоперевозки автомобильным транспортом",
    "d3": "Пошив спецодежды для производства",
    "d4": "Beekeeping",
}
QUERIES = {"q1": "чугунные отливки", "q2": "перевозка грузов", "q3": "отливки", "q4": "пошив спецодежды"}
QRELS = [("q1", "d1", 2), ("q1", "d4", 2), ("q2", "d2", 2), ("q3", "d1", 1), ("q4", "d3", 2)]
PEER_PACKAGES = {"bm25s": "bm25s", "Stemmer": "PyStemmer"}


class LetterEncoder:
    """An encoder that knows only which letters a text has: enough to give every text its own direction."""

    model = "letters-1"

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        letters = "абвгдежзийклмнопрстуфхцчшщъыьэюяabcdefghijklmnopqrstuvwxyz"
        counts = np.array([[text.lower().count(one) for one in letters] for text in texts], dtype=np.float32)
        return counts / np.maximum(np.linalg.norm(counts, axis=1, keepdims=True), 1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "invented"
    made.mkdir()
    for name, texts in (("corpus", CORPUS), ("queries", QUERIES)):
        lines = [json.dumps({"id": id_, "text": text, "code": "label"}) for id_, text in texts.items()]
        (made / f"{name}.jsonl").write_text("\n".join(lines), encoding="utf-8")
    rows = ["query-id\tdoc-id\tgrade", *("\t".join(map(str, row)) for row in QRELS)]
    (made / "qrels.tsv").write_text("\n".join(rows), encoding="utf-8")
    return made


@pytest.fixture
def labelled(folder: Path) -> LabelledSet:
    return read_set(folder)


def first(rankings: retrievers.Rankings) -> dict[str, list[str]]:
    return {query: list(documents) for query, documents in rankings.items()}


def test_every_contender_that_is_installed_is_measured(labelled: LabelledSet, tmp_path: Path):
    result = quality.measure([labelled], [2], LetterEncoder())
    (one,) = result.sets
    missing = {package for module, package in PEER_PACKAGES.items() if not find_spec(module)}
    assert set(result.skipped) == missing
    assert ("bm25s" in one.figures) == bool(find_spec("bm25s"))
    assert ("bm25s, stemmed" in one.figures) == (not missing)
    assert next(iter(one.figures)) == "scikit-learn"
    assert list(one.figures)[-1] == quality.OURS
    assert (one.documents, one.queries, one.answerable, one.strict) == (4, 4, 3, 2)
    for figures in one.figures.values():
        assert 0 <= figures.ndcg_at_10 <= 1
        assert 0 <= figures.recall_at_100 <= 1
    assert quality.read(quality.write(result, tmp_path)) == result


def test_plain_words_find_what_they_share_and_nothing_else(labelled: LabelledSet):
    # To scikit-learn «отливок» and «отливки» are two words, to the engine one.
    assert first(retrievers.tfidf(labelled)) == {"q1": [], "q2": [], "q3": [], "q4": ["d3"]}
    assert first(retrievers.words(labelled)) == {"q1": ["d1"], "q2": [], "q3": ["d1"], "q4": ["d3"]}
    related = first(retrievers.words_and_related(labelled))
    assert related["q2"] == ["d2"]


def test_recall_is_over_the_queries_that_have_a_strict_answer(labelled: LabelledSet):
    result = quality.measure([labelled], [2], LetterEncoder())
    words = result.sets[0].figures["exact words"]
    # q1 finds one of two, q2 none, q4 its one; q3 has no answer of grade 2 but counts for nDCG.
    assert words.recall_at_100 == pytest.approx((0.5 + 0 + 1) / 3)
    q1 = 1 / (1 + 1 / np.log2(3))
    assert words.ndcg_at_10 == pytest.approx((q1 + 0 + 1 + 1) / 4, abs=1e-6)


@pytest.mark.skipif(
    not all(map(find_spec, PEER_PACKAGES)), reason=f"needs {', '.join(PEER_PACKAGES.values())} (make bench)"
)
def test_stems_find_what_whole_words_do_not(labelled: LabelledSet):
    assert first(retrievers.bm25(labelled)) == {"q1": [], "q2": [], "q3": [], "q4": ["d3"]}
    assert first(retrievers.bm25_stemmed(labelled)) == {"q1": ["d1"], "q2": [], "q3": [], "q4": ["d3"]}


def test_a_long_profile_is_as_near_as_its_nearest_sentence():
    encoder = LetterEncoder()
    long = "Чугунные отливки. Яхты, плащи, шляпы, брюки и пальто. Фасад, грузы"
    texts = {"long": long, "short": "Отливки чугуна"}
    labelled = LabelledSet("two", texts, {"q": "чугунные отливки"}, {"q": {"long": 1}})
    assert first(retrievers.nearest_sentence(encoder)(labelled))["q"][0] == "long"
    assert first(retrievers.whole_text(encoder)(labelled))["q"][0] == "short"


def test_vectors_are_made_once_for_all_contenders():
    asked: list[str] = []

    class Counting(LetterEncoder):
        def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
            asked.extend(texts)
            return super().encode(texts)

    remembered = retrievers.Remembered(Counting())
    vectors = remembered.encode(["болт", "гайка", "болт"])
    np.testing.assert_array_equal(vectors, LetterEncoder().encode(["болт", "гайка", "болт"]))
    remembered.encode(["гайка", "винт"])
    assert asked == ["болт", "гайка", "винт"]


def test_without_trade_terms_an_abbreviation_is_only_letters():
    texts = {"spelled": "Числовое программное управление", "other": "Пошив спецодежды"}
    labelled = LabelledSet("two", texts, {"q": "ЧПУ"}, {"q": {"spelled": 1}})
    assert first(retrievers.engine(None)(labelled)) == {"q": ["spelled"]}
    assert first(retrievers.engine_without_terms(None)(labelled)) == {"q": []}
    assert first(retrievers.engine(None)(labelled)) == {"q": ["spelled"]}


def test_the_best_of_a_row_is_bold():
    one = quality.SetResult(
        "s",
        2,
        4,
        3,
        3,
        {"a": quality.Figures(0.5, 1.0), "b": quality.Figures(0.50001, 0.9), "c": quality.Figures(0, 0)},
    )
    lines = quality.table(quality.QualityResult([one])).splitlines()
    assert lines == [
        "| set | a | b | c |",
        "| --- | --- | --- | --- |",
        "| s (3, 2) | **.500 / 1.00** | .500 / .900 | .000 / .000 |",
    ]


def test_grades_belong_to_sets(folder: Path):
    with pytest.raises(SystemExit, match="2 grades for 1 sets"):
        quality.main([str(folder), "--strict", "1", "2"])


def test_the_page_holds_the_table_of_the_last_run():
    result = quality.read(quality.RESULTS / "quality.json")
    page = Path(__file__).parents[2] / "docs" / "quality.md"
    assert quality.table(result) in page.read_text(encoding="utf-8"), "put in the table of the run"
