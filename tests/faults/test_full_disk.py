"""No room on the disk: writes are refused with a reason, reads go on, and it mends without a restart."""

import pytest
from sqlalchemy import text

from app.bootstrap import Runtime
from tests.api.conftest import (
    directory as directory,  # the directory over HTTP, as the tests of the API see it
)
from tests.directory import Directory


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """SQLite alone can be told to have no room."""
    return sqlite_url


def room(runtime: Runtime, *, grows: bool) -> None:
    """Let the file grow, or be no larger than it is; the writer's one connection keeps to it."""
    with runtime.database.writing() as session:
        most = 2**30 if grows else session.scalar(text("PRAGMA page_count"))
        session.execute(text(f"PRAGMA max_page_count={most}"))


def test_a_full_disk_refuses_what_grows_and_recovers(runtime: Runtime, directory: Directory) -> None:
    owner = directory.organisation()
    path = f"/v1/organisations/{owner['id']}"
    room(runtime, grows=False)
    refused = []
    for number in range(40):
        body = {"kind": "need", "status": "published", "text": f"Отливка {number} " + "корпуса насоса " * 200}
        answer = directory.client.post(f"{path}/statements", json=body, headers=directory.headers)
        if answer.status_code != 201:
            refused.append(answer)
    assert len(refused) > 20
    for answer in refused:
        assert (answer.status_code, answer.json()["code"]) == (507, "storage_full")
        assert answer.headers["Retry-After"]
    assert directory.client.get(path).status_code == 200
    stored = directory.client.get("/v1/statements?limit=100").json()["items"]
    assert len(stored) == 40 - len(refused)
    room(runtime, grows=True)
    directory.statement(owner, "need", "Поковка вала")
    assert len(directory.client.get("/v1/statements?limit=100").json()["items"]) == len(stored) + 1
