"""How an attempt to deliver something ended."""

import time
from dataclasses import dataclass

from app.delivering import DeliveryFailure


@dataclass(frozen=True, slots=True)
class Receipt:
    """No failure, or which; `status` where there was an answer with one. It never holds what was said."""

    failure: DeliveryFailure | None
    duration_ms: int
    status: int | None = None


def receipt(failure: DeliveryFailure | None, started: float, status: int | None = None) -> Receipt:
    """The receipt of an attempt begun at this `time.monotonic()`."""
    return Receipt(failure, round((time.monotonic() - started) * 1000), status)
