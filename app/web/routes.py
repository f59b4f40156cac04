"""All pages, once in each language, and what stands beside them."""

from fastapi import APIRouter

from app.vocabulary import Language
from app.web import assets, home, machines, organisations, rules, search, statistics, widget

PAGES = (home.router, search.router, organisations.router, statistics.router, rules.router, widget.router)
BESIDE = (home.entrance, assets.router, machines.router, widget.files)


def _site() -> APIRouter:
    whole = APIRouter(include_in_schema=False)
    for router in BESIDE:
        whole.include_router(router)
    for language in Language:
        for router in PAGES:
            whole.include_router(router, prefix=f"/{language}")
    return whole


SITE = _site()
"""The router of the whole site."""
