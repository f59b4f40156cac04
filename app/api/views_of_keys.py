"""From the row of a key to the shapes that go out."""

from datetime import datetime

from app.schemas.keys import Key, NewKey
from app.storage.keys import Key as KeyRow


def key_view(row: KeyRow, now: datetime) -> Key:
    """A key as it may be shown."""
    return Key.model_validate(_shown(row, now))


def new_key_view(row: KeyRow, text: str, now: datetime) -> NewKey:
    """A key with its text, for the one time it is shown."""
    return NewKey.model_validate({**_shown(row, now), "key": text})


def _shown(row: KeyRow, now: datetime) -> dict[str, object]:
    columns = {name: getattr(row, name) for name in Key.model_fields if name != "state"}
    return {**columns, "state": row.state_at(now)}
