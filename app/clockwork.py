"""What the passing of time brings about: the duties a worker does, each in a transaction of its own."""

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from app.storage import deliveries, idempotency, imports
from app.usecases import introduction_clock

Duty = Callable[[Session, datetime], int]
"""Does what is due at this moment and says how many rows it touched; doing it twice does nothing more.

Several workers may do a duty at once, so it claims what it works on (or deletes only).
"""

DUTIES: Mapping[str, Duty] = {
    "remind_of_introductions": introduction_clock.remind,
    "expire_introductions": introduction_clock.expire,
    "sweep_outbox": deliveries.sweep,
    "sweep_idempotency": idempotency.sweep,
    "sweep_imports": imports.sweep,
}
"""Every duty by its name, in the order they are done."""
