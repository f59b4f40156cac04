"""Searching partners by text, on a page that works without scripts."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, ValidationError

from app.access import READ_VISIBLE
from app.api.callers import under
from app.api.dependencies import Question
from app.api.views import suggestion_page
from app.reference import countries, regions
from app.schemas.suggestions import FreeTextSearch, SuggestionPage
from app.storage.asking import Asking
from app.usecases import suggestions
from app.vocabulary import Language, OrganisationKind
from app.web.rendering import page
from app.web.speech import Tongue
from app.web.texts import text_of

router = APIRouter(include_in_schema=False)


class Form(BaseModel):
    """What the form of a page sends: every field is there, most of them empty."""

    q: str = ""
    region: str = ""
    country: str = ""
    organisation_kind: str = ""

    def filters(self) -> dict[str, Any]:
        """What was chosen, by the names the API has for it."""
        chosen = {"region": self.region, "country": self.country, "kind": self.organisation_kind}
        return {name: [value] for name, value in chosen.items() if value}


class Asked(Form):
    """What is asked for on the page of the search."""

    kind: str = "need"

    def wish(self) -> FreeTextSearch:
        """The same as the API takes it. Raises ValidationError where it does not."""
        return FreeTextSearch.model_validate({"text": self.q, "kind_of_text": self.kind, **self.filters()})


@router.get("/search", response_class=HTMLResponse, openapi_extra=under(READ_VISIBLE))
def search(
    request: Request, asked: Annotated[Asked, Query()], asking: Question, language: Tongue
) -> HTMLResponse:
    """Partners for a text, each with the words that speak for it."""
    found, invalid = answer_to(asked, asking, language)
    values = {
        "asked": asked.q,
        "kind": "capability" if asked.kind == "capability" else "need",
        "chosen": asked,
        "found": found,
        "invalid": invalid,
        **choices(language),
    }
    return page(request, "search.html", 422 if invalid else 200, values)


def choices(language: Language) -> dict[str, list[tuple[str, str]]]:
    """What the filters offer: codes with their names, sorted as people read them."""

    def named(table: Any) -> list[tuple[str, str]]:
        rows = [
            (code, row.name_ru if language is Language.RU else row.name_en) for code, row in table.items()
        ]
        return sorted(rows, key=lambda one: one[1])

    kinds = [(kind.value, text_of(language, f"kind.{kind.value}")) for kind in OrganisationKind]
    return {"regions": named(regions()), "countries": named(countries()), "kinds": kinds}


def answer_to(asked: Asked, asking: Asking, language: Language) -> tuple[SuggestionPage | None, bool]:
    """What was found, None where nothing was asked, and whether the question was no question."""
    if not asked.q.strip():
        return None, False
    try:
        wish = asked.wish()
    except ValidationError:
        return None, True
    return suggestion_page(suggestions.for_text(asking, wish), language), False
