"""Keys: making, listing, rotating and revoking them, and telling whose a presented key is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.access import Admin, Caller, Centre, Writer, actor_of, require_scope
from app.errors import (
    Forbidden,
    Invalid,
    KeyInactive,
    LimitReached,
    OriginRefused,
    Unauthorized,
    VersionMismatch,
    Violation,
)
from app.schemas.key_text import digest_of, is_well_formed, new_key, prefix_for
from app.schemas.keys import KeyIn
from app.storage import centres, changes, keys, organisations
from app.storage.finding import found
from app.storage.keys import Key
from app.storage.pages import Page, Position, page_of
from app.vocabulary import CallerKind, ChangeAction, KeyState, Scope

OVERLAP = timedelta(days=1)
"""How long a rotated key works beside its successor when nobody says otherwise."""

KEYS_OF_ONE_HOLDER = 50
"""How many keys of one holder may be active at once; twice as many while they are being rotated."""

LONGEST_OVERLAP = timedelta(days=30)
LONGEST_LIFE = timedelta(days=3650)


@dataclass(frozen=True, slots=True)
class Desk:
    """Where keys are made and shown: at which moment, and whether the installation is one for tests."""

    now: datetime
    test: bool = False


@dataclass(frozen=True, slots=True)
class KeyFilter:
    """Which keys a list shows; an empty part lets everything through."""

    kinds: Sequence[CallerKind] = ()
    organisation_ids: Sequence[str] = ()
    centre_ids: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Presented:
    """A known key: who holds it, and when its use was last noted."""

    caller: Caller
    last_used_at: datetime | None


def authenticate(session: Session, text: str, origin: str | None, desk: Desk) -> Presented:
    """Whose key this is, by the row this transaction sees; a malformed one is refused without a query.

    Raises Unauthorized alike for a key that is malformed, unknown, expired or revoked, and OriginRefused for
    the website's key on a foreign page.
    """
    if not is_well_formed(text, desk.test):
        raise Unauthorized
    row = keys.find_by_digest(session, digest_of(text))
    if row is None or row.state_at(desk.now) is not KeyState.ACTIVE:
        raise Unauthorized
    if row.kind == CallerKind.WEBSITE and origin not in row.origins:
        raise OriginRefused
    return Presented(row.caller(), row.last_used_at)


def create(session: Session, caller: Writer, given: KeyIn, desk: Desk) -> tuple[Key, str]:
    """Make a key; its row and the key itself, which is kept nowhere.

    Nobody hands out a scope it lacks, and nobody makes keys for others than it may act for. Raises
    LimitReached where the holder has as many active keys as one may have.
    """
    _require_holder(session, caller, given)
    _require_scopes(caller, given.scopes)
    if given.expires_at is not None:
        _require_within("/expires_at", given.expires_at, desk.now, LONGEST_LIFE)
    row = Key(
        name=given.name,
        kind=given.kind,
        organisation_id=given.organisation_id,
        centre_id=given.centre_id,
        scopes=[*given.scopes],
        origins=list(dict.fromkeys(given.origins)),
        expires_at=given.expires_at,
    )
    _require_room(session, row, KEYS_OF_ONE_HOLDER, desk)
    return row, _issue(session, caller, row, desk)


def read(session: Session, caller: Caller, key_id: str) -> Key:
    """One key. Raises NotFound where there is none or the caller does not manage it."""
    return found(keys.get(session, caller, key_id), "key", key_id)


def browse(session: Session, caller: Caller, wanted: KeyFilter, position: Position) -> Page[Key]:
    """A page of the keys this caller manages, newest first."""
    query = keys.select_managed(caller)
    for column, values in (
        (Key.kind, wanted.kinds),
        (Key.organisation_id, wanted.organisation_ids),
        (Key.centre_id, wanted.centre_ids),
    ):
        if values:
            query = query.where(column.in_(list(values)))
    return page_of(session, query, (Key.created_at, True, Key.id), position)


def origins(session: Session, desk: Desk) -> frozenset[str]:
    """The pages that may use a key of the website now."""
    rows = keys.of_websites(session)
    active = [row for row in rows if row.state_at(desk.now) is KeyState.ACTIVE]
    return frozenset(origin for row in active for origin in row.origins)


def rotate(
    session: Session, caller: Writer, key_id: str, old_works_until: datetime | None, desk: Desk
) -> tuple[Key, str]:
    """Make a key that opens the same; the old one works until the stated moment, a day by default.

    A key that would have ended lives as long again. Raises KeyInactive where it has ended or was replaced.
    """
    old = read(session, caller, key_id)
    _require_scopes(caller, [Scope(scope) for scope in old.scopes])
    if old.state_at(desk.now) is not KeyState.ACTIVE or old.replaced_by is not None:
        raise KeyInactive
    until = old_works_until or desk.now + OVERLAP
    _require_within("/old_works_until", until, desk.now, LONGEST_OVERLAP)
    row = Key(
        name=old.name,
        kind=old.kind,
        organisation_id=old.organisation_id,
        centre_id=old.centre_id,
        scopes=[*old.scopes],
        origins=[*old.origins],
        expires_at=desk.now + (old.expires_at - old.created_at) if old.expires_at else None,
    )
    _require_room(session, row, 2 * KEYS_OF_ONE_HOLDER, desk)
    text = _issue(session, caller, row, desk)
    old.expires_at = min(old.expires_at or until, until)
    old.replaced_by = row.id
    _record(session, caller, old, ChangeAction.UPDATED, ("expires_at", "replaced_by"))
    return row, text


def revoke(session: Session, caller: Writer, key_id: str, version: int, desk: Desk) -> None:
    """End a key: it opens nothing from the next request on. Raises KeyInactive where it is revoked."""
    row = read(session, caller, key_id)
    if row.version != version:
        raise VersionMismatch(current=row.version)
    if row.revoked_at is not None:
        raise KeyInactive
    row.revoked_at = desk.now
    _record(session, caller, row, ChangeAction.UPDATED, ("revoked_at",))


def _issue(session: Session, caller: Writer, row: Key, desk: Desk) -> str:
    row.prefix = prefix_for(CallerKind(row.kind), desk.test)
    text = new_key(row.prefix)
    row.digest, row.last4 = digest_of(text), text[-4:]
    row.created_at, row.created_by = desk.now, ":".join(actor_of(caller))
    session.add(row)
    session.flush()
    _record(session, caller, row, ChangeAction.CREATED, ("scopes",))
    return text


def _require_room(session: Session, row: Key, most: int, desk: Desk) -> None:
    if keys.active_beside(session, row, desk.now) >= most:
        raise LimitReached(limit=most)


def _require_holder(session: Session, caller: Writer, given: KeyIn) -> None:
    match given.kind:
        case CallerKind.MEMBER:
            if organisations.get_kept(session, caller, given.organisation_id or "") is None:
                raise Invalid([Violation("/organisation_id", "organisation_unknown")])
        case CallerKind.CENTRE if isinstance(caller, Admin | Centre):
            own = isinstance(caller, Admin) or caller.centre_id == given.centre_id
            if not own or centres.get(session, given.centre_id or "") is None:
                raise Invalid([Violation("/centre_id", "centre_unknown")])
        case _ if not isinstance(caller, Admin):
            raise Forbidden


def _require_scopes(caller: Writer, scopes: Sequence[Scope]) -> None:
    for scope in scopes:
        require_scope(caller, scope)


def _require_within(pointer: str, moment: datetime, now: datetime, most: timedelta) -> None:
    if not now < moment <= now + most:
        limit = (now + most).isoformat(timespec="seconds")
        raise Invalid([Violation(pointer, "moment_out_of_range", {"limit": limit})])


def _record(session: Session, caller: Writer, row: Key, action: ChangeAction, fields: Sequence[str]) -> None:
    changes.record(session, caller, ("key", row.id, row.organisation_id or ""), action, fields)
