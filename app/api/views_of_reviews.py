"""From rows of reviews to the shapes that go out."""

from datetime import date

from app.access import Caller
from app.api.views import card_of, field_changes, statement_view
from app.schemas.reviews import Review
from app.storage.reviews import Review as ReviewRow


def review_view(row: ReviewRow, caller: Caller, today: date) -> Review:
    """A review as this caller may read it, on this day."""
    owner = row.statement.organisation
    made = {"organisation", "statement", "changes", "age_days", "overdue"}
    return Review.model_validate(
        {
            **{name: getattr(row, name) for name in Review.model_fields if name not in made},
            "organisation": card_of(owner),
            "statement": statement_view(row.statement, caller),
            "changes": field_changes(row.statement, row.changes),
            "age_days": (today - row.opened_on).days,
            "overdue": row.is_overdue(today),
        }
    )
