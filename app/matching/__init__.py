"""The matching engine: pure functions over frozen values; no I/O, no framework, no clock."""
