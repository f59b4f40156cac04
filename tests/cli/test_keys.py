"""`smezhnik keys` and `smezhnik centres` as an operator uses them."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from app.schemas.key_text import digest_of, is_well_formed
from app.storage.database import connect
from tests.cli.conftest import Run
from tests.directory import profile

Write = Callable[[str, Any], Path]
NORTH = {"id": "north", "name_ru": "Север", "name_en": "North", "regions": ["RU-ARK", "RU-MUR"]}


def listed(run: Run) -> list[dict[str, Any]]:
    return [json.loads(line) for line in run("keys", "list", "--json").stdout.splitlines()]


@pytest.fixture(autouse=True)
def without_encoder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMEZHNIK_ENCODER", "false")


@pytest.fixture
def member(run: Run, write: Write) -> str:
    assert (
        run(
            "import", write("one.jsonl", [profile(external_id="a", capabilities=["Литьё корпусов"])])
        ).exit_code
        == 0
    )
    return json.loads(run("suggest", "литьё корпусов", "--json").stdout)["items"][0]["organisation"]["id"]


def test_a_key_is_printed_once_and_only_its_hash_is_kept(run: Run, member: str, database_url: str) -> None:
    made = run("keys", "create", "member", member, "--name", "ERP", "--scope", "read", "--scope", "write")
    assert made.exit_code == 0, made.output
    key = made.stdout.strip()
    assert is_well_formed(key, test=False)
    (shown,) = listed(run)
    assert (shown["masked"], shown["state"], shown["scopes"]) == (
        f"smz_live_…{key[-4:]}",
        "active",
        ["read", "write"],
    )
    assert key not in run("keys", "list").stdout
    database = connect(database_url)
    with database.reading() as session:
        row = session.execute(text("SELECT * FROM access_key")).one()
    database.dispose()
    assert digest_of(key) in row
    assert key[9:41] not in str(row)


def test_rotated_and_revoked(run: Run, member: str) -> None:
    run("keys", "create", "member", member, "--name", "ERP", "--days", "30")
    (first,) = listed(run)
    rotated = run("keys", "rotate", first["id"], "--hours", "2")
    assert is_well_formed(rotated.stdout.strip(), test=False)
    second, first = listed(run)
    assert first["replaced_by"] == second["id"]
    assert first["state"] == "active"
    assert first["expires_at"] < second["expires_at"]
    assert run("keys", "rotate", first["id"]).exit_code == 1
    assert run("keys", "revoke", first["id"]).exit_code == 0
    assert run("keys", "revoke", first["id"]).exit_code == 1
    assert [key["state"] for key in listed(run)] == ["active", "revoked"]


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("member",), "organisation_id"),
        (("member", "00000000-0000-7000-8000-000000000000"), "organisation_id"),
        (("centre", "nowhere"), "centre_id"),
        (("website",), "origins"),
        (("website", "https://x.example/page"), "origins"),
        (("website", "https://x.example", "--scope", "write"), "scopes"),
        (("admin", "x"), "origins"),
    ],
)
def test_a_key_without_its_holder_is_refused(run: Run, words: tuple[str, ...], reason: str) -> None:
    refused = run("keys", "create", *words, "--name", "x")
    assert (refused.exit_code, reason in refused.stderr) == (1, True), refused.stderr
    assert refused.stdout == ""


def test_centres_are_loaded_as_data(run: Run, write: Write) -> None:
    assert run("centres", "load", write("centres.jsonl", [NORTH])).exit_code == 0
    changed = {**NORTH, "regions": ["RU-MUR"], "name_ru": "Северный"}
    assert run("centres", "load", write("centres.jsonl", [changed])).exit_code == 0
    table = run("centres", "list").stdout
    assert "Северный" in table
    assert not re.search("RU-ARK", table)
    assert run("keys", "create", "centre", "north", "--name", "CRM", "--scope", "review").exit_code == 0


@pytest.mark.parametrize(
    "line", [{**NORTH, "regions": ["RU-XXX"]}, {**NORTH, "id": "Север"}, {**NORTH, "x": 1}, "{", []]
)
def test_a_wrong_line_changes_nothing(run: Run, write: Write, line: Any) -> None:
    lines = [json.dumps(NORTH), line if isinstance(line, str) else json.dumps(line)]
    refused = run("centres", "load", write("centres.jsonl", "\n".join(lines)))
    assert (refused.exit_code, refused.stderr.startswith("✗ 2:")) == (1, True), refused.stderr
    assert "north" not in run("centres", "list").stdout
