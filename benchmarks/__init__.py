"""Side-by-side measurements: what the engine costs beside its peers, in one run, as ratios of medians.

`make bench SIZE=small` runs all of them, `python -m benchmarks.kernel` one; `benchmarks.report` writes
docs/performance.md and its graphs from benchmarks/results.
"""
