"""Imports over HTTP: what is stored, what is refused and where, and that nothing is lost or doubled."""

import csv
import io
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from starlette.testclient import TestClient

from app import importer, worker
from app.bootstrap import Runtime
from app.files import workbooks
from app.files.kinds import MEDIA_TYPES
from app.files.tables import Cell, FileKind
from app.files.writing import workbook
from app.schemas.import_rows import RawLine
from app.settings import Settings
from app.storage import imports
from app.storage.changes import Change
from app.storage.organisations import Organisation
from app.storage.statements import Statement
from tests.conftest import ADMIN_KEY
from tests.directory import Directory, bearer, inn, profile

TYPES = {kind: name for name, kind in reversed(MEDIA_TYPES.items())}
HEADS = [
    "ИНН", "Полное наименование", "Вид организации", "Субъект РФ", "Город", "ОКВЭД", "Контактное лицо",
    "E-mail", "Дата согласия", "Продукция", "Ищем",
]  # fmt: skip


def row(number: int, **changes: Cell) -> list[Cell]:
    told: dict[str, Cell] = {
        "ИНН": inn(number),
        "Полное наименование": f"ООО «Завод {number}»",
        "Вид организации": "Предприятие",
        "Субъект РФ": "Свердловская обл.",
        "Город": "Ирбит",
        "ОКВЭД": "24.53",
        "Контактное лицо": "Отдел сбыта",
        "E-mail": "sales@proba.example",
        "Дата согласия": "01.02.2026",
        "Продукция": f"Литьё алюминия под давлением {number}",
        "Ищем": "",
    }
    return list({**told, **changes}.values())


def table(*rows: list[Cell], delimiter: str = ";") -> str:
    output = io.StringIO()
    csv.writer(output, delimiter=delimiter).writerows([HEADS, *rows])
    return output.getvalue()


class Importing:
    """Sends files and lets a worker do what is due."""

    def __init__(self, client: TestClient, runtime: Runtime, headers: dict[str, str]) -> None:
        self.client, self.runtime, self.headers = client, runtime, headers

    def send(self, content: str | bytes, kind: FileKind = FileKind.CSV, **query: Any) -> str:
        body = content.encode() if isinstance(content, str) else content
        headers = {**self.headers, "Content-Type": TYPES[kind]}
        answer = self.client.post("/v1/imports", content=body, headers=headers, params=query)
        assert answer.status_code == 202, answer.text
        assert answer.json()["state"] == "queued"
        return str(answer.headers["location"])

    def get(self, path: str) -> Any:
        answer = self.client.get(path, headers=self.headers)
        assert answer.status_code == 200, answer.text
        return answer

    def done(self, content: str | bytes, kind: FileKind = FileKind.CSV, **query: Any) -> dict[str, Any]:
        path = self.send(content, kind, **query)
        while importer.import_one(self.runtime, threading.Event()):
            pass
        end: dict[str, Any] = self.get(path).json()
        return end

    def errors(self, end: dict[str, Any]) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.get(f"/v1/imports/{end['id']}/errors?limit=100").json()["items"]
        return found


@pytest.fixture
def settings(database_url: str) -> Settings:
    return Settings(database_url=database_url, admin_key=ADMIN_KEY, encoder=False)  # type: ignore[arg-type]


@pytest.fixture
def importing(client: TestClient, runtime: Runtime, admin: dict[str, str]) -> Importing:
    return Importing(client, runtime, admin)


def counts(end: dict[str, Any]) -> tuple[int, ...]:
    return tuple(end["counts"][name] for name in ("created", "updated", "unchanged", "refused"))


def rows_of(runtime: Runtime, table: type[Any]) -> int:
    with runtime.database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_good_rows_are_stored_and_bad_ones_reported_where_they_stand(
    importing: Importing, runtime: Runtime
) -> None:
    bad = [
        row(2, ИНН="7707083890"),
        row(3, **{"Субъект РФ": "Тьмутаракань"}),
        row(4, **{"Дата согласия": "вчера"}),
        row(5, Город=""),
        row(6, ОКВЭД="24.5.3"),
        [*row(7), "лишнее"],
    ]
    end = importing.done(table(row(1), *bad, row(8, Ищем="Валы | Шестерни")))
    assert (end["state"], counts(end)) == ("partial", (2, 0, 0, 6))
    assert [(e["row"], e["column"], e["code"]) for e in importing.errors(end)] == [
        (3, "A", "inn_checksum"),
        (4, "D", "region_unknown"),
        (5, "I", "type_datetime"),
        (6, "E", "required"),
        (7, "F", "wrong_form"),
        (8, None, "csv_columns"),
    ]
    assert (rows_of(runtime, Organisation), rows_of(runtime, Statement)) == (2, 4)
    changes = rows_of(runtime, Change)
    again = importing.done(table(row(1), *bad, row(8, Ищем="Валы | Шестерни")))
    assert counts(again) == (0, 0, 2, 6)
    assert rows_of(runtime, Change) == changes


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1251", "koi8-r", "cp866"])
def test_encodings_and_delimiters_are_found_and_said(
    importing: Importing, runtime: Runtime, encoding: str, delimiter: str
) -> None:
    text = table(row(1), delimiter=delimiter).replace("«", "").replace("»", "")
    end = importing.done(text.encode(encoding), dry_run=True)
    assert counts(end) == (1, 0, 0, 0), importing.errors(end)
    assert (end["encoding"], end["delimiter"]) == (encoding.removesuffix("-sig"), delimiter)
    assert rows_of(runtime, Organisation) == 0


