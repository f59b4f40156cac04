"""The repository as a whole: what is tracked, what is locked, what the wheel holds."""

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from tests.architecture.source import ROOT

# In pieces, so that this file holds none of them.
REGISTRIES = [
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("yarnpkg", "com"),
        ("crates", "io"),
        ("rubygems", "org"),
        ("golang", "org"),
        ("maven", "org"),
        ("conda", "anaconda", "org"),
    )
]
LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-build.lock", "requirements-bench.lock")


def tracked() -> list[Path]:
    """All files that are in the repository or about to be."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def test_no_file_names_a_package_registry():
    files = tracked()
    assert ROOT / "Makefile" in files
    pattern = re.compile("|".join(re.escape(host) for host in REGISTRIES).encode(), re.IGNORECASE)
    assert not [file.name for file in files if pattern.search(file.read_bytes())]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("LICENSE", "Apache License"),
        ("SECURITY.md", "## Reporting"),
        ("CONTRIBUTING.md", ".ci/run"),
        ("CHANGELOG.md", "## {version}"),
    ],
)
def test_what_a_newcomer_looks_for_is_there(name: str, said: str):
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert ROOT / name in tracked()
    assert said.format(version=version) in (ROOT / name).read_text()


def test_no_lock_that_names_registries_is_tracked():
    assert not {file.name for file in tracked()} & {"uv.lock", "pylock.toml", "poetry.lock"}


def pins(name: str) -> set[str]:
    """The pinned versions of a lock, each of which must have a hash."""
    lines = (ROOT / name).read_text().splitlines()
    pinned = [number for number, line in enumerate(lines) if "==" in line and not line.startswith((" ", "#"))]
    assert all("--hash=sha256:" in lines[number + 1] for number in pinned)
    return {lines[number].split(" ")[0] for number in pinned}


def test_locks_agree_with_each_other():
    serving, developing, building, measuring = map(pins, LOCKS)
    assert len(serving) > 30
    assert serving | building <= developing
    assert serving <= measuring


def test_locks_hold_what_the_project_needs():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    for wanted, lock in (
        (project["dependencies"], LOCKS[0]),
        (project["optional-dependencies"]["dev"], LOCKS[1]),
        (project["optional-dependencies"]["bench"], LOCKS[3]),
    ):
        named = {re.split(r"[\[<>=~! ]", requirement)[0] for requirement in wanted}
        assert named <= {pin.split("==")[0] for pin in pins(lock)}


def test_the_wheel_holds_all_the_service_reads(tmp_path: Path):
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=120)
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        packed = set(wheel.namelist())
    sources = {
        file.relative_to(ROOT).as_posix()
        for file in tracked()
        if file.is_relative_to(ROOT / "app") or file.is_relative_to(ROOT / "alembic")
    }
    wanted = {re.sub(r"^alembic/", "app/migrations/", name) for name in sources}
    assert "app/migrations/env.py" in wanted
    assert not wanted - packed
