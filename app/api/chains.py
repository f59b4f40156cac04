"""Cooperation of more than two over HTTP: chains and consortia."""

from fastapi import APIRouter

from app.access import READ_VISIBLE
from app.api.callers import under
from app.api.dependencies import NO_PARAMETERS, Question, Speech
from app.api.views_of_chains import chain_page
from app.api.views_of_consortia import consortium_answer
from app.schemas.chains import ChainPage, ChainSearch
from app.schemas.consortia import ConsortiumAnswer, ConsortiumBrief
from app.usecases import chains, consortia

router = APIRouter(prefix="/v1", tags=["cooperation"])


@router.post("/chains/search", dependencies=[NO_PARAMETERS], openapi_extra=under(READ_VISIBLE))
def search_chains(given: ChainSearch, asking: Question, language: Speech) -> ChainPage:
    """Who meets a need, what that supplier needs in turn, who meets that, and so on; nothing is stored."""
    return chain_page(chains.search(asking, given), language)


@router.post("/consortia/solve", dependencies=[NO_PARAMETERS], openapi_extra=under(READ_VISIBLE))
def solve_consortium(given: ConsortiumBrief, asking: Question, language: Speech) -> ConsortiumAnswer:
    """The smallest set of organisations that covers several needs under conditions; nothing is stored."""
    return consortium_answer(consortia.solve(asking, given), language)