def test_a_wished_encoding_is_not_doubted(importing: Importing) -> None:
    end = importing.done(table(row(1)).encode("cp1251"), encoding="utf-8")
    assert (end["state"], end["failure"]["code"]) == ("failed", "file_encoding")


def test_spreadsheets_in_two_sheets_with_numbers_as_numbers(importing: Importing, runtime: Runtime) -> None:
    sheets = {
        "Запросы": [
            ["ИНН", "Вид", "Текст", "ОКПД2", "Нужно до"],
            [inn(1), "потребность", "Поковки валов", "25.50.11; 25.50.12", "31.12.2027"],
            [inn(9), "возможность", "Ковка", "25.50", ""],
            [inn(1), "желание", "Ковка", "25.50", ""],
        ],
        "Члены": [["Список членов центра"], HEADS, row(1, ИНН=inn(1)[1:])],
        "Примечания": [["что угодно"]],
    }
    end = importing.done(workbook(sheets), FileKind.XLSX)  # type: ignore[arg-type]
    assert (end["state"], counts(end)) == ("partial", (1, 1, 0, 2))
    assert [(e["severity"], e["sheet"], e["row"], e["column"], e["code"]) for e in importing.errors(end)] == [
        ("note", "Члены", 3, "A", "zero_added"),
        ("error", "Запросы", 3, "A", "owner_unknown"),
        ("error", "Запросы", 4, "B", "unknown_value"),
    ]
    with runtime.database.reading() as session:
        texts = set(session.scalars(select(Statement.text)))
    assert texts == {"Поковки валов", "Литьё алюминия под давлением 1"}
    marked = importing.get(f"/v1/imports/{end['id']}/errors.xlsx").content
    first, _, third = workbooks.tables(marked)
    assert next(first.rows).cells[-1] == "Ошибки / Errors"
    assert "A: " in str(list(first.rows)[1].cells[-1])
    assert third.name == "Примечания"
    again = importing.done(marked, FileKind.XLSX)
    assert counts(again) == (0, 0, 2, 2), importing.errors(again)
    assert again["ignored_columns"] == []


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_template_imports_as_it_is(importing: Importing, language: str) -> None:
    importing.headers["Accept-Language"] = language
    book = importing.get("/v1/imports/template.xlsx").content
    assert counts(importing.done(book, FileKind.XLSX, dry_run=True)) == (1, 1, 0, 0)
    assert counts(importing.done(book, FileKind.XLSX)) == (1, 1, 0, 0)
    importing.headers["Accept"] = "text/csv"
    text = importing.get("/v1/imports/template.csv").content
    importing.headers.pop("Accept")
    end = importing.done(text)
    assert (counts(end), end["ignored_columns"]) == ((0, 0, 1, 0), [])


def test_unknown_columns_are_named_with_what_was_perhaps_meant(importing: Importing) -> None:
    text = table(row(1)).replace("Город", "Городд").replace("Ищем", "Прочее")
    end = importing.done(text)
    assert end["ignored_columns"] == [
        {"heading": "Городд", "meant": "Город"},
        {"heading": "Прочее", "meant": None},
    ]
    assert importing.errors(end)[0]["code"] == "required"


