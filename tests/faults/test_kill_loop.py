"""Writers, and a service killed in their midst again and again: what was acknowledged is there, whole."""

import json
import random
import signal
import sqlite3
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest

from tests.faults.planted import LATE
from tests.faults.serving import AS_ADMIN, Started, ask, organisation, started, until_ready
from tests.night import rounds

KILLS = rounds(10, 200)
WRITERS = 8
LEAST_ACKNOWLEDGED = 300


@dataclass(slots=True)
class Entry:
    """What one writer knows of one statement: what was acknowledged, and what was asked and not answered."""

    statement_id: str
    text: str | None
    version: int
    steps: int = 1
    pending: tuple[str | None] | None = None


@dataclass(slots=True)
class Ledger:
    """What all writers were told."""

    entries: dict[str, Entry] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)
    """Texts of creations that were asked for; those not in an entry were never answered."""
    acknowledged: int = 0
    refused: list[str] = field(default_factory=list)
    """Steps that should have succeeded by what was acknowledged before."""


class Refused(Exception):
    """The service refused what should have succeeded."""


class Writer(threading.Thread):
    """Creates, edits and deletes statements of its own until the service is gone."""

    def __init__(self, url: str, owner: str, ledger: Ledger, seed: str) -> None:
        super().__init__(daemon=True)
        self.url, self.owner, self.ledger = url, owner, ledger
        self.seed, self.mine = seed, list[Entry]()
        self.dice = random.Random(seed)

    def run(self) -> None:
        with httpx.Client(base_url=self.url, headers=AS_ADMIN, timeout=10, verify=False) as client:
            try:
                for number in range(100_000):
                    self._step(client, f"Ремонт узлов метка{self.seed}x{number}ъ")
            except (httpx.HTTPError, Refused):
                return

    def _step(self, client: httpx.Client, text: str) -> None:
        living = [entry for entry in self.mine if entry.text is not None]
        match self.dice.choices(("create", "edit", "delete"), (40, 45, 15))[0]:
            case "edit" if living:
                self._change(client, self.dice.choice(living), text)
            case "delete" if living:
                self._change(client, self.dice.choice(living), None)
            case _:
                self._create(client, text)

    def _create(self, client: httpx.Client, text: str) -> None:
        body = {"kind": "capability", "text": text, "status": "published"}
        self.ledger.asked.add(text)
        answer = client.post(f"/v1/organisations/{self.owner}/statements", json=body)
        self._count(answer, 201)
        made = answer.json()
        entry = Entry(made["id"], text, made["version"])
        self.mine.append(entry)
        self.ledger.entries[entry.statement_id] = entry

    def _change(self, client: httpx.Client, entry: Entry, text: str | None) -> None:
        path, tag = f"/v1/statements/{entry.statement_id}", {"If-Match": f'"v{entry.version}"'}
        entry.pending = (text,)
        if text is None:
            self._count(client.delete(path, headers=tag), 204)
        else:
            answer = client.patch(path, json={"text": text, "title": None}, headers=tag)
            self._count(answer, 200)
            entry.version = answer.json()["version"]
        entry.text, entry.pending, entry.steps = text, None, entry.steps + 1

    def _count(self, answer: httpx.Response, wanted: int) -> None:
        if answer.status_code != wanted:
            self.ledger.refused.append(f"{answer.request.method} {answer.status_code}: {answer.text[:200]}")
            raise Refused
        self.ledger.acknowledged += 1


@dataclass(frozen=True, slots=True)
class Stored:
    """What the tables hold after a kill."""

    texts: dict[str, str]
    feed: Counter[str]
    sound: bool


def stored(file: Path) -> Stored:
    """Read the tables themselves, not what the service says of them."""
    with sqlite3.connect(file) as connection:
        texts = dict(connection.execute("SELECT id, text FROM statement"))
        lines = connection.execute("SELECT entity_id FROM change WHERE entity = 'statement'")
        feed = Counter(entity_id for (entity_id,) in lines)
        sound = connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        sound &= not connection.execute("PRAGMA foreign_key_check").fetchall()
    connection.close()
    return Stored(texts, feed, sound)


