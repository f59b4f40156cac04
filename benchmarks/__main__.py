"""All benchmarks one after the other, then docs/performance.md: `python -m benchmarks --size moderate`."""

import argparse
import subprocess
import sys
from pathlib import Path

from benchmarks.command import RESULTS, SIZES

ALL = ("kernel", "dense", "suggestions", "updates", "memory", "start", "http")


def main() -> None:
    """Each benchmark runs in a process of its own, so that none lives in another's memory."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", choices=SIZES, default="small")
    parser.add_argument("--out", type=Path, default=RESULTS)
    given = parser.parse_args()
    for name in ALL:
        command = [sys.executable, "-m", f"benchmarks.{name}", "--size", given.size, "--out", str(given.out)]
        subprocess.run(command, check=True)
        print(flush=True)
    if given.out == RESULTS:
        subprocess.run([sys.executable, "-m", "benchmarks.report"], check=True)


if __name__ == "__main__":
    main()
