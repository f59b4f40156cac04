"""The import contracts of pyproject.toml hold, and each of them fails when it is broken."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.architecture.source import APP, ROOT

RULES = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
CONTRACTS = {contract["id"]: contract["name"] for contract in RULES}
STRAY = "app/utils.py"
OPEN_ROOMS = {
    "__init__", "calibration", "classifying", "codes", "diversity", "documents", "evaluation", "geography",
    "grounds", "lemmas", "masking", "partners", "proportions", "reading", "reciprocity", "scoring", "scripts",
    "semantics", "sentences", "signals", "sounds", "standing", "terms", "text",
    "chains", "consortia", "gaps", "links", "rings",
    "tradeoffs",
}  # fmt: skip
"""What of the engine everybody may import: values, texts, published facts. The rest is an index's inside."""

PLANTS = [
    ("layers", "app/errors.py", "import app.storage"),
    ("layers", "app/usecases/statements.py", "import app.indexing"),
    ("layers", "app/schemas/texts.py", "import app.matching"),
    ("layers", STRAY, ""),
    ("matching-is-pure", "app/matching/units.py", "import sqlalchemy"),
    ("matching-is-pure", "app/vocabulary.py", "import pydantic"),
    ("http-serving", "app/usecases/statements.py", "import fastapi"),
    ("server", "app/main.py", "import uvicorn"),
    ("http-client", "app/usecases/imports.py", "import httpx"),
    ("settings", "app/api/meta.py", "import app.settings"),
    ("usecases-apart", "app/usecases/imports.py", "import app.usecases.organisations"),
    ("routes-without-tables", "app/api/organisations.py", "import app.storage.organisations"),
    ("engine-behind-protocol", "app/usecases/suggestions.py", "import app.matching.engine"),
    ("engine-behind-protocol", "app/indexing.py", "import app.matching.kernel"),
    ("no-cycles", "app/matching/scoring.py", "import app.matching.engine"),
]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("contracts")
    shutil.copytree(APP, folder / "app", ignore=shutil.ignore_patterns("__pycache__", "data"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def test_every_room_of_the_engine_is_open_or_behind_the_protocol():
    (contract,) = (one for one in RULES if one["id"] == "engine-behind-protocol")
    closed = {name.removeprefix("app.matching.") for name in contract["protected_modules"]}
    rooms = {file.stem for file in (APP / "matching").glob("*.py")}
    assert rooms == OPEN_ROOMS | closed
    assert not OPEN_ROOMS & closed


def lint(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache", "--no-logo", *options]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)


def test_contracts_hold():
    result = lint(ROOT)
    assert result.returncode == 0, result.stdout + result.stderr
    assert f"{len(CONTRACTS)} kept, 0 broken" in result.stdout


def test_every_contract_is_seen_failing():
    assert {contract for contract, _, _ in PLANTS} == set(CONTRACTS)


@pytest.mark.parametrize(("contract", "path", "line"), PLANTS)
def test_contract_fails_when_broken(copy: Path, contract: str, path: str, line: str):
    file = copy / path
    before = file.read_text() if file.exists() else None
    try:
        file.write_text(f"{before or ''}\n{line}\n")
        result = lint(copy, "--contract", contract)
    finally:
        file.unlink() if before is None else file.write_text(before)
    assert result.returncode == 1, result.stdout + result.stderr
    assert f"{CONTRACTS[contract]} BROKEN" in result.stdout
