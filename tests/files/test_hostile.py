"""Files made to harm are refused, or read, within the limits of RELIABILITY.md T10."""

import os
import threading
import time
from collections.abc import Callable

import pytest

from app.errors import Invalid
from app.files import workbooks
from app.files.limits import MEMORY_BYTES
from tests.files.samples import (
    HEAD,
    HEADS,
    ods,
    ods_row,
    raw_xlsx,
    sheet,
    text_row,
    xlsx,
    zip_lying_about_sizes,
)

BOMB = sheet(HEADS + "<!-- " + "a" * 101_000_000 + " -->")
READER_BYTES = 120_000_000
"""What the reader takes without any file, with room to spare."""


def bomb() -> bytes:
    return raw_xlsx(BOMB)


def far_cell() -> bytes:
    return raw_xlsx(sheet(HEADS + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'))


def wide() -> bytes:
    return raw_xlsx(sheet(text_row(1, *(["ИНН"] * 101))))


def many_rows() -> bytes:
    return raw_xlsx(
        sheet(HEADS + "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(2, 200_000)))
    )


def amplified_strings() -> bytes:
    row = "".join('<c t="s"><v>0</v></c>' for _ in range(90))
    rows = "".join(f'<row r="{n}">{row}</row>' for n in range(1, 5000))
    return raw_xlsx(sheet(rows), strings=f"<si><t>{'ы' * 16_000}</t></si>")


def external_entity() -> bytes:
    doctype = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    return raw_xlsx(sheet(text_row(1, "ИНН", "&e;")).replace(HEAD, HEAD + doctype))


def billion_laughs() -> bytes:
    laughs = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'
    return ods(ods_row("ИНН", "x"), {"styles.xml": (HEAD + laughs + "<x>&b;</x>").encode()})


REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "a bomb": (bomb, "file_unpacked"),
    "a bomb that lies": (lambda: zip_lying_about_sizes(bomb(), b"xl/worksheets/sheet1.xml"), "file_unpacked"),
    "a far cell": (far_cell, "file_too_heavy"),
    "many columns": (wide, "file_columns"),
    "many rows": (many_rows, "file_rows"),
    "one long string in every cell": (amplified_strings, "file_too_heavy"),
    "macros": (lambda: raw_xlsx(sheet(HEADS), {"xl/vbaProject.bin": b"x"}), "file_macros"),
    "macros of ODS": (lambda: ods(ods_row("ИНН"), {"Basic/Standard/Module1.xml": b"<x/>"}), "file_macros"),
    "an external entity": (external_entity, "file_doctype"),
    "a thousand laughs": (billion_laughs, "file_doctype"),
    "many parts": (
        lambda: raw_xlsx(sheet(HEADS), {f"xl/media/{n}.png": b"x" for n in range(200)}),
        "file_parts",
    ),
    "a million rows of ODS": (lambda: ods(ods_row("x", repeated=1_000_000)), "file_rows"),
    "a torn file": (lambda: xlsx(["ИНН"], ["1"])[:-40], "file_broken"),
    "a part that is no XML": (lambda: raw_xlsx("<worksheet><sheetData><row"), "file_broken"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_would_harm_is_refused_in_little_memory_and_time(name: str) -> None:
    make, code = REFUSED[name]
    content = make()
    assert len(content) < 10_000_000
    with Watch() as watch, pytest.raises(Invalid) as refusal:
        list(workbooks.tables(content))
    assert refusal.value.violations[0].code == code
    assert watch.most < MEMORY_BYTES + READER_BYTES
    assert watch.cpu_seconds < 5


def test_a_million_empty_rows_are_nothing() -> None:
    empty = "".join(f'<row r="{n}"><c r="A{n}" s="1"/></row>' for n in range(2, 300_000))
    (table,) = workbooks.tables(raw_xlsx(sheet(HEADS + empty)))
    assert [row.number for row in table.rows] == [1]
    (table,) = workbooks.tables(ods(ods_row("ИНН", "Название") + ods_row("", repeated=1_000_000)))
    assert [row.number for row in table.rows] == [1]


def test_the_reader_is_given_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, str] = {}
    monkeypatch.setenv("SMEZHNIK_DATABASE_URL", "sqlite:///secret.db")
    real = workbooks.subprocess.run

    def spy(*words: object, **options: object) -> object:
        seen.update(options["env"])  # type: ignore[call-overload]
        return real(*words, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(workbooks.subprocess, "run", spy)
    list(workbooks.tables(xlsx(["ИНН"], ["1"])))
    assert set(seen) == {"PYTHONPATH", "PATH"}


class Watch:
    """Looks at the child processes of this one: the most memory any of them held, and their CPU time."""

    def __enter__(self) -> "Watch":
        self.most = 0
        self._before = os.times()
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._look)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()
        now = os.times()
        self.cpu_seconds = (now.children_user + now.children_system) - (
            self._before.children_user + self._before.children_system
        )

    def _look(self) -> None:
        page = os.sysconf("SC_PAGE_SIZE")
        while not self._done.wait(0.01):
            for child in _children():
                try:
                    with open(f"/proc/{child}/cmdline") as file:
                        if workbooks.READER not in file.read():
                            continue  # not the reader yet, but this process's own image
                    with open(f"/proc/{child}/statm") as file:
                        self.most = max(self.most, int(file.read().split()[1]) * page)
                except (OSError, IndexError):
                    continue


def _children() -> list[str]:
    found: list[str] = []
    for task in os.listdir("/proc/self/task"):
        try:
            with open(f"/proc/self/task/{task}/children") as file:
                found += file.read().split()
        except OSError:
            time.sleep(0)
    return found
