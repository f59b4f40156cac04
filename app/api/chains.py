"""Cooperation chains over HTTP."""

from fastapi import APIRouter

from app.access import READ_VISIBLE
from app.api.callers import under
from app.api.dependencies import NO_PARAMETERS, Question, Speech
from app.api.views_of_chains import chain_page
from app.schemas.chains import ChainPage, ChainSearch
from app.usecases import chains

router = APIRouter(prefix="/v1", tags=["cooperation"])


@router.post("/chains/search", dependencies=[NO_PARAMETERS], openapi_extra=under(READ_VISIBLE))
def search_chains(given: ChainSearch, asking: Question, language: Speech) -> ChainPage:
    """Who meets a need, what that supplier needs in turn, who meets that, and so on; nothing is stored."""
    return chain_page(chains.search(asking, given), language)
