"""The other commands as an operator uses them."""

import json
import socket
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import ir_measures
import pytest
from ir_measures import RR, R, nDCG

from app.clockwork import DUTIES, ROUNDS
from tests.cli.conftest import Run
from tests.directory import profile

Write = Callable[[str, Any], Path]


@pytest.fixture
def filled(run: Run, write: Write) -> Run:
    lines = [
        profile(external_id="a", legal_name="Литейный двор", capabilities=["Литьё корпусов из чугуна СЧ20"]),
        profile(external_id="b", legal_name="Насосы", needs=["Чугунные отливки корпусов, СЧ20"]),
    ]
    assert run("import", write("members.jsonl", lines)).exit_code == 0
    return run


def test_suggest_for_a_text_in_words_a_person_reads(filled: Run) -> None:
    result = filled("suggest", "отливки из чугуна для корпусов насосов")
    assert result.exit_code == 0, result.output
    assert "Литейный двор" in result.stdout
    assert "Ирбит" in result.stdout
    assert "Совпадает" in result.stdout


def test_suggest_as_json_and_for_an_organisation(filled: Run) -> None:
    page = json.loads(filled("suggest", "литьё из чугуна", "--kind", "capability", "--json").stdout)
    (item,) = page["items"]
    assert item["organisation"]["name"] == "Насосы"
    answer = filled("suggest", item["organisation"]["id"], "--json")
    assert json.loads(answer.stdout)["items"][0]["organisation"]["name"] == "Литейный двор"


def test_suggest_takes_every_parameter_of_the_api(filled: Run) -> None:
    text = "отливки из чугуна для корпусов насосов"
    page = json.loads(filled("suggest", text, "--set", "min_strength=good", "--json").stdout)
    assert page["removed"]["min_strength"] == 0
    (item,) = page["items"]
    assert f" {item['probability']:.2f}" in filled("suggest", text).stdout
    both = ("--set", "country=KZ", "--set", "country=BY")
    assert json.loads(filled("suggest", text, *both, "--json").stdout)["removed"]["country"] == 1
    for wrong, code in (("min_strength=sure", 1), ("strength=good", 1), ("good", 2)):
        assert filled("suggest", text, "--set", wrong).exit_code == code


def test_suggest_says_why_nothing_was_found(filled: Run) -> None:
    assert "Никто" in filled("suggest", "выращивание вешенки").stdout
    refused = filled("suggest", "литьё", "--region", "RU-XXX")
    assert (refused.exit_code, "RU-XXX" in refused.stderr) == (1, True)
    unknown = filled("suggest", "00000000-0000-7000-8000-000000000000")
    assert unknown.exit_code == 1
    assert "Traceback" not in unknown.stderr


def test_reindex_counts_what_is_published(filled: Run) -> None:
    assert filled("reindex").stdout.startswith("2 statements at change 4")


@pytest.mark.parametrize(
    ("named", "believed"), [("", []), ("10.0.0.5, 10.1.0.0/16", ["10.0.0.5", "10.1.0.0/16"])]
)
def test_serve_believes_named_proxies_only(
    run: Run, monkeypatch: pytest.MonkeyPatch, named: str, believed: list[str]
) -> None:
    given: dict[str, Any] = {}
    monkeypatch.setattr("uvicorn.run", lambda *_, **options: given.update(options))
    monkeypatch.setenv("SMEZHNIK_TRUSTED_PROXIES", named)
    monkeypatch.setenv("SMEZHNIK_ENCODER", "false")
    monkeypatch.setenv("SMEZHNIK_PORT", "0")
    result = run("serve")
    assert result.exit_code == 0, result.output
    assert (given["proxy_headers"], given["forwarded_allow_ips"]) == (bool(believed), believed)


def test_worker_once_prints_its_counts(run: Run) -> None:
    result = run("worker", "--once")
    assert result.exit_code == 0, result.output
    names = ("delivered", "refused", "imported", *DUTIES, *ROUNDS)
    assert json.loads(result.stdout) == dict.fromkeys(names, 0)


def test_db_check_and_upgrade(run: Run) -> None:
    assert run("db", "check").exit_code == 0
    assert run("db", "upgrade").exit_code == 0


