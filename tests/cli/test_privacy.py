"""`smezhnik erase` and `smezhnik audit` as an operator uses them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.storage.database import connect
from tests.cli.conftest import Run
from tests.directory import profile
from tests.remains import remains

MAIL = "canary@sample.example"


@pytest.fixture(autouse=True)
def without_encoder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMEZHNIK_ENCODER", "false")


def test_a_person_is_forgotten_and_the_log_tells(
    run: Run, write: Callable[[str, Any], Path], database_url: str
) -> None:
    lines = [profile(external_id="a", capabilities=[f"Литьё корпусов, писать на {MAIL}"])]
    assert run("import", write("one.jsonl", lines)).exit_code == 0
    done = run("erase", "--email", MAIL.upper(), "--json")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert (told["contacts"], told["texts"], len(told["without_contact"])) == (1, 1, 1)
    database = connect(database_url)
    assert remains(database, [MAIL]) == []
    database.dispose()
    log = [json.loads(line) for line in run("audit", "--json", "--set", "action=erased").stdout.splitlines()]
    assert [(entry["entity"], entry["actor_id"]) for entry in log] == [("erasure", "cli"), ("contact", "cli")]
    assert log[0]["entity_id"] == told["id"]
    page = json.loads(run("changes", "--limit", "1", "--json").stdout)
    assert (page["items"][0]["state"], page["next_after"], page["more"]) == ("present", 1, True)
    assert "statement" in run("changes", "--after", str(page["next_after"])).stdout
    shown = run("audit", "--limit", "1").stdout
    assert f"erasure {told['id']} erased" in shown
    assert "контактов / contacts 0" in run("erase", "--email", MAIL).output


def test_who_is_meant_must_be_said(run: Run) -> None:
    assert run("erase").exit_code == 1
    assert run("audit", "--set", "actor_kind=nobody").exit_code == 1