def test_a_centre_imports_its_own_members_only(
    client: TestClient, runtime: Runtime, directory: Directory, admin: dict[str, str]
) -> None:
    for name, region in (("north", "RU-SVE"), ("south", "RU-PER")):
        directory.centre(name, region)
    directory.organisation(centre_id="south", identifiers=[{"scheme": "inn", "number": inn(50)}])
    key = directory.key("centre", "read", "write", centre_id="north")
    own = Importing(client, runtime, bearer(key))
    end = own.done(table(row(51), row(50), row(52, **{"Субъект РФ": "Пермский край"})))
    assert [(e["row"], e["code"]) for e in own.errors(end)] == [(3, "forbidden")]
    with runtime.database.reading() as session:
        found = dict(session.execute(select(Organisation.legal_name, Organisation.centre_id)).all())  # type: ignore[arg-type]
    assert found["ООО «Завод 51»"] == found["ООО «Завод 52»"] == "north"
    other = bearer(directory.key("centre", "read", "write", centre_id="south"))
    assert client.get(f"/v1/imports/{end['id']}", headers=other).status_code == 404
    assert client.get("/v1/imports", headers=other).json()["items"] == []
    assert client.get(f"/v1/imports/{end['id']}/errors.csv", headers=admin).status_code == 200


def test_a_centres_file_hands_no_member_over_to_another_centre(
    client: TestClient, runtime: Runtime, directory: Directory
) -> None:
    for name, region in (("north", "RU-SVE"), ("south", "RU-PER")):
        directory.centre(name, region)
    owner = profile(centre_id="north")
    own = Importing(client, runtime, bearer(directory.key("centre", "read", "write", centre_id="north")))
    assert counts(own.done(json.dumps(owner), FileKind.JSONL)) == (1, 0, 0, 0)
    end = own.done(json.dumps({**owner, "centre_id": "south", "city": "Реж"}), FileKind.JSONL)
    assert [error["code"] for error in own.errors(end)] == ["forbidden"]
    with runtime.database.reading() as session:
        kept = session.scalars(select(Organisation)).one()
    assert (kept.centre_id, kept.city) == ("north", owner["city"])


@pytest.mark.parametrize("may_review", [False, True])
def test_what_a_clerk_sends_waits_for_the_review_its_key_leaves_it_to(
    client: TestClient, runtime: Runtime, directory: Directory, may_review: bool
) -> None:
    directory.centre("north", "RU-SVE")
    scopes = ("read", "write", *(("review",) if may_review else ()))
    clerk = Importing(client, runtime, bearer(directory.key("centre", *scopes, centre_id="north")))

    def waiting() -> list[tuple[str, bool]]:
        items = client.get("/v1/reviews", headers=directory.headers).json()["items"]
        return [(item["statement"]["id"], item["changes"] is not None) for item in items]

    owner = profile(centre_id="north")

    def told(text: str) -> str:
        statement = {"external_id": "a", "kind": "capability", "text": text, "status": "published"}
        return json.dumps({**owner, "statements": [statement]})

    assert counts(clerk.done(told("Литьё чугуна"), FileKind.JSONL)) == (1, 0, 0, 0)
    with runtime.database.reading() as session:
        first = session.scalars(select(Statement)).one()
    assert first.status == ("published" if may_review else "in_review")
    assert waiting() == ([] if may_review else [(first.id, False)])
    Importing(client, runtime, directory.headers).done(told("Литьё чугуна"), FileKind.JSONL)
    assert waiting() == []
    assert counts(clerk.done(told("Литьё стали"), FileKind.JSONL))[3] == 0
    assert waiting() == ([] if may_review else [(first.id, True)])
    with runtime.database.reading() as session:
        shown = session.scalars(select(Statement)).one()
    assert (shown.status, shown.text) == ("published", "Литьё стали" if may_review else "Литьё чугуна")


@pytest.mark.parametrize("stored", [0, 2])
def test_a_revoked_key_stops_its_import_and_what_is_stored_stays(
    importing: Importing, runtime: Runtime, monkeypatch: pytest.MonkeyPatch, stored: int
) -> None:
    admin = dict(importing.headers)
    wanted = {"name": "Перенос", "kind": "admin", "scopes": ["read", "write", "review"]}
    key = importing.client.post("/v1/keys", json=wanted, headers=admin).json()
    importing.headers = {"Authorization": f"Bearer {key['key']}"}
    path = importing.send(table(*(row(number) for number in range(1, 6))))
    importing.headers = admin

    def revoke() -> None:
        away = {**admin, "If-Match": importing.get(f"/v1/keys/{key['id']}").headers["etag"]}
        assert importing.client.delete(f"/v1/keys/{key['id']}", headers=away).status_code == 204

    def one_by_one(lines: Iterator[RawLine]) -> Iterator[list[RawLine]]:
        for n, line in enumerate(lines):
            if n == stored:
                revoke()
            yield [line]

    monkeypatch.setattr(importer, "in_batches", one_by_one)
    if not stored:
        revoke()
    importer.import_one(runtime, threading.Event())
    end = importing.get(path).json()
    assert (end["state"], end["failure"]["code"], end["rows_done"]) == ("failed", "key_inactive", stored)
    assert rows_of(runtime, Organisation) == stored