def violations(ledger: Ledger, found: Stored) -> list[str]:
    """Where tables and feed differ from what writers were told; the ledger takes up what was not answered."""
    wrong = [] if found.sound else ["the file is damaged"]
    for entry in ledger.entries.values():
        if entry.pending is not None and found.texts.get(entry.statement_id) == entry.pending[0]:
            entry.text, entry.steps = entry.pending[0], entry.steps + 1
        entry.pending = None
        if found.texts.get(entry.statement_id) != entry.text:
            wrong.append(f"{entry.statement_id}: acknowledged and not stored")
        elif found.feed[entry.statement_id] != entry.steps:
            wrong.append(f"{entry.statement_id}: the feed tells of another number of changes")
    for statement_id in found.texts.keys() - ledger.entries.keys():
        entry = Entry(statement_id, found.texts[statement_id], 1)
        ledger.entries[statement_id] = entry
        if entry.text not in ledger.asked:
            wrong.append(f"{statement_id}: stored and never asked for")
        if found.feed[statement_id] != 1:
            wrong.append(f"{statement_id}: stored without its line of the feed")
    wrong += [f"{at}: in the feed and not stored" for at in found.feed if at not in ledger.entries]
    return wrong


def unlike_the_index(url: str, ledger: Ledger, dice: random.Random) -> list[str]:
    """Statements, of a few, that are stored and a search does not find."""
    entries = dice.sample(sorted(ledger.entries.values(), key=lambda one: one.statement_id), 8)
    wrong = []
    for entry in entries:
        word = (entry.text or "").rpartition(" ")[2]
        if word and entry.statement_id not in ask(url, word):
            wrong.append(f"{entry.statement_id}: stored and not found")
    return wrong


def kill_loop(url: str, folder: Path, kills: int, defect: str = "", seed: int = 1) -> dict[str, Any]:
    """Kill the service again and again; the counts, and the first violations."""
    dice, ledger, ready = random.Random(seed), Ledger(), list[float]()
    file, wrong, owner, done = Path(url.removeprefix("sqlite:///")), list[str](), "", 0
    settings = {"encoder": "false", "defect": defect}
    for done in range(1, kills + 1):
        service = started(url, folder / "service.log", **settings)
        try:
            ready.append(until_ready(service))
            if not owner:
                with httpx.Client(base_url=service.url, headers=AS_ADMIN, verify=False) as admin:
                    owner = organisation(admin)
                time.sleep(2 * LATE)  # an owner acknowledged too early would be missing for every writer
            wrong += [] if len(ledger.entries) < 8 else unlike_the_index(service.url, ledger, dice)
            _write_and_kill(service, owner, ledger, f"{seed}k{done}", dice.uniform(0.3, 0.9))
        finally:
            service.end()
        wrong += ledger.refused + violations(ledger, stored(file))
        if wrong:
            break
    counts = {"kills": done, "acknowledged": ledger.acknowledged, "violations": len(wrong)}
    return {
        "test": "kill_loop",
        "defect": defect,
        **counts,
        "ready_s": round(max(ready), 1),
        "first": wrong[:2],
    }


def _write_and_kill(service: Started, owner: str, ledger: Ledger, seed: str, seconds: float) -> None:
    writers = [Writer(service.url, owner, ledger, f"{seed}w{number}") for number in range(WRITERS)]
    for writer in writers:
        writer.start()
    time.sleep(seconds)
    service.send(signal.SIGKILL)
    for writer in writers:
        writer.join(15)


def test_what_was_acknowledged_survives_kills(sqlite_url: str, tmp_path: Path) -> None:
    report = kill_loop(sqlite_url, tmp_path, KILLS)
    print(json.dumps(report, ensure_ascii=False))
    assert report["violations"] == 0
    assert report["kills"] == KILLS
    assert report["acknowledged"] >= LEAST_ACKNOWLEDGED


@pytest.mark.parametrize("defect", ["ack_early", "split_tx"])
def test_it_notices(defect: str, sqlite_url: str, tmp_path: Path) -> None:
    report = kill_loop(sqlite_url, tmp_path, 6, defect)
    print(json.dumps(report, ensure_ascii=False))
    assert report["violations"]
