"""What an import costs: organisations with a statement each, through the worker, in seconds of one core.

`python -m benchmarks.imports --rows 20000`; processor time of this process and of the spreadsheet's reader,
not the clock: the machine may be shared. Meanings are encoded after the rows, and counted apart.
"""

import argparse
import os
import tempfile
import threading
from pathlib import Path

from app import bootstrap, importer
from app.access import Admin
from app.files.tables import Cell, FileKind
from app.files.writing import csv_file, workbook
from app.schemas.import_files import Wishes
from app.settings import Settings
from app.usecases import import_runs
from app.usecases.import_runs import Submitted

HEADS: list[Cell] = [
    "ИНН", "Наименование", "Вид организации", "Регион", "Город", "Основной ОКВЭД2", "Контактное лицо",
    "Почта", "Дата согласия", "Возможность или потребность", "Текст", "ОКПД2",
]  # fmt: skip
WEIGHTS = (2, 4, 10, 3, 5, 9, 4, 6, 8)
PRODUCTS = ("Отливки корпусов", "Поковки валов", "Шестерни", "Рамы сварные", "Пружины", "Кабели", "Ткани")


def main() -> None:
    """Import an invented file of each kind twice: all rows are new, then none is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=20_000)
    rows = [HEADS, *(_row(number) for number in range(1, parser.parse_args().rows + 1))]
    files = {FileKind.XLSX: workbook({"Лист1": rows}), FileKind.CSV: csv_file(rows)}
    for kind, content in files.items():
        with tempfile.TemporaryDirectory() as folder:
            _measure(Path(folder), kind, content)


def _measure(folder: Path, kind: FileKind, content: bytes) -> None:
    settings = Settings(database_url=f"sqlite:///{folder}/import.db", encoder=False)
    runtime = bootstrap.start(settings)
    given = Submitted(content, kind, "members", False, Wishes())
    for what in ("new", "unchanged"):
        with runtime.database.writing() as session:
            import_id = import_runs.submit(session, Admin(), given).id
        before = _processor_seconds()
        importer.import_one(runtime, threading.Event())
        spent = _processor_seconds() - before
        with runtime.database.reading() as session:
            row = import_runs.read(session, Admin(), import_id)
        print(
            f"{kind}, {len(content):,} bytes, {what}: {row.rows_done:,} rows in {spent:.1f} s of one core; "
            f"{row.state}: {row.created} created, {row.unchanged} unchanged, {row.refused} refused",
            flush=True,
        )
    runtime.database.dispose()


def _processor_seconds() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def _row(number: int) -> list[Cell]:
    digits = f"00{number:07d}"
    control = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, digits, strict=True)) % 11 % 10
    product = f"{PRODUCTS[number % len(PRODUCTS)]}, исполнение {number}"
    return [
        f"{digits}{control}", f"ООО «Завод {number}»", "предприятие", "Свердловская область", "Ирбит",
        "24.53", "Отдел сбыта", "sales@proba.example", "01.02.2026", "возможность", product, "25.50.11",
    ]  # fmt: skip


if __name__ == "__main__":
    main()