def test_a_killed_worker_costs_nothing_and_doubles_nothing(
    importing: Importing, runtime: Runtime, database_url: str
) -> None:
    path = importing.send(table(*(row(number) for number in range(1, 201))))
    code = "import threading; from app import bootstrap, importer; from app.settings import read_settings;"
    code += "importer.LINES_AT_ONCE = 20;"
    code += "importer.import_one(bootstrap.start(read_settings()), threading.Event())"
    environment = {**os.environ, "SMEZHNIK_DATABASE_URL": database_url, "SMEZHNIK_ENCODER": "false"}
    working = subprocess.Popen([sys.executable, "-c", code], env=environment)
    while not 0 < importing.get(path).json()["rows_done"] < 200:
        assert working.poll() is None
        time.sleep(0.02)
    working.send_signal(signal.SIGKILL)
    working.wait()
    middle = importing.get(path).json()
    assert (middle["state"], middle["rows_total"]) == ("running", 200)
    assert rows_of(runtime, Organisation) == middle["rows_done"] < 200
    assert not importer.import_one(runtime, threading.Event()), "the lease of the dead worker stands"
    with runtime.database.writing() as session:
        session.get_one(imports.Import, middle["id"]).leased_until = datetime.now(UTC) - timedelta(seconds=1)
    assert importer.import_one(runtime, threading.Event())
    end = importing.get(path).json()
    assert (end["state"], counts(end)) == ("succeeded", (200, 0, 0, 0))
    assert (rows_of(runtime, Organisation), rows_of(runtime, Statement)) == (200, 200)


def test_a_worker_told_to_stop_leaves_the_rest_to_the_next(importing: Importing, runtime: Runtime) -> None:
    path = importing.send(table(row(1)))
    stop = threading.Event()
    stop.set()
    assert importer.import_one(runtime, stop)
    assert importing.get(path).json()["state"] == "running"
    assert worker.run_once(runtime)["imported"] == 1
    assert importing.get(path).json()["state"] == "succeeded"


@pytest.mark.parametrize(
    ("content", "kind", "code"),
    [
        (b"%PDF-1.4", FileKind.XLSX, "file_no_sheet"),
        (b"PK\x03\x04broken", FileKind.XLSX, "file_broken"),
        (b"a;b\n1;2", FileKind.CSV, "file_headings"),
        (b"\n\n ", FileKind.CSV, "file_empty"),
        ("inn;legal_name\n" + "1;x\n" * 20_001, FileKind.CSV, "file_rows"),
        ("inn;legal_name" + ";c" * 100, FileKind.CSV, "file_columns"),
    ],
)
def test_files_that_are_refused_whole(
    importing: Importing, content: str | bytes, kind: FileKind, code: str
) -> None:
    end = importing.done(content, kind)
    assert (end["state"], end["failure"]["code"], end["rows_done"]) == ("failed", code, 0)
    assert end["failure"]["detail"]


def test_what_cannot_be_a_file_is_refused_at_once(client: TestClient, admin: dict[str, str]) -> None:
    def post(content: bytes, media_type: str) -> int:
        headers = {**admin, "Content-Type": media_type}
        return client.post("/v1/imports", content=content, headers=headers).status_code

    assert post(b"x", "application/pdf") == 415
    assert post(b"", "text/csv") == 422
    assert post(b"x" * 10_000_001, "text/csv") == 413
    assert client.get("/v1/imports/template.csv", headers={"Accept": "image/png"}).status_code == 406


def test_a_repeated_upload_is_taken_in_once(client: TestClient, admin: dict[str, str]) -> None:
    headers = {**admin, "Content-Type": "text/csv", "Idempotency-Key": "once"}
    answers = [client.post("/v1/imports", content=table(row(1)).encode(), headers=headers) for _ in range(2)]
    assert answers[0].headers["location"] == answers[1].headers["location"]
    assert len(client.get("/v1/imports", headers=admin).json()["items"]) == 1


def test_few_imports_wait_at_once_and_old_ones_are_forgotten(importing: Importing, runtime: Runtime) -> None:
    end = importing.done(table(row(1)))
    for _ in range(10):
        importing.send(table(row(1)))
    headers = {**importing.headers, "Content-Type": "text/csv"}
    refused = importing.client.post("/v1/imports", content=b"x", headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (409, "limit_reached")
    later = datetime.fromisoformat(end["kept_until"]) + timedelta(minutes=1)
    with runtime.database.writing() as session:
        assert imports.sweep(session, later) == 1
    assert importing.client.get(f"/v1/imports/{end['id']}", headers=importing.headers).status_code == 404
