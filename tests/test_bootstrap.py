"""Starting on an empty file, also when several processes do so at once."""

import subprocess
import sys
from pathlib import Path

CODE = """
import sys
from app import bootstrap
from app.settings import Settings
runtime = bootstrap.start(Settings(database_url=sys.argv[1], encoder=False))
runtime.database.dispose()
"""


def test_many_starts_at_once_on_an_empty_file(tmp_path: Path) -> None:
    for number in range(3):
        url = f"sqlite:///{tmp_path / f'{number}.db'}"
        starts = [
            subprocess.Popen([sys.executable, "-c", CODE, url], stderr=subprocess.PIPE) for _ in range(4)
        ]
        ended = [(start.communicate(timeout=60)[1], start.returncode) for start in starts]
        assert all(code == 0 for _, code in ended), ended
