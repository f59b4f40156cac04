"""Keyset pages: a list is read on from the last row seen, so that inserts never repeat or lose a row."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Select, and_, or_
from sqlalchemy.orm import InstrumentedAttribute, Session

Row = TypeVar("Row")

Order = tuple[InstrumentedAttribute[Any], bool, InstrumentedAttribute[str]]
"""The column a list is sorted by, whether it falls, and the id that breaks ties."""


@dataclass(frozen=True, slots=True)
class Position:
    """How many rows, and after which (value, id) they start; None is the beginning."""

    limit: int = 20
    after: tuple[str | datetime, str] | None = None


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some rows, and the (value, id) to read on from; None at the end."""

    rows: Sequence[Row]
    next: tuple[str | datetime, str] | None


def page_of(session: Session, query: Select[Row], order: Order, position: Position) -> Page[Row]:
    """The rows of the query at this position."""
    column, falling, tie = order
    if position.after is not None:
        query = query.where(_beyond(order, position.after))
    ends = (column.desc(), tie.desc()) if falling else (column.asc(), tie.asc())
    rows = list(session.scalars(query.order_by(*ends).limit(position.limit + 1)))
    more = len(rows) > position.limit
    rows = rows[: position.limit]
    last = (getattr(rows[-1], column.key), getattr(rows[-1], tie.key)) if more else None
    return Page(rows, last)


def _beyond(order: Order, after: tuple[str | datetime, str]) -> ColumnElement[bool]:
    column, falling, tie = order
    value, last_id = after
    if falling:
        return or_(column < value, and_(column == value, tie < last_id))
    return or_(column > value, and_(column == value, tie > last_id))
