"""The widget on a page of another origin, under that page's own security policy."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from app.access import Admin
from app.bootstrap import Runtime
from app.schemas.keys import KeyIn
from app.usecases import keys
from app.usecases.keys import Desk
from tests.browser.serving import foreign_site

HOST = """<!DOCTYPE html><html lang="ru"><title>Ассоциация</title><h1>Ассоциация</h1>
<script type="module" src="{site}/widget/v1.js"></script>
<smezhnik-search key="{key}" api="{api}" lang="{lang}" timeout="3000"></smezhnik-search>
<smezhnik-counters key="{key}" api="{api}" lang="{lang}"></smezhnik-counters></html>"""
FRAME = '<!DOCTYPE html><html lang="ru"><title>Рамка</title><iframe src="{site}/ru/{path}"></iframe></html>'


@pytest.fixture(scope="module")
def host(served: tuple[str, Runtime]) -> Iterator[str]:
    """A site of another origin, which a key of the website names."""
    site, runtime = served
    pages: dict[str, tuple[str, dict[str, str]]] = {}
    with foreign_site(pages) as origin:
        given = KeyIn.model_validate({"name": "Сайт", "kind": "website", "origins": [origin]})
        with runtime.database.writing() as session:
            _, key = keys.create(session, Admin(), given, Desk(runtime.clock(), runtime.test_keys))
        policy = (
            f"default-src 'none'; script-src {site}; connect-src {site} http://127.0.0.1:9; frame-src {site}"
        )
        own = {"Content-Security-Policy": policy}
        for name, values in {
            "ru": {"key": key, "api": site, "lang": "ru"},
            "en": {"key": key, "api": site, "lang": "en"},
            "away": {"key": key, "api": "http://127.0.0.1:9", "lang": "ru"},
            "wrong": {"key": "smz_pub_wrong", "api": site, "lang": "ru"},
        }.items():
            pages[f"/{name}"] = (HOST.format(site=site, **values), own)
        pages["/frame"] = (FRAME.format(site=site, path="embed/search"), own)
        pages["/jacked"] = (FRAME.format(site=site, path="search"), own)
        yield origin


def test_searching_on_another_site_under_its_policy(host: str, page: Page) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(f"{host}/ru")
    page.get_by_label("Что вам нужно или что вы умеете").fill("Отливки из чугуна")
    page.keyboard.press("Enter")
    expect(page.locator("smezhnik-search [role=status]")).to_have_text("Найдено партнёров: 4")
    assert page.locator("smezhnik-search li a").first.get_attribute("href").startswith("http://127.0.0.1")
    expect(page.locator("smezhnik-counters dd").first).to_have_text("204")
    assert page.context.cookies() == []
    assert said == []


def test_the_widget_in_english_and_with_too_little(host: str, page: Page) -> None:
    page.goto(f"{host}/en")
    page.get_by_label("What you need or can do").fill("a")
    page.get_by_role("button", name="Find partners").click()
    expect(page.locator("smezhnik-search [role=status]")).to_have_text("Write at least two characters.")
    expect(page.get_by_label("What you need or can do")).to_be_focused()


@pytest.mark.parametrize(
    ("name", "said"), [("away", "Сервис сейчас недоступен"), ("wrong", "Этому сайту нельзя")]
)
def test_trouble_is_said_in_words(host: str, page: Page, name: str, said: str) -> None:
    page.goto(f"{host}/{name}")
    page.get_by_label("Что вам нужно или что вы умеете").fill("Отливки")
    page.keyboard.press("Enter")
    expect(page.locator("smezhnik-search [role=status]")).to_contain_text(said)


def test_a_slow_service_is_given_up(host: str, page: Page) -> None:
    page.route("**/v1/suggestions/search", lambda _: None)
    page.goto(f"{host}/ru")
    page.get_by_label("Что вам нужно или что вы умеете").fill("Отливки")
    page.keyboard.press("Enter")
    expect(page.locator("smezhnik-search [role=status]")).to_contain_text("не ответил вовремя")


def test_known_sites_frame_the_search_and_nothing_else(host: str, page: Page) -> None:
    page.goto(f"{host}/frame")
    expect(page.frame_locator("iframe").get_by_role("button", name="Найти партнёров")).to_be_visible()
    page.goto(f"{host}/jacked")
    page.wait_for_timeout(200)
    assert page.frame_locator("iframe").get_by_role("button").count() == 0