def test_db_check_names_a_missing_migration(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SMEZHNIK_DATABASE_URL", f"sqlite:///{tmp_path / 'empty.db'}")
    result = run("db", "check")
    assert result.exit_code == 1
    assert "smezhnik db upgrade" in result.stderr
    assert run("db", "upgrade").exit_code == 0
    assert run("db", "check").exit_code == 0


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("SMEZHNIK_PORT", "eighty", "SMEZHNIK_PORT"),
        ("SMEZHNIK_DATABASE_URL", "mysql://x/y", "mysql"),
        ("SMEZHNIK_DATABASE_URL", "nonsense", "nonsense"),
        ("SMEZHNIK_DATABASE_URL", "sqlite://", "in-memory"),
        ("SMEZHNIK_ADMIN_KEY", "ключ", "SMEZHNIK_ADMIN_KEY"),
        ("SMEZHNIK_DATABASE_ULR", "sqlite:///x.db", "SMEZHNIK_DATABASE_ULR"),
    ],
)
def test_a_wrong_setting_stops_the_start_and_is_named(
    run: Run, monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(name, value)
    for command in (["serve"], ["reindex"], ["demo", "--no-serve"]):
        result = run(*command)
        assert result.exit_code == 2, result.output
        assert said in result.stderr
        assert "Traceback" not in result.stderr


def test_a_port_that_is_taken_is_one_line(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        monkeypatch.setenv("SMEZHNIK_PORT", str(other.getsockname()[1]))
        result = run("serve")
    assert result.exit_code == 1
    assert "127.0.0.1" in result.stderr
    assert "Traceback" not in result.stderr


def test_foreign_and_newer_databases_are_left_alone(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name, statements in (
        ("foreign", ["CREATE TABLE other (n INTEGER)"]),
        (
            "newer",
            [
                "CREATE TABLE alembic_version (version_num TEXT)",
                "INSERT INTO alembic_version VALUES ('ffff')",
            ],
        ),
    ):
        path = tmp_path / f"{name}.db"
        with closing(sqlite3.connect(path)) as connection, connection:
            for statement in statements:
                connection.execute(statement)
        monkeypatch.setenv("SMEZHNIK_DATABASE_URL", f"sqlite:///{path}")
        result = run("reindex")
        assert result.exit_code == 2, result.output
        assert ("newer" in result.stderr) is (name == "newer")
        with closing(sqlite3.connect(path)) as connection:
            tables = connection.execute("SELECT count(*) FROM sqlite_master WHERE type = 'table'").fetchone()
        assert tables == (1,)
    assert "Traceback" not in run("db", "upgrade").stderr


def test_a_database_that_is_away_is_one_line_without_its_password(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SMEZHNIK_DATABASE_URL", "postgresql+psycopg://u:canary@127.0.0.1:1/none")
    result = run("reindex")
    assert result.exit_code == 1
    assert "canary" not in result.output + result.stderr
    assert "127.0.0.1" in result.stderr


TOPICS = ("литьё чугуна", "ковка валов", "окраска кузовов", "пошив спецодежды", "сушка зерна")
CORPUS = {f"d{n}{m}": f"{text} участок {m}" for n, text in enumerate(TOPICS) for m in range(3)}
QUERIES = {f"q{n}": f"нужна {text}" for n, text in enumerate(TOPICS)}
QRELS = {f"q{n}": {f"d{n}0": 3, f"d{n}2": 1, f"d{(n + 1) % 5}1": 2} for n in range(len(TOPICS))}


def labelled_set(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    _jsonl(folder / "corpus.jsonl", CORPUS)
    _jsonl(folder / "queries.jsonl", QUERIES)
    lines = [f"{q}\t{d}\t{g}" for q, docs in QRELS.items() for d, g in docs.items()]
    (folder / "qrels.tsv").write_text("query-id\tdoc-id\tgrade\n" + "\n".join(lines), encoding="utf-8")
    return folder


def test_evaluate_agrees_with_an_independent_implementation(
    run: Run, tmp_path: Path, sqlite_url: str
) -> None:
    labelled_set(tmp_path)
    figures = json.loads(run("evaluate", tmp_path, "--strict", 2, "--json").stdout)
    assert (figures["queries"], figures["docs"], figures["set"]) == (5, 15, tmp_path.name)
    ranked = _ranked(CORPUS, QUERIES)
    gains = {grade: 2**grade - 1 for grade in range(4)}
    measures = {
        "ndcg@10": nDCG(gains=gains) @ 10,
        "recall@100": R(rel=2) @ 100,
        "mrr@10": RR(rel=2) @ 10,
    }
    theirs = ir_measures.calc_aggregate(list(measures.values()), QRELS, ranked)
    for name, measure in measures.items():
        assert figures[name] == pytest.approx(theirs[measure], abs=1e-6), name


def test_evaluate_compares_probabilities_with_labels(run: Run, tmp_path: Path, sqlite_url: str) -> None:
    one, other = labelled_set(tmp_path / "one"), labelled_set(tmp_path / "other")
    plain = json.loads(run("evaluate", one, "--json").stdout)
    words = ("evaluate", one, other, "--strict", 1, "--strict", 3, "--calibration", "--json")
    first, second, both = map(json.loads, run(*words).stdout.splitlines())
    assert {**first, "seconds": 0, "calibration": None} == {**plain, "seconds": 0, "calibration": None}
    assert (first["strict"], second["strict"], both["set"]) == (1, 3, "all")
    for figures in (first, second, both):
        found = figures["calibration"]
        assert found["pairs"] == sum(each["pairs"] for each in found["bins"])
        error = sum(each["share"] * abs(each["shown"] - each["right"]) for each in found["bins"])
        assert found["ece"] == pytest.approx(error, abs=1e-3)
        assert all(each["from"] <= each["shown"] <= each["from"] + 0.1 for each in found["bins"])
    rights = [
        sum(each["right"] * each["pairs"] for each in f["calibration"]["bins"]) for f in (first, second)
    ]
    assert rights[0] > rights[1] == pytest.approx(5, abs=0.1), "one document of grade 3 for each of 5 queries"
    assert "ECE" in run("evaluate", one, "--calibration").stdout
    assert run("evaluate", one, other, "--strict", 1, "--strict", 1, "--strict", 1).exit_code == 2
    assert run("evaluate", one, one).exit_code == 2


def test_evaluate_judges_and_fits_pairs_across_scripts_apart(
    run: Run, tmp_path: Path, sqlite_url: str
) -> None:
    one, abroad = labelled_set(tmp_path / "one"), labelled_set(tmp_path / "abroad")
    english = ("Gear pumps", "Wooden pallets", "Sheep wool yarn", "Accounting services", "Rolling bearings")
    _jsonl(abroad / "corpus.jsonl", dict(zip(CORPUS, english, strict=False)))
    known = "\n".join(f"{query}\t{next(iter(CORPUS))}\t1" for query in QUERIES)
    (abroad / "qrels.tsv").write_text(f"query-id\tdoc-id\tgrade\n{known}", encoding="utf-8")
    words = ("evaluate", one, abroad, "--calibration", "--fit", "--json")
    first, second, both, *grounds, fit = map(json.loads, run(*words).stdout.splitlines())
    pairs = {one["ground"]: one["calibration"]["pairs"] for one in grounds}
    assert pairs == {
        "meaning": first["calibration"]["pairs"],
        "across_scripts": second["calibration"]["pairs"],
    }
    assert both["calibration"]["pairs"] == sum(pairs.values())
    assert set(fit["fit"]["curves"]) == set(pairs)
    assert "by_words" in fit["fit"]["curves"]["across_scripts"]


def test_evaluate_fits_the_curve_anew_and_keeps_vectors(
    run: Run, tmp_path: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other, cache = labelled_set(tmp_path / "one"), labelled_set(tmp_path / "other"), tmp_path / "vectors"
    words = ("evaluate", one, other, "--fit", "--cache", cache, "--json")
    *figures, fit = map(json.loads, run(*words).stdout.splitlines())
    assert fit["fit"]["curves"]["meaning"]["slope"] > 0
    assert set(fit["fit"]["ece_by_query"]) == set(fit["fit"]["ece_by_set"]) == {"one", "other", "all"}
    monkeypatch.setattr("app.encoder.UniversalSentenceEncoder.encode", None)
    *again, same = map(json.loads, run(*words).stdout.splitlines())
    assert same == fit
    assert [{**line, "seconds": 0} for line in again] == [{**line, "seconds": 0} for line in figures]
    assert "slope" in run("evaluate", one, "--fit", "--cache", cache).stdout
    never = run("evaluate", one, "--strict", 9, "--fit", "--cache", cache)
    assert (never.exit_code, "верные" in never.stderr) == (1, True)


def _jsonl(path: Path, texts: dict[str, str]) -> None:
    lines = (json.dumps({"id": key, "text": text, "okpd2": "x"}) for key, text in texts.items())
    path.write_text("\n".join(lines), encoding="utf-8")


def _ranked(corpus: dict[str, str], queries: dict[str, str]) -> dict[str, dict[str, float]]:
    """The engine's own rankings as scores that fall with the rank, as run files have them."""
    from app.cli.quality import placeless
    from app.encoder import UniversalSentenceEncoder
    from app.usecases.evaluation import LabelledSet, ranking_of

    labelled = LabelledSet("x", corpus, queries, {})
    return {
        query: {document: 1.0 / rank for rank, document in enumerate(documents, start=1)}
        for query, documents in ranking_of(labelled, UniversalSentenceEncoder(), placeless).items()
    }


def test_evaluate_names_what_it_cannot_read(run: Run, tmp_path: Path) -> None:
    (tmp_path / "qrels.tsv").write_text("query-id\tdoc-id\tgrade\na\tb\n", encoding="utf-8")
    for name in ("corpus.jsonl", "queries.jsonl"):
        (tmp_path / name).write_text("", encoding="utf-8")
    result = run("evaluate", tmp_path)
    assert (result.exit_code, "qrels.tsv:2" in result.stderr) == (1, True)
    (tmp_path / "qrels.tsv").unlink()
    assert "qrels.tsv" in run("evaluate", tmp_path).stderr
