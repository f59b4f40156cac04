"""The live objects of the process, as the API needs them."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Protocol

from fastapi import Request
from sqlalchemy.orm import Session

from app.access import Caller
from app.answers import AnswerCache
from app.clock import Deadlines
from app.matching.documents import Index
from app.matching.semantics import Encoder
from app.outbound.addresses import Reach
from app.storage.database import Database
from app.storage.showings import ShownPartner
from app.usecases.introductions import Terms
from app.vocabulary import Language


class Keeper(Protocol):
    """Whatever holds the current index."""

    def catch_up(self, session: Session) -> Index:
        """An index that knows every change this session sees."""


class NotesUse(Protocol):
    """Whatever notes that a key was used."""

    def note(self, key_id: str, noted_at: datetime | None, now: datetime) -> None:
        """The key was used now."""


class RecordsShown(Protocol):
    """Whatever records what was shown."""

    def wants(self, caller: Caller) -> bool:
        """Whether what this caller is shown is recorded."""

    def note(
        self, caller: Caller, organisation_id: str, day: date, model: str, partners: list[ShownPartner]
    ) -> None:
        """The caller was shown this list for an organisation."""


class Runtime(Protocol):
    """The live objects of the process, as the API needs them."""

    @property
    def database(self) -> Database: ...  # noqa: D102

    @property
    def keeper(self) -> Keeper: ...  # noqa: D102

    @property
    def clock(self) -> Callable[[], datetime]: ...  # noqa: D102

    @property
    def deadlines(self) -> Deadlines: ...  # noqa: D102

    @property
    def answers(self) -> AnswerCache: ...  # noqa: D102

    @property
    def admin_key(self) -> str | None: ...  # noqa: D102

    @property
    def test_keys(self) -> bool: ...  # noqa: D102

    @property
    def key_use(self) -> NotesUse: ...  # noqa: D102

    @property
    def showings(self) -> RecordsShown: ...  # noqa: D102

    @property
    def encoder(self) -> Encoder | None: ...  # noqa: D102

    @property
    def language(self) -> Language: ...  # noqa: D102

    @property
    def public_url(self) -> str: ...  # noqa: D102

    @property
    def site_contact(self) -> str: ...  # noqa: D102

    @property
    def feedback_hide_days(self) -> int: ...  # noqa: D102

    @property
    def terms(self) -> Terms: ...  # noqa: D102

    @property
    def reach(self) -> Reach: ...  # noqa: D102


def runtime_of(request: Request) -> Runtime:
    """The live objects that serve this request."""
    runtime: Runtime = request.app.state.runtime
    return runtime
