"""Answers kept for repeats: a request with the same Idempotency-Key has one effect and one answer."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import LargeBinary, delete, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.errors import IdempotencyInFlight, IdempotencyKeyReused
from app.storage.mapping import Table

KEPT = timedelta(hours=24)
SWEPT_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Repeatable:
    """A request that may be repeated, as digests: who asks with which key, and what exactly is asked."""

    caller_and_key: bytes
    request: bytes

    @classmethod
    def of(cls, caller: tuple[str, str], key: str, request: tuple[str, str], body: bytes) -> "Repeatable":
        """From the caller's kind and id, its key, method and path, and the digest of the body."""
        return cls(_digest(*caller, key), _digest(*request, body.hex()))


class IdempotencyKey(Table):
    """A key with the answer it got, written in the transaction of the effect."""

    __tablename__ = "idempotency_key"

    caller_and_key: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    request: Mapped[bytes] = mapped_column(LargeBinary(32))
    status: Mapped[int | None]
    headers: Mapped[list[str]]
    body: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)


def begin(session: Session, asked: Repeatable, moment: datetime) -> IdempotencyKey | None:
    """The answer this request got before; None where it is new, and its key is taken now.

    Raises IdempotencyInFlight while a twin is at work, IdempotencyKeyReused for a key of another request.
    """
    _refuse_twin(session, asked)
    row = session.get(IdempotencyKey, asked.caller_and_key)
    if row is not None and row.expires_at <= moment:
        session.delete(row)
        session.flush()
        row = None
    if row is not None:
        if row.request != asked.request:
            raise IdempotencyKeyReused
        return row
    session.add(
        IdempotencyKey(
            caller_and_key=asked.caller_and_key,
            request=asked.request,
            headers=[],
            created_at=moment,
            expires_at=moment + KEPT,
        )
    )
    session.flush()
    return None


def keep(session: Session, asked: Repeatable, status: int, headers: list[str], body: bytes) -> None:
    """Keep the answer, in the transaction of its effect; `headers` are names and values in turn."""
    row = session.get_one(IdempotencyKey, asked.caller_and_key)
    row.status, row.headers, row.body = status, headers, body
    session.flush()


def sweep(session: Session, moment: datetime) -> int:
    """Forget what has expired, some at a time; how many went."""
    expired = select(IdempotencyKey.caller_and_key).where(IdempotencyKey.expires_at <= moment)
    ids = list(session.scalars(expired.limit(SWEPT_AT_ONCE)))
    if ids:
        session.execute(delete(IdempotencyKey).where(IdempotencyKey.caller_and_key.in_(ids)))
    return len(ids)


def _refuse_twin(session: Session, asked: Repeatable) -> None:
    """On PostgreSQL a lock that does not wait; on SQLite a twin has waited for its turn already."""
    if session.get_bind().dialect.name == "postgresql":
        number = int.from_bytes(asked.caller_and_key[:8], "big", signed=True)
        if not session.scalar(text("SELECT pg_try_advisory_xact_lock(:key)"), {"key": number}):
            raise IdempotencyInFlight


def _digest(*parts: str) -> bytes:
    joined = "".join(f"{len(part)}:{part}" for part in parts)
    return sha256(joined.encode()).digest()
