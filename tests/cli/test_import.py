"""`smezhnik import`: good lines are kept, bad ones reported with their reason, nothing is doubled."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from app.bootstrap import Runtime
from app.storage import changes, statements
from app.storage.organisation_names import find_by_external_key
from app.storage.organisations import Organisation
from tests.cli.conftest import Run
from tests.directory import inn, profile

Write = Callable[[str, Any], Path]


def report(run: Run, *words: object) -> dict[str, Any]:
    result = run("import", *words, "--json")
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    counts: dict[str, Any] = json.loads(result.stdout)
    assert result.exit_code == (1 if counts["refused"] else 0)
    return counts


def counts(report: dict[str, Any]) -> tuple[int, int, int, int]:
    return report["created"], report["updated"], report["unchanged"], report["refused"]


def stored(runtime: Runtime, external_id: str) -> tuple[Organisation, list[str]]:
    with runtime.database.reading() as session:
        row = find_by_external_key(session, f":{external_id}")
        assert row is not None
        return row, [statement.text for statement in statements.of_organisation(session, row.id)]


def test_bad_lines_lose_no_good_one(run: Run, write: Write) -> None:
    lines = [
        json.dumps(profile(external_id="a", capabilities=["Литьё"])),
        "{ not json",
        json.dumps(profile(external_id="b", region="RU-XXX", identifiers=[{"scheme": "inn", "number": "1"}])),
        "",
        "[1, 2]",
        json.dumps(profile(external_id="c", needs=[{"text": "Отливки", "okpd2": ["24.5.3"]}])),
        json.dumps(profile(external_id="d", needs=["Отливки"])),
    ]
    found = report(run, write("members.jsonl", "\n".join(lines)))
    assert counts(found) == (2, 0, 0, 4)
    assert {(line["line"], line["pointer"], line["code"]) for line in found["lines"]} == {
        (2, "", "json_invalid"),
        (3, "/region", "region_unknown"),
        (3, "/identifiers/0/number", "inn_length"),
        (5, "", "line_no_object"),
        (6, "/statements/0/okpd2/0", "wrong_form"),
    }


def test_the_same_file_twice_changes_nothing(run: Run, runtime: Runtime, write: Write) -> None:
    path = write(
        "members.jsonl", [profile(external_id="a", capabilities=["Литьё"], needs=["Отливки корпусов"])]
    )
    assert counts(report(run, path)) == (1, 0, 0, 0)
    before, texts = stored(runtime, "a")
    assert counts(report(run, path)) == (0, 0, 1, 0)
    after, texts_after = stored(runtime, "a")
    assert (after.id, after.version, texts_after) == (before.id, before.version, texts)


def test_known_by_number_or_external_id_and_brought_up_to_date(
    run: Run, runtime: Runtime, write: Write
) -> None:
    first = profile(external_id="a", capabilities=[{"text": "Литьё", "external_id": "s1"}])
    assert counts(report(run, write("one.jsonl", [first]))) == (1, 0, 0, 0)
    by_number = {**profile(), "identifiers": first["identifiers"], "city": "Тавда", "external_id": "a"}
    by_number["capabilities"] = [{"text": "Литьё под давлением", "external_id": "s1"}, "Ковка"]
    assert counts(report(run, write("two.jsonl", [by_number]))) == (0, 1, 0, 0)
    row, texts = stored(runtime, "a")
    assert (row.city, sorted(texts)) == ("Тавда", ["Ковка", "Литьё под давлением"])
    other_number = {**first, "identifiers": [{"scheme": "inn", "number": inn(8_000_001)}]}
    assert counts(report(run, write("three.jsonl", [other_number]))) == (0, 1, 0, 0)
    assert stored(runtime, "a")[0].identifiers[0].number == inn(8_000_001)


def test_a_left_out_field_stays(run: Run, runtime: Runtime, write: Write) -> None:
    whole = profile(external_id="a", description="Заводик на реке")
    report(run, write("one.jsonl", [whole]))
    without = {name: value for name, value in whole.items() if name not in ("description", "contacts")}
    assert counts(report(run, write("two.jsonl", [without]))) == (0, 0, 1, 0)
    row, _ = stored(runtime, "a")
    assert row.description == "Заводик на реке"
    assert len(row.contacts) == 1


def test_a_record_that_points_at_two_organisations_is_refused(run: Run, write: Write) -> None:
    one, other = profile(external_id="a"), profile(external_id="b")
    report(run, write("one.jsonl", [one, other]))
    mixed = {**one, "external_id": "b"}
    found = report(run, write("two.jsonl", [mixed]))
    assert (counts(found), found["lines"][0]["code"]) == ((0, 0, 0, 1), "number_taken")


def test_a_line_refused_in_its_last_statement_leaves_nothing(
    run: Run, runtime: Runtime, write: Write
) -> None:
    good = profile(external_id="good", capabilities=["Ковка"])
    late = profile(external_id="late", contacts=[])
    late["statements"] = [
        {"kind": "capability", "text": "Литьё", "status": "draft"},
        {"kind": "need", "text": "Отливки"},
    ]
    found = report(run, write("x.jsonl", [late, good]))
    assert counts(found) == (1, 0, 0, 1)
    assert (found["lines"][0]["pointer"], found["lines"][0]["code"]) == (
        "/statements/1/status",
        "contact_required",
    )
    with runtime.database.reading() as session:
        assert find_by_external_key(session, ":late") is None
        assert statements.of_organisation(session, stored(runtime, "good")[0].id)
        assert session.scalar(select(func.count()).select_from(changes.Change)) == 2


def test_a_quote_that_is_never_closed_loses_only_its_own_line(
    run: Run, runtime: Runtime, write: Write
) -> None:
    head = "external_id;legal_name;kind;country;region;city;capabilities"
    good = [f"{n};Завод {n};enterprise;RU;RU-SVE;Ирбит;Литьё {n}" for n in range(3)]
    lines = [head, good[0], '9;"Завод;enterprise;RU;RU-SVE;Ирбит;', good[1], f"8;{'x' * 1_000_001}", good[2]]
    found = report(run, write("members.csv", "\n".join(lines)), "--set", "source=directory")
    assert counts(found) == (3, 0, 0, 2)
    assert [(line["line"], line["code"]) for line in found["lines"]] == [
        (3, "csv_invalid"),
        (5, "csv_invalid"),
    ]


@pytest.mark.parametrize(
    ("changes", "pointer", "code"),
    [
        ({"needs": [{"kind": "capability", "text": "Литьё"}]}, "", "kind_conflict"),
        (
            {"needs": [{"text": "Литьё", "external_id": "z"}, {"text": "Ковка", "external_id": "z"}]},
            "/statements",
            "external_id_repeated",
        ),
    ],
)
def test_statements_that_contradict_themselves_are_refused(
    run: Run, write: Write, changes: dict[str, Any], pointer: str, code: str
) -> None:
    found = report(run, write("x.jsonl", [profile(external_id="a", **changes), profile(external_id="b")]))
    assert counts(found) == (1, 0, 0, 1)
    assert [(line["pointer"], line["code"]) for line in found["lines"]] == [(pointer, code)]


def test_nothing_identifies_a_record(run: Run, write: Write) -> None:
    found = report(run, write("x.jsonl", [profile(source="directory", identifiers=[], okved2_main=None)]))
    assert found["lines"][0]["code"] == "identity_required"


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_csv_with_numbers_and_lists_in_cells(
    run: Run, runtime: Runtime, write: Write, delimiter: str, mark: str
) -> None:
    heads = [
        "external_id",
        "legal_name",
        "kind",
        "country",
        "region",
        "city",
        "inn",
        "okved2_main",
        "capabilities",
    ]
    cells = [
        "7",
        '"ООО «Литьё, ковка; и всё»"',
        "enterprise",
        "RU",
        "RU-SVE",
        "Ирбит",
        inn(8_000_011),
        "24.53",
    ]
    row = [*cells, '"Литьё чугуна | Ковка\nвалов"']
    text = mark + "\n".join(delimiter.join(line) for line in (heads, row))
    text += "\n" + delimiter.join([*cells[:-1], "24.5.3", "Литьё"]).replace(inn(8_000_011), inn(8_000_012))
    contacts = write("contacts.jsonl", [])
    found = report(run, write("members.csv", text), "--set", "source=directory")
    assert contacts.exists()
    assert counts(found) == (1, 0, 0, 1)
    assert (found["lines"][0]["line"], found["lines"][0]["pointer"]) == (3, "/okved2_main")
    row_, texts = stored(runtime, "7")
    assert (row_.legal_name, row_.identifiers[0].number) == ("ООО «Литьё, ковка; и всё»", inn(8_000_011))
    assert sorted(texts) == ["Ковка\nвалов", "Литьё чугуна"]


def test_foreign_field_names_are_renamed_and_constants_set(run: Run, runtime: Runtime, write: Write) -> None:
    path = write("list.jsonl", [{"id": 5, "name": "Краска", "opf": "ООО", "made": "Эмали", "more": "Грунты"}])
    words = ["--rename", "id=external_id", "--rename", "name=legal_name", "--rename", "opf=legal_form"]
    words += ["--rename", "made=capabilities", "--rename", "more=capabilities"]
    for constant in ("country=RU", "region=RU-MOW", "city=Москва", "kind=enterprise", "source=directory"):
        words += ["--set", constant]
    assert counts(report(run, path, *words)) == (1, 0, 0, 0)
    assert stored(runtime, "5")[1] == ["Эмали. Грунты"]
    unnamed = write("unnamed.jsonl", [{"id": 8, "name": "", "opf": "ИП"}])
    assert report(run, unnamed, *words)["lines"][0]["code"] == "required"
    assert counts(report(run, unnamed, *words, "--set", "legal_name?=ИП без имени")) == (1, 0, 0, 0)
    assert stored(runtime, "8")[0].legal_name == "ИП без имени"
    dropped = report(run, write("again.jsonl", [{"id": 6, "name": "Лак", "x": 1}]), "--rename", "x=", *words)
    assert counts(dropped) == (1, 0, 0, 0)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("members.pdf", b"%PDF", "pdf"),
        ("members.jsonl", "Привет".encode("cp1251"), "UTF-8"),
    ],
)
def test_a_file_that_cannot_be_read_ends_in_one_line(
    run: Run, write: Write, name: str, content: bytes, said: str
) -> None:
    result = run("import", write(name, content))
    assert result.exit_code == 1
    assert said in result.stderr
    assert "Traceback" not in result.output + result.stderr


def test_a_table_for_people(run: Run, write: Write) -> None:
    result = run("import", write("x.jsonl", [profile(external_id="a", city="")]))
    assert result.exit_code == 1
    assert "/city" in result.stdout
    assert "required" in result.stdout
