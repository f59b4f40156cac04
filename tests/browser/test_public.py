"""What a visitor does on the public pages, in a real browser."""

from playwright.sync_api import Browser, Page, expect


def test_the_front_page_speaks_the_browsers_language(site: str, page: Page, browser: Browser) -> None:
    page.goto(f"{site}/")
    expect(page).to_have_url(f"{site}/ru/")
    english = browser.new_context(locale="en-GB").new_page()
    english.goto(f"{site}/")
    expect(english).to_have_url(f"{site}/en/")
    english.context.close()


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
