"""What a caller may know of an introduction: each side by name or behind a veil, and texts without names."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Caller, keeps
from app.introducing import Side
from app.matching.masking import Identity, masked
from app.storage import organisations
from app.storage.identities import identities_of
from app.storage.introductions import Introduction
from app.storage.organisations import Organisation
from app.storage.statements import Statement, is_veiled
from app.storage.veils import Veiled, veils_of
from app.vocabulary import StatementStatus, Visibility


@dataclass(frozen=True, slots=True)
class ShownStatement:
    """A statement as it may be shown; without an id where its owner is veiled."""

    id: str | None
    kind: str
    title: str
    text: str
    sector: str | None


@dataclass(frozen=True, slots=True)
class ShownSide:
    """One side: its organisation where it may be named, its veil otherwise."""

    organisation: Organisation | None
    veil: Veiled | None
    statement: ShownStatement | None
    kept: bool


@dataclass(frozen=True, slots=True)
class Disclosed:
    """An introduction as one caller may know it."""

    row: Introduction
    reason: str
    decline_reason: str | None
    sides: Mapping[Side, ShownSide]


@dataclass(frozen=True, slots=True)
class _Known:
    """What the rows of a page are shown with, read at once."""

    owners: Mapping[str, Organisation]
    kept: frozenset[str]
    seen: frozenset[str]
    statements: Mapping[str, Statement]
    veils: Mapping[str, Veiled]
    identities: Mapping[str, Identity]


def may_name(row: Introduction, side: Side, kept: Iterable[str], seen: Iterable[str]) -> bool:
    """Whether this side may be named to who keeps these organisations and may see those.

    Who is not to be seen is named to the other side while both accepts stand, and not a moment longer.
    """
    named = row.organisation_of(side) in seen
    return named or (row.both_accept and row.organisation_of(side.other) in kept)


def disclosed(session: Session, caller: Caller, rows: Sequence[Introduction]) -> list[Disclosed]:
    """The introductions as this caller, who acts for a side of each, may know them."""
    known = _known(session, caller, rows)
    return [_disclosed(row, known) for row in rows]


def kept_sides(session: Session, caller: Caller, row: Introduction) -> list[Side]:
    """The sides of an introduction this caller acts for."""
    owners = _owners(session, [row])
    return [side for side in Side if _keeps(caller, owners[row.organisation_of(side)])]


def _known(session: Session, caller: Caller, rows: Sequence[Introduction]) -> _Known:
    owners = _owners(session, rows)
    kept = frozenset(one for one, owner in owners.items() if _keeps(caller, owner))
    seen = kept | organisations.visible_ids(session, caller, owners)
    unnamed = {
        row.organisation_of(side) for row in rows for side in Side if not may_name(row, side, kept, seen)
    }
    veiled = {one: owners[one] for one in sorted(unnamed)}
    wanted = {row.statement_of(side) for row in rows for side in Side} - {None}
    statements = {}
    if wanted:
        found = session.scalars(select(Statement).where(Statement.id.in_(wanted)))
        statements = {statement.id: statement for statement in found}
    identities = identities_of(session, veiled.values()) if veiled else {}
    return _Known(owners, kept, seen, statements, veils_of(session, caller, veiled), identities)


def _owners(session: Session, rows: Iterable[Introduction]) -> dict[str, Organisation]:
    ids = {row.organisation_of(side) for row in rows for side in Side}
    return {one.id: one for one in session.scalars(select(Organisation).where(Organisation.id.in_(ids)))}


def _keeps(caller: Caller, owner: Organisation) -> bool:
    return keeps(caller, owner.id, owner.centre_id, owner.region)


def _disclosed(row: Introduction, known: _Known) -> Disclosed:
    def said(side: Side, text: str) -> str:
        named = may_name(row, side, known.kept, known.seen)
        return text if named else masked(text, known.identities[row.organisation_of(side)])

    return Disclosed(
        row,
        said(Side.INITIATOR, row.reason),
        said(Side.PARTNER, row.decline_reason) if row.decline_reason is not None else None,
        {side: _side(row, side, known) for side in Side},
    )


def _side(row: Introduction, side: Side, known: _Known) -> ShownSide:
    one = row.organisation_of(side)
    named, kept = may_name(row, side, known.kept, known.seen), one in known.kept
    identity = None if named else known.identities[one]
    statement = known.statements.get(row.statement_of(side) or "")
    if statement is not None and not kept and not _is_told(statement, known.owners[one]):
        statement = None
    return ShownSide(
        known.owners[one] if named else None,
        None if named else known.veils[one],
        _statement(statement, identity) if statement is not None else None,
        kept,
    )


def _is_told(statement: Statement, owner: Organisation) -> bool:
    """Whether the other side may read it: published, and neither hidden nor nameless by itself."""
    alone = is_veiled(statement, owner) and owner.visibility != Visibility.ANONYMOUS
    hidden = statement.visibility == Visibility.HIDDEN
    return statement.status == StatementStatus.PUBLISHED and not hidden and not alone


def _statement(statement: Statement, identity: Identity | None) -> ShownStatement:
    if identity is None:
        return ShownStatement(statement.id, statement.kind, statement.title, statement.text, statement.sector)
    title, text = masked(statement.title, identity), masked(statement.text, identity)
    return ShownStatement(None, statement.kind, title, text, statement.sector)
