"""`smezhnik reviews` and `smezhnik renew` as an operator uses them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Run
from tests.directory import profile

Write = Callable[[str, Any], Path]


@pytest.fixture(autouse=True)
def without_encoder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMEZHNIK_ENCODER", "false")


def queue(run: Run, *options: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in run("reviews", "list", "--json", *options).stdout.splitlines()]


def test_the_queue_is_listed_and_decided(run: Run, write: Write) -> None:
    centre = {"id": "north", "name_ru": "Север", "name_en": "North", "regions": ["RU-ARK"]}
    assert run("centres", "load", write("centres.jsonl", [centre])).exit_code == 0
    waiting = [
        {"kind": "need", "text": f"Отливки {word}", "status": "in_review"}
        for word in ("одни", "другие", "третьи")
    ]
    record = profile(external_id="a", statements=waiting)
    assert run("import", write("one.jsonl", [record])).exit_code == 0
    first, second, third = queue(run)
    assert "Отливки одни" in run("reviews", "list").stdout
    assert queue(run, "--overdue") == queue(run, "--region", "RU-PER") == []
    assert run("reviews", "publish", first["id"]).exit_code == 0
    again = run("reviews", "publish", first["id"])
    assert (again.exit_code, "published" in again.output) == (1, True)
    assert run("reviews", "reject", second["id"], "--reason", "Слишком общо").exit_code == 0
    assert run("reviews", "hand-over", third["id"], "nowhere").exit_code == 1
    assert run("reviews", "hand-over", third["id"], "north").exit_code == 0
    (left,) = queue(run)
    assert (left["id"], left["centre_id"], left["handed_over_by"]) == (third["id"], "north", "admin:cli")
    renewed = run("renew", first["statement"]["id"], "--until", "2099-01-31")
    assert (renewed.exit_code, "2099-01-31" in renewed.output) == (0, True)
    assert run("renew", second["statement"]["id"]).exit_code == 1
