"""The questions behind saved searches: what each asks the index, and who may answer it."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Centre, Member, actor_of, keeps
from app.matching.documents import MatchDocument, Wish
from app.matching.standing import ANSWERS_AT_MOST
from app.schemas.saved_searches import SearchSubject
from app.schemas.suggestions import TextQuestion
from app.storage import alerts, questions
from app.storage.documents import Conditions, questions_of
from app.storage.organisations import Organisation
from app.storage.saved_searches import SavedSearch
from app.storage.statements import Statement
from app.vocabulary import StatementStatus

ASKING = frozenset({StatementStatus.DRAFT, StatementStatus.IN_REVIEW, StatementStatus.PUBLISHED})
"""States in which a statement that a search names still looks for partners."""


class Asked:
    """The questions behind some saved searches, read at once."""

    def __init__(self, session: Session, conditions: Conditions, searches: Sequence[SavedSearch]) -> None:
        self._session, self._conditions = session, conditions
        self._away: dict[tuple[str, str, str | None], frozenset[str]] = {}
        statement_ids = [one.statement_id for one in searches if one.statement_id]
        of_owners = [one.organisation_id for one in searches if one.organisation_id]
        states = select(Statement.id, Statement.status).where(Statement.id.in_(statement_ids))
        asking = {one for one, status in session.execute(states) if status in ASKING}
        self._documents = questions_of(session, conditions, asking, of_owners)
        ids = {document.organisation_id for document in self._documents}
        query = select(Organisation.id, Organisation.centre_id, Organisation.region)
        rows = session.execute(query.where(Organisation.id.in_(ids)))
        self._owners = {one: (centre_id, region) for one, centre_id, region in rows}

    def wishes(self, search: SavedSearch, among: frozenset[str]) -> list[Wish]:
        """What a search asks of these organisations; nothing where its holder lost what it is about."""
        holder = search.holder()
        asked = search.partner_filters()
        filters = replace(questions.filters_of(self._session, holder, asked), among=among)
        today = self._conditions.today
        wishes = []
        for document in self._questions(search, holder):
            owner = document.organisation_id or None
            excluded = filters.excluded_organisations
            if isinstance(holder, Member) and owner is None:
                excluded |= {holder.organisation_id}
            if asked.exclude_met:
                excluded |= questions.met_by(self._session, holder, document.organisation_id)
            away = self._away_from(holder, owner)
            narrowed = replace(filters, kept_away=away, excluded_organisations=excluded)
            wishes.append(
                Wish(document, today, narrowed, limit=ANSWERS_AT_MOST, min_strength=asked.min_strength)
            )
        return wishes

    def _away_from(self, holder: Member | Centre, owner: str | None) -> frozenset[str]:
        key = (*actor_of(holder), owner)
        if key not in self._away:
            self._away[key] = alerts.spared(self._session, holder, owner, self._conditions.today)
        return self._away[key]

    def _questions(self, search: SavedSearch, holder: Member | Centre) -> list[MatchDocument]:
        if search.about == SearchSubject.TEXT:
            return [self._of_text(search)]
        return [
            document
            for document in self._documents
            if (document.id == search.statement_id or document.organisation_id == search.organisation_id)
            and (document.expires_on is None or document.expires_on >= self._conditions.today)
            and keeps(holder, document.organisation_id, *self._owners[document.organisation_id])
        ]

    def _of_text(self, search: SavedSearch) -> MatchDocument:
        given = TextQuestion.model_validate(search.question)
        encoder = self._conditions.encoder
        known = search.passages_by(encoder.model) if encoder else None
        if known is None:
            return questions.of_text(given, encoder)
        return replace(questions.without_meaning(given), passages=known)
