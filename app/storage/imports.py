"""Imports that run in the background: the file, how far it is, and what was wrong with its rows."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Index,
    LargeBinary,
    Select,
    and_,
    delete,
    func,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.access import Admin, Caller, actor_of
from app.storage.mapping import Table, new_id, now
from app.vocabulary import ImportState

KEPT = timedelta(days=7)
"""How long a finished import stands, with its file: people's data are in it."""

PROBLEMS_KEPT = 1_000
"""Problems stored of one import; the counts go on."""

WAITING = (ImportState.QUEUED, ImportState.RUNNING)


class Import(Table):
    """A file on its way in; `attempts` fences off a worker that lost its lease.

    `scopes` are those of the key it was sent with: what they leave to a review waits for it.
    """

    __tablename__ = "import"
    __table_args__ = (
        Index("ix_import_state_created_at", "state", "created_at"),
        Index("ix_import_owner_kind_owner_id", "owner_kind", "owner_id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    owner_kind: Mapped[str]
    owner_id: Mapped[str]
    key_id: Mapped[str | None]
    scopes: Mapped[list[str]]
    file_name: Mapped[str]
    kind: Mapped[str]
    dry_run: Mapped[bool]
    wished_encoding: Mapped[str | None]
    wished_delimiter: Mapped[str | None]
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True, deferred_raiseload=True)
    state: Mapped[str] = mapped_column(default=ImportState.QUEUED)
    encoding: Mapped[str | None]
    delimiter: Mapped[str | None]
    ignored: Mapped[dict[str, Any]] = mapped_column(default=dict)
    rows_total: Mapped[int | None]
    rows_done: Mapped[int] = mapped_column(default=0)
    created: Mapped[int] = mapped_column(default=0)
    updated: Mapped[int] = mapped_column(default=0)
    unchanged: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)
    problems: Mapped[int] = mapped_column(default=0)
    failure: Mapped[dict[str, Any] | None]
    attempts: Mapped[int] = mapped_column(default=0)
    leased_until: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now, index=True)
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None] = mapped_column(index=True)

    def start_again(self) -> None:
        """Count from the first row."""
        self.rows_done = self.created = self.updated = self.unchanged = self.refused = self.problems = 0

    def finish(self, state: ImportState, moment: datetime) -> None:
        """Nothing more is done."""
        self.state, self.finished_at, self.leased_until = state, moment, None

    @property
    def kept_until(self) -> datetime | None:
        """When the import with its file is forgotten."""
        return self.finished_at + KEPT if self.finished_at else None


class ImportProblem(Table):
    """What is wrong with a row (`is_note`: what was mended in it), and in which cell."""

    __tablename__ = "import_problem"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    import_id: Mapped[str] = mapped_column(ForeignKey("import.id", ondelete="CASCADE"), index=True)
    is_note: Mapped[bool]
    sheet: Mapped[str]
    row: Mapped[int]
    column: Mapped[int | None]
    pointer: Mapped[str]
    code: Mapped[str]
    params: Mapped[dict[str, Any]]


def owned_by(caller: Caller) -> ColumnElement[bool]:
    """The condition under which an import is this caller's to see."""
    if isinstance(caller, Admin):
        return true()
    kind, owner = actor_of(caller)
    return and_(Import.owner_kind == kind, Import.owner_id == owner)


def select_owned(caller: Caller) -> Select[Import]:
    """The query of this caller's imports."""
    return select(Import).where(owned_by(caller))


def get(session: Session, caller: Caller, import_id: str) -> Import | None:
    """The import where it is this caller's."""
    return session.scalar(select_owned(caller).where(Import.id == import_id))


def content_of(session: Session, import_id: str) -> bytes:
    """The file."""
    return session.scalars(select(Import.content).where(Import.id == import_id)).one()


def waiting_of(session: Session, caller: Caller) -> int:
    """How many imports of this caller are not done yet."""
    kind, owner = actor_of(caller)
    own = (Import.owner_kind == kind, Import.owner_id == owner, Import.state.in_(WAITING))
    return session.scalar(select(func.count()).select_from(Import).where(*own)) or 0


def due(moment: datetime) -> Select[Import]:
    """The oldest import that nobody works on."""
    free = or_(Import.leased_until.is_(None), Import.leased_until <= moment)
    query = select(Import).where(Import.state.in_(WAITING), free).order_by(Import.created_at, Import.id)
    return query.limit(1).with_for_update(skip_locked=True)


def is_anything_due(session: Session, moment: datetime) -> bool:
    """There is something to claim; a look without locks."""
    free = or_(Import.leased_until.is_(None), Import.leased_until <= moment)
    return session.scalar(select(Import.id).where(Import.state.in_(WAITING), free).limit(1)) is not None


def locked(session: Session, import_id: str, attempt: int) -> Import | None:
    """The import while this attempt still holds it."""
    query = select(Import).where(
        Import.id == import_id, Import.attempts == attempt, Import.state == ImportState.RUNNING
    )
    return session.scalar(query.with_for_update())


def forget_problems(session: Session, import_id: str) -> None:
    """Drop what was noted of its rows."""
    session.execute(delete(ImportProblem).where(ImportProblem.import_id == import_id))


def problems_of(import_id: str) -> Select[ImportProblem]:
    """The query of an import's problems."""
    return select(ImportProblem).where(ImportProblem.import_id == import_id)


def release(session: Session, import_id: str, attempt: int) -> None:
    """Let another worker go on at once."""
    own = (Import.id == import_id, Import.attempts == attempt)
    session.execute(update(Import).where(*own).values(leased_until=None))


def add_problems(session: Session, row: Import, found: Iterable[ImportProblem]) -> None:
    """Note these problems, as far as there is room; all are counted."""
    for problem in found:
        if row.problems < PROBLEMS_KEPT:
            session.add(problem)
        row.problems += 1


def sweep(session: Session, moment: datetime) -> int:
    """Forget imports that ended longer ago than KEPT; how many went."""
    ids = list(session.scalars(select(Import.id).where(Import.finished_at < moment - KEPT).limit(100)))
    if ids:
        session.execute(delete(Import).where(Import.id.in_(ids)))
    return len(ids)
