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
    assert json.loads(result.stdout) == {"delivered": 0, "refused": 0, "swept": 0}


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


def test_evaluate_agrees_with_an_independent_implementation(
    run: Run, tmp_path: Path, sqlite_url: str
) -> None:
    topics = ["литьё чугуна", "ковка валов", "окраска кузовов", "пошив спецодежды", "сушка зерна"]
    corpus = {f"d{n}{m}": f"{text} участок {m}" for n, text in enumerate(topics) for m in range(3)}
    queries = {f"q{n}": f"нужна {text}" for n, text in enumerate(topics)}
    qrels = {f"q{n}": {f"d{n}0": 3, f"d{n}2": 1, f"d{(n + 1) % 5}1": 2} for n in range(len(topics))}
    _jsonl(tmp_path / "corpus.jsonl", corpus)
    _jsonl(tmp_path / "queries.jsonl", queries)
    lines = [f"{q}\t{d}\t{g}" for q, docs in qrels.items() for d, g in docs.items()]
    (tmp_path / "qrels.tsv").write_text("query-id\tdoc-id\tgrade\n" + "\n".join(lines), encoding="utf-8")
    figures = json.loads(run("evaluate", tmp_path, "--strict", 2, "--json").stdout)
    assert (figures["queries"], figures["docs"], figures["set"]) == (5, 15, tmp_path.name)
    ranked = _ranked(corpus, queries)
    gains = {grade: 2**grade - 1 for grade in range(4)}
    measures = {
        "ndcg@10": nDCG(gains=gains) @ 10,
        "recall@100": R(rel=2) @ 100,
        "mrr@10": RR(rel=2) @ 10,
    }
    theirs = ir_measures.calc_aggregate(list(measures.values()), qrels, ranked)
    for name, measure in measures.items():
        assert figures[name] == pytest.approx(theirs[measure], abs=1e-6), name


def _jsonl(path: Path, texts: dict[str, str]) -> None:
    lines = (json.dumps({"id": key, "text": text, "okpd2": "x"}) for key, text in texts.items())
    path.write_text("\n".join(lines), encoding="utf-8")


def _ranked(corpus: dict[str, str], queries: dict[str, str]) -> dict[str, dict[str, float]]:
    """The engine's own rankings as scores that fall with the rank, as run files have them."""
    from app.encoder import UniversalSentenceEncoder
    from app.usecases.evaluation import LabelledSet, ranking_of

    labelled = LabelledSet("x", corpus, queries, {})
    return {
        query: {document: 1.0 / rank for rank, document in enumerate(documents, start=1)}
        for query, documents in ranking_of(labelled, UniversalSentenceEncoder()).items()
    }


def test_evaluate_names_what_it_cannot_read(run: Run, tmp_path: Path) -> None:
    (tmp_path / "qrels.tsv").write_text("query-id\tdoc-id\tgrade\na\tb\n", encoding="utf-8")
    for name in ("corpus.jsonl", "queries.jsonl"):
        (tmp_path / name).write_text("", encoding="utf-8")
    result = run("evaluate", tmp_path)
    assert (result.exit_code, "qrels.tsv:2" in result.stderr) == (1, True)
    (tmp_path / "qrels.tsv").unlink()
    assert "qrels.tsv" in run("evaluate", tmp_path).stderr
