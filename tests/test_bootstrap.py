"""Starting on an empty file, also when several processes do so at once."""

import subprocess
import sys
from pathlib import Path

ROUNDS, AT_ONCE = 3, 4

CODE = f"""
import os, sys
from app import bootstrap
from app.settings import Settings

def start(url):
    bootstrap.start(Settings(database_url=url, encoder=False)).database.dispose()

def ends(url):
    child = os.fork()  # what is imported is imported once, so that the starts are at once indeed
    if child:
        return child
    try:
        start(url)
        os._exit(0)
    except BaseException as error:
        print(repr(error), file=sys.stderr)
        os._exit(1)

for number in range({ROUNDS}):
    children = [ends(f"sqlite:///{{sys.argv[1]}}/{{number}}.db") for _ in range({AT_ONCE})]
    assert [os.waitpid(child, 0)[1] for child in children] == [0] * {AT_ONCE}
"""


def test_many_starts_at_once_on_an_empty_file(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-W", "ignore::DeprecationWarning", "-c", CODE, str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert len(list(tmp_path.glob("*.db"))) == ROUNDS
