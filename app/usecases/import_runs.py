"""Imports in the background: a file is taken in, worked on batch by batch, and reported on.

A batch, its place in the file and its problems are one transaction: whatever stops a worker, the next one
goes on behind the last batch that is stored, and nothing is done twice.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.access import Admin, Caller, Centre, Writer, actor_of
from app.errors import AppError, Forbidden, KeyInactive, LimitReached, Violation
from app.files.tables import FileKind
from app.schemas.import_files import Contents, Wishes
from app.schemas.import_rows import RawLine, column_of
from app.storage import centres, imports, keys
from app.storage.finding import found
from app.storage.imports import Import, ImportProblem
from app.storage.pages import Page, Position, page_of
from app.vocabulary import CallerKind, ImportState, Scope

MOST_WAITING = 10
LEASE = timedelta(minutes=5)
"""How long a worker that has died holds up its import; each batch renews it."""


@dataclass(frozen=True, slots=True)
class Submitted:
    """A file as it was sent."""

    content: bytes
    kind: FileKind
    file_name: str
    dry_run: bool
    wishes: Wishes


@dataclass(frozen=True, slots=True)
class Claim:
    """An import that this worker works on, from this row on."""

    import_id: str
    attempt: int
    caller: Writer
    submitted: Submitted
    done: int


@dataclass(frozen=True, slots=True)
class RowEnd:
    """How a row ended: the name of its counter, and what is wrong with it."""

    line: RawLine
    outcome: str
    violations: tuple[Violation, ...]


def submit(session: Session, caller: Writer, given: Submitted) -> Import:
    """Take a file in. Raises LimitReached where as many of the caller's wait already."""
    kind, owner = actor_of(caller)
    if imports.waiting_of(session, caller) >= MOST_WAITING:
        raise LimitReached(limit=MOST_WAITING)
    row = Import(
        owner_kind=kind,
        owner_id=owner,
        key_id=caller.key_id or None,
        scopes=sorted(caller.scopes),
        file_name=given.file_name,
        kind=given.kind.value,
        dry_run=given.dry_run,
        wished_encoding=given.wishes.encoding,
        wished_delimiter=given.wishes.delimiter,
        content=given.content,
    )
    session.add(row)
    session.flush()
    return row


def browse(session: Session, caller: Caller, position: Position) -> Page[Import]:
    """The caller's imports, newest first."""
    order = (Import.created_at, True, Import.id)
    return page_of(session, imports.select_owned(caller), order, position)


def read(session: Session, caller: Caller, import_id: str) -> Import:
    """One import. Raises NotFound for another's."""
    return found(imports.get(session, caller, import_id), "import", import_id)


def problems(session: Session, caller: Caller, import_id: str, position: Position) -> Page[ImportProblem]:
    """What is wrong with the rows of an import, in their order. Raises NotFound for another's."""
    read(session, caller, import_id)
    order = (ImportProblem.id, False, ImportProblem.id)
    return page_of(session, imports.problems_of(import_id), order, position)


def with_problems(
    session: Session, caller: Caller, import_id: str
) -> tuple[Import, bytes, Sequence[ImportProblem]]:
    """An import with its file and everything noted of it. Raises NotFound for another's."""
    row = read(session, caller, import_id)
    found = session.scalars(imports.problems_of(import_id).order_by(ImportProblem.id)).all()
    return row, imports.content_of(session, import_id), found


def claim(session: Session, moment: datetime) -> Claim | None:
    """Take the oldest import that nobody works on; None where there is none.

    An import whose centre is gone or whose key was revoked has failed and is not given to anybody.
    """
    row = session.scalar(imports.due(moment))
    if row is None:
        return None
    row.attempts += 1
    row.leased_until, row.started_at = moment + LEASE, row.started_at or moment
    row.state = ImportState.RUNNING
    if row.dry_run:
        row.start_again()
        imports.forget_problems(session, row.id)
    try:
        caller = _caller(session, row)
    except (Forbidden, KeyInactive) as error:
        _fail(row, error, moment)
        return None
    wishes = Wishes(row.wished_encoding, row.wished_delimiter)
    content = imports.content_of(session, row.id)
    submitted = Submitted(content, FileKind(row.kind), row.file_name, row.dry_run, wishes)
    return Claim(row.id, row.attempts, caller, submitted, row.rows_done)


def hold(session: Session, claimed: Claim, moment: datetime) -> Import | None:
    """The import with a new lease; None where another worker has taken it over."""
    row = imports.locked(session, claimed.import_id, claimed.attempt)
    if row is not None:
        row.leased_until = moment + LEASE
    return row


def require_key(session: Session, row: Import) -> None:
    """Raises KeyInactive where the key that sent the file was revoked; what is stored stays."""
    if row.key_id is not None and keys.is_revoked(session, row.key_id):
        raise KeyInactive


def note_contents(row: Import, contents: Contents, total: int) -> None:
    """Say how the file was understood."""
    row.kind, row.encoding, row.delimiter = contents.kind.value, contents.encoding, contents.delimiter
    row.rows_total = total


def advance(session: Session, row: Import, ends: Sequence[RowEnd]) -> None:
    """Count these rows, and note what is wrong with them, in the transaction that stored them."""
    row.rows_done += len(ends)
    for end in ends:
        setattr(row, end.outcome, getattr(row, end.outcome) + 1)
        imports.add_problems(session, row, _problems(row.id, end))


def finish(row: Import, ignored: dict[str, str | None], moment: datetime) -> None:
    """All rows are done."""
    row.ignored, row.rows_total = dict(ignored), row.rows_done
    stored = row.created + row.updated + row.unchanged
    refused = ImportState.PARTIAL if stored else ImportState.FAILED
    row.finish(refused if row.refused else ImportState.SUCCEEDED, moment)


def fail(row: Import, refusal: AppError, moment: datetime) -> None:
    """The file as a whole was refused."""
    _fail(row, refusal, moment)


def _fail(row: Import, refusal: AppError, moment: datetime) -> None:
    first = refusal.violations[0] if refusal.violations else Violation("", refusal.code, refusal.params)
    row.failure = {"code": first.code, "params": dict(first.params)}
    row.finish(ImportState.FAILED, moment)


def _caller(session: Session, row: Import) -> Writer:
    """Who sent the file: the scopes of then, the regions of now.

    Raises Forbidden where they are no more, KeyInactive where the key is not.
    """
    require_key(session, row)
    key_id, scopes = row.key_id or "", frozenset(Scope(scope) for scope in row.scopes)
    if row.owner_kind == CallerKind.ADMIN:
        return Admin(row.owner_id, key_id, scopes)
    centre = centres.get(session, row.owner_id)
    if centre is None:
        raise Forbidden
    return Centre(row.owner_id, frozenset(centre.regions), key_id, scopes)


def _problems(import_id: str, end: RowEnd) -> Iterator[ImportProblem]:
    notes = () if end.violations else end.line.notes
    for is_note, said in ((False, end.violations), (True, notes)):
        for wrong in said:
            yield ImportProblem(
                import_id=import_id,
                is_note=is_note,
                sheet=end.line.sheet,
                row=end.line.number,
                column=column_of(end.line, wrong.pointer),
                pointer=wrong.pointer,
                code=wrong.code,
                params={name: _plain(value) for name, value in wrong.params.items()},
            )


def _plain(value: object) -> object:
    return value if isinstance(value, str | int | float | bool | None) else str(value)
