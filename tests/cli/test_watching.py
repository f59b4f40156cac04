"""`smezhnik webhooks`, `saved-searches` and `alerts` as an operator uses them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Run
from tests.directory import profile

Write = Callable[[str, Any], Path]


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """The commands reach the database as the API does, which is tested on both."""
    return sqlite_url


@pytest.fixture(autouse=True)
def without_encoder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMEZHNIK_ENCODER", "false")


def lines(run: Run, *words: str) -> list[dict[str, Any]]:
    done = run(*words, "--json")
    assert done.exit_code == 0, done.output
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture
def member(run: Run, write: Write) -> str:
    """`member:ID` of a buyer."""
    record = profile(external_id="a", capabilities=["Сборка насосов"])
    assert run("import", write("one.jsonl", [record])).exit_code == 0
    found = json.loads(run("suggest", "сборка насосов", "--json").stdout)
    return f"member:{found['items'][0]['organisation']['id']}"


def test_the_life_of_an_endpoint(run: Run, member: str):
    made = run("webhooks", "add", "https://hooks.example/x", "--event", "statement.created", "--as", member)
    assert made.exit_code == 0, made.output
    secret = made.stdout.strip()
    assert secret.startswith("whsec_")
    (shown,) = lines(run, "webhooks", "list", "--as", member)
    assert lines(run, "webhooks", "list") == [shown]
    assert "on" in run("webhooks", "list").stdout
    assert run("webhooks", "rotate", shown["id"], "--as", member).stdout.strip() not in ("", secret)
    message = run("webhooks", "test", shown["id"], "--as", member).stdout.strip()
    (sent,) = lines(run, "webhooks", "sent", shown["id"], "--as", member)
    assert (sent["id"], sent["event_type"], sent["state"]) == (message, "webhook.test", "queued")
    assert run("webhooks", "replay", shown["id"], message, "--as", member).exit_code == 0
    assert run("webhooks", "resume", shown["id"], "--as", member).exit_code == 0
    assert run("webhooks", "delete", shown["id"], "--as", member).exit_code == 0
    assert lines(run, "webhooks", "list") == []


def test_private_addresses_and_unknown_holders_end_the_command(run: Run, member: str):
    refused = run("webhooks", "add", "https://127.0.0.1/", "--event", "statement.created", "--as", member)
    assert refused.exit_code == 1
    assert run("webhooks", "list", "--as", "member:nobody").exit_code == 2
    assert run("alerts", "list", "--as", "admin").exit_code == 2


def test_a_search_and_what_it_finds(run: Run, write: Write, member: str):
    text = "Нужны отливки корпусов насосов из чугуна"
    search = run(
        "saved-searches", "add", "Отливки", "--as", member, "--text", text, "--min-strength", "possible"
    )
    assert search.exit_code == 0, search.output
    (saved,) = lines(run, "saved-searches", "list", "--as", member)
    assert (saved["id"], saved["question"]["text"]) == (search.stdout.strip(), text)
    offer = profile(external_id="b", capabilities=["Литьё корпусов насосов из чугуна"])
    assert run("import", write("two.jsonl", [offer])).exit_code == 0
    assert run("alerts", "raise").stdout.strip() == "1"
    (alert,) = lines(run, "alerts", "list", "--unread", "--as", member)
    assert alert["saved_search_id"] == saved["id"]
    assert offer["legal_name"] in run("alerts", "list", "--as", member).stdout
    assert run("saved-searches", "delete", saved["id"], "--as", member).exit_code == 0
    assert lines(run, "alerts", "list", "--as", member) == []
