"""Every operation declares one rule, the rule is asked for, and the page of rules is whole."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from app import bootstrap, main
from app.access import OPEN, Reach, Rule
from app.api.callers import rule_of
from app.api.dependencies import caller, read_session, write_session, writer
from app.settings import Settings
from app.vocabulary import CallerKind, Scope
from app.web import routes
from tests.architecture import published

BESIDE_ROUTERS = {"/openapi.json", "/static/docs"}
"""Published documents; they hold no record of anybody."""

RECORDED = {"list_introduction_contacts"}
"""Operations that read, and write into the feed that they did."""

ROUTES = [route for router in (*main.ROUTERS, *routes.PAGES, *routes.BESIDE) for route in router.routes]
NAMES = [f"{','.join(sorted(route.methods))} {route.path}" for route in ROUTES]  # type: ignore[attr-defined]


def asked_of(dependant: Dependant) -> Iterator[object]:
    yield dependant.call
    for inner in dependant.dependencies:
        yield from asked_of(inner)


@pytest.mark.parametrize("route", ROUTES, ids=NAMES)
def test_the_route_declares_one_rule_and_asks_for_it(route: APIRoute) -> None:
    rule = rule_of(route)
    asked = set(asked_of(route.dependant))
    assert (rule == OPEN) is not bool(asked & {caller, writer}), "a rule that nobody asks for"
    assert not {caller, writer} <= asked, "the key is looked up in two transactions"
    assert not ({read_session} & asked and writer in asked), (
        "the caller is not of the transaction it works in"
    )
    assert not ({write_session} & asked and caller in asked), (
        "the caller is not of the transaction it works in"
    )


@pytest.mark.parametrize("route", ROUTES, ids=NAMES)
def test_the_rule_makes_sense(route: APIRoute) -> None:
    rule = rule_of(route)
    website = CallerKind.WEBSITE in rule.callers
    assert not website or (rule.scope is Scope.READ and rule.reach in (Reach.VISIBLE, Reach.ANY))
    writes = writer in set(asked_of(route.dependant))
    changes = rule.scope not in (None, Scope.READ) and route.methods != {"GET"}
    assert writes is (changes or route.name in RECORDED)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(database_url=f"sqlite:///{tmp_path_factory.mktemp('rules')}/smezhnik.db")


def test_no_route_stands_outside_the_routers(settings: Settings) -> None:
    app = main.create_app(bootstrap.start(settings), settings)
    while not isinstance(app, FastAPI):
        app = app.app  # type: ignore[attr-defined]
    outside = {getattr(route, "path", None) for route in app.routes if not hasattr(route, "original_router")}
    routers = [route.original_router for route in app.routes if hasattr(route, "original_router")]
    assert outside == BESIDE_ROUTERS
    assert routers == [*main.ROUTERS, routes.SITE]


def test_a_route_without_a_rule_serves_nobody(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    (route,) = [route for route in ROUTES if getattr(route, "name", "") == "list_organisations"]
    assert isinstance(route, APIRoute)
    monkeypatch.setattr(route, "openapi_extra", None)
    with pytest.raises(LookupError):
        rule_of(route)
    app = main.create_app(bootstrap.start(settings), settings)
    with TestClient(app, raise_server_exceptions=False) as client:
        assert client.get("/v1/organisations").status_code == 500


def test_the_page_explains_every_scope_and_every_reach() -> None:
    page = (Path(published.ROOT) / "docs/access.md").read_text()
    for name in (*Scope, *Reach):
        assert f"| `{name.value}` |" in page
    for rule in {rule_of(route) for route in ROUTES}:
        assert isinstance(rule, Rule)
        assert rule.reach in published.REACHES
