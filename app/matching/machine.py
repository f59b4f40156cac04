"""How loops become machine code, and whether they do."""

from collections.abc import Callable
from typing import Any

import numba


def machine_code(**options: bool) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A decorator: compiled without the GIL; kept on disk where there is a place to keep it."""

    def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
        try:
            return numba.njit(function, nogil=True, cache=True, **options)  # type: ignore[call-overload,no-any-return]
        except RuntimeError:  # a read-only installation without a cache folder
            return numba.njit(function, nogil=True, **options)  # type: ignore[call-overload,no-any-return]

    return compiled


def is_on() -> bool:
    """Whether numba compiles; it can be told not to (NUMBA_DISABLE_JIT)."""
    return not numba.config.DISABLE_JIT  # type: ignore[attr-defined]
