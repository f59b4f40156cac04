"""Following the change feed: another system keeps its copy of what a caller keeps here."""

from sqlalchemy.orm import Session

from app.access import Caller
from app.errors import CursorInvalid
from app.schemas.change_feed import ChangeFeed, ChangeFeedQuery, FeedItem, RecordState
from app.storage import change_feed, changes
from app.storage.changes import Change
from app.vocabulary import ChangeAction

MOVING = frozenset({"centre_id", "region", "regions"})
"""Fields whose change may bring into somebody's reach what was there before."""


def follow(session: Session, caller: Caller, wanted: ChangeFeedQuery) -> ChangeFeed:
    """The changes after a position, oldest first; without a position, where the feed stands.

    Raises CursorInvalid for a position the feed has not reached, as after the restoring of an older backup.
    """
    newest = changes.last_seq(session)
    if wanted.after is None:
        return ChangeFeed(items=[], next_after=newest, more=False)
    if wanted.after > newest:
        raise CursorInvalid
    query = change_feed.select_followed(caller).where(Change.seq > wanted.after)
    rows = list(session.scalars(query.order_by(Change.seq).limit(wanted.limit + 1)))
    more, rows = len(rows) > wanted.limit, rows[: wanted.limit]
    there = change_feed.present(session, caller, rows)
    items = [_item(row, row.entity_id in there) for row in rows]
    return ChangeFeed(items=items, next_after=rows[-1].seq if more else newest, more=more)


def _item(row: Change, is_there: bool) -> FeedItem:
    moved = row.action == ChangeAction.CREATED or bool(MOVING.intersection(row.fields))
    return FeedItem(
        seq=row.seq,
        at=row.at,
        kind=row.entity,
        id=row.entity_id,
        organisation_id=row.organisation_id,
        state=RecordState.PRESENT if is_there else RecordState.GONE,
        whole=is_there and moved,
        action=ChangeAction(row.action),
        fields=row.fields,
        actor_kind=row.actor_kind,
        actor_id=row.actor_id,
    )
