"""A real browser on the real service: both start once for all tests here, which one worker runs.

They end with the last of them: while a browser runs, its event loop is that of the main thread.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from app.bootstrap import Runtime
from tests import databases
from tests.browser.serving import service

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
PICTURES = Path(__file__).parent / "pictures"
"""Where screenshots are kept; git does not see them."""


@pytest.fixture(scope="package")
def served(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Runtime]]:
    """(Address, live objects) of the service with the invented directory."""
    with service(databases.sqlite_copy(sqlite_template, tmp_path_factory.mktemp("site"))) as running:
        yield running


@pytest.fixture(scope="package")
def site(served: tuple[str, Runtime]) -> str:
    """The origin of the service."""
    return served[0]


@pytest.fixture(scope="package")
def browser() -> Iterator["Browser"]:
    """Chromium; skipped without one, which fails in CI."""
    if not Path(CHROMIUM).exists():
        reason = (
            f"NOT TESTED: the website in a browser, for want of {CHROMIUM} "
            "(apt-get install chromium, or name one in CHROMIUM)"
        )
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        running = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield running
        running.close()


@pytest.fixture
def page(browser: "Browser", request: pytest.FixtureRequest) -> Iterator["Page"]:
    """A page of a browser that has seen nothing yet and reads Russian; its last sight is kept."""
    context = browser.new_context(locale="ru-RU", viewport={"width": 1280, "height": 900})
    page = context.new_page()
    yield page
    PICTURES.mkdir(exist_ok=True)
    page.screenshot(path=PICTURES / f"{request.node.name}.png", full_page=True)
    context.close()
