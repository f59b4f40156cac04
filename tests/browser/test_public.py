"""What a visitor does on the public pages, in a real browser."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

PAGES = (
    "",
    "search?q=Отливки корпусов насосов из чугуна",
    "organisations",
    "regions",
    "sectors",
    "statistics",
    "rules",
    "privacy",
    "widget",
    "embed/search",
    "nothing-here",
)
WEIGHT = 150_000
SHIFT = 0.05
MEASURED = """() => new Promise(done => {
  new PerformanceObserver(list => done({
    shift: list.getEntries().reduce((sum, one) => sum + one.value, 0)
  })).observe({type: 'layout-shift', buffered: true});
  setTimeout(() => done({shift: 0}), 100);
})"""
WEIGHED = """() => ['navigation', 'resource'].flatMap(kind => performance.getEntriesByType(kind))
  .reduce((sum, one) => sum + one.encodedBodySize, 0)"""
FIRST_PAINT = "() => performance.getEntriesByName('first-contentful-paint')[0].startTime"


@pytest.mark.parametrize(
    ("language", "pages"),
    [("ru", PAGES), ("en", ("", "search?q=Pump housing castings", "regions", "rules"))],
)
def test_every_page_is_accessible_light_still_and_of_one_origin(
    site: str, page: Page, language: str, pages: tuple[str, ...]
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    for path in pages:
        page.goto(f"{site}/{language}/{path}")
        violations = Axe().run(page).response["violations"]
        serious = [one["id"] for one in violations if one["impact"] in ("serious", "critical")]
        assert not serious, (path, serious)
        assert page.evaluate(WEIGHED) <= WEIGHT, path
        assert page.evaluate(MEASURED)["shift"] < SHIFT, path
        assert page.evaluate(FIRST_PAINT) <= 1000, path
        page.set_viewport_size({"width": 390, "height": 844})
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
        page.set_viewport_size({"width": 1280, "height": 900})
    assert {url for url in asked if not url.startswith(f"{site}/")} == set()
    assert not [line for line in said if "404" not in line], said


def test_the_front_page_speaks_the_browsers_language(site: str, page: Page, browser: Browser) -> None:
    page.goto(f"{site}/")
    expect(page).to_have_url(f"{site}/ru/")
    english = browser.new_context(locale="en-GB").new_page()
    english.goto(f"{site}/")
    expect(english).to_have_url(f"{site}/en/")
    english.context.close()


def test_switching_the_language_stays_on_the_page(site: str, page: Page) -> None:
    page.goto(f"{site}/ru/search?q=отливки&kind=need")
    page.get_by_role("link", name="English").click()
    expect(page).to_have_url(re.compile(r"/en/search\?q=.*&kind=need"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Find partners")


def test_searching_without_scripts(site: str, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False, locale="ru-RU")
    page = context.new_page()
    page.goto(f"{site}/ru/")
    page.get_by_label("Что вам нужно или что вы умеете").fill("Отливки корпусов насосов из чугуна")
    page.get_by_role("button", name="Найти партнёров").click()
    assert page.locator("article.match").count() >= 3
    marked = {word.lower() for word in page.locator("article.match mark").all_inner_texts()}
    assert marked & {"отливки", "отливка", "отливок"}, marked
    context.close()


def test_a_filter_narrows_the_search(site: str, page: Page) -> None:
    page.goto(f"{site}/ru/search?q=Отливки корпусов насосов из чугуна")
    page.get_by_text("Уточнить").click()
    page.get_by_label("Регион партнёра").select_option("RU-SAR")
    page.get_by_role("button", name="Найти партнёров").click()
    places = page.locator("article.match header p").all_inner_texts()
    assert places
    assert all("Саратовская область" in place for place in places), places


def test_from_the_map_to_an_organisation_and_its_partners(site: str, page: Page) -> None:
    page.goto(f"{site}/ru/regions")
    assert page.locator("svg.tiles a").count() == 89
    page.get_by_role("link", name="Саратовская область: 6").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Саратовская область")
    page.locator(".who a").first.click()
    name = page.get_by_role("heading", level=1).inner_text()
    page.get_by_role("link", name="Кто подходит").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Кто подходит для «{name}»")
    assert Axe().run(page).response["violations"] == []
