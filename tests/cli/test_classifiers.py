"""`smezhnik classifiers`: loading official tables of every kind."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from app.files.writing import csv_file, workbook
from tests.api.test_classifiers import NAMES
from tests.cli.conftest import Run


@pytest.mark.parametrize("name", ["okpd2.csv", "okpd2.xlsx", "okpd2.jsonl"])
def test_loading_from_the_kinds_of_official_tables(run: Run, tmp_path: Path, name: str) -> None:
    rows = [["Раздел", "Код", "Наименование"], ["A", "A", "Раздел"], *(["A", c, n] for c, n in NAMES.items())]
    make: dict[str, Callable[[], bytes]] = {
        ".csv": lambda: csv_file(rows),
        ".xlsx": lambda: workbook({"ОКПД2": rows}),  # type: ignore[dict-item]
        ".jsonl": lambda: "\n".join(json.dumps({"code": c, "name": n}) for c, n in NAMES.items()).encode(),
    }
    path = tmp_path / name
    path.write_bytes(make[path.suffix]())
    result = run("classifiers", "load", "okpd2", path)
    assert (result.exit_code, result.stdout.strip()) == (0, str(len(NAMES)))
    assert "okpd2" in run("classifiers", "list").stdout
    assert "official" in run("classifiers", "measure", path).stdout


def test_a_table_without_codes_is_refused_in_one_line(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("a;b\n1;2\n")
    result = run("classifiers", "load", "okpd2", path)
    assert result.exit_code == 1
    assert "Traceback" not in result.output + result.stderr
