"""Running the command as a shell would, in this process."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from app.cli import app

Run = Callable[..., Result]


@pytest.fixture
def run(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    """`run("suggest", "литьё")`: the command over this test's own database."""
    monkeypatch.setenv("SMEZHNIK_DATABASE_URL", database_url)
    monkeypatch.setenv("SMEZHNIK_LOG_LEVEL", "error")
    monkeypatch.setenv("COLUMNS", "200")
    return lambda *words: CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, Any], Path]:
    """A file of JSON lines, or of the text as it is."""

    def written(name: str, content: Any) -> Path:
        path = tmp_path / name
        if not isinstance(content, str | bytes):
            content = "\n".join(json.dumps(line, ensure_ascii=False) for line in content)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return written
