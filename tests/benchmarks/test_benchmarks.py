"""Every benchmark still runs and says what it said: the smallest size, with whatever peers are installed.

Peers are no dependency of the tests: a result names those it could not measure, which is tested too.
"""

import json
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest

from benchmarks import __main__ as everything
from benchmarks import command, report
from benchmarks.command import Result
from benchmarks.corpus import directory, organisation
from benchmarks.measuring import Case, Pace, race, rows_of

PEERS = {"kernel": {"bm25s", "tantivy", "sparse_dot_topn"}, "dense": {"usearch"}}
UNIT = {"memory": "B", "http": "1/s"}


@pytest.mark.parametrize("name", everything.ALL)
def test_benchmark_measures_its_smallest_size(name: str, tmp_path: Path):
    result = import_module(f"benchmarks.{name}").measure("tiny")
    assert result.benchmark == name
    _, again = command.read(command.write(result, "tiny", tmp_path))
    assert again == result
    assert result.rows
    for row in result.rows:
        assert row.unit == UNIT.get(name, "s")
        assert row.samples > 0
        assert 0 < row.low <= row.median <= row.high
        assert row.ratio > 0
        assert "WRONG" not in row.note
        assert "DIFFERS" not in row.note
    assert missing(result) == {peer for peer in PEERS.get(name, ()) if not find_spec(peer)}
    assert report.CHAPTERS[name].title in report.page({name: ({"packages": {}, **MACHINE}, result)})


MACHINE = {"processor": "any", "cores": 2, "python": "3"}


def missing(result: Result) -> set[str]:
    return set(result.skipped) - {"suggestions, 304"}


def test_ratios_are_of_the_same_question_in_the_same_round():
    asked: list[tuple[str, int]] = []
    contenders = {name: lambda q, name=name: asked.append((name, q)) for name in ("a", "b")}
    times = race(contenders, [1, 2, 3], Pace(0, questions_a_turn=2))
    assert {name: [q for n, q in asked if n == name] for name in contenders} == {
        # The last question of each turn comes first, untimed; three rounds run at least.
        name: [2, 1, 2, 1, 3, 1, 3, 2, 3]
        for name in contenders
    }
    assert len(times["a"]) == len(times["b"]) == 6
    rows = rows_of(Case(7, "case", "b"), {"a": [2.0, 30.0, 4.0], "b": [1.0, 10.0, 8.0]})
    assert [(row.contender, row.median, row.ratio) for row in rows] == [("a", 4.0, 2.0), ("b", 8.0, 1.0)]


def test_the_directory_is_the_same_every_time_and_whatever_its_size():
    few, many = list(directory(24)), list(directory(48))
    assert many[:24] == few
    assert len({document.id for document in many}) == 48
    assert [document.id for document in many] == sorted(document.id for document in many)
    assert organisation(1) != organisation(1, seed=2)


def test_the_page_is_as_the_results_say():
    found = report.results()
    assert set(found) == set(everything.ALL)
    assert report.PAGE.read_text() == report.page(found), "run python -m benchmarks.report"
    for name in found:
        assert (report.PAGE.parent / report.GRAPHS / f"{name}.svg").read_text().startswith("<?xml")


def test_results_say_where_they_were_measured():
    for file in command.RESULTS.glob("*.json"):
        assert json.loads(file.read_text())["machine"].keys() >= {"processor", "cores", "packages"}
