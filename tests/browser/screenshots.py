"""The pictures of the README: `python -m tests.browser.screenshots` takes them."""

import logging
import tempfile
from pathlib import Path

import structlog
from playwright.sync_api import sync_playwright

from tests import databases
from tests.browser.conftest import CHROMIUM
from tests.browser.serving import service

FOLDER = Path(__file__).parents[2] / "docs/pictures"
LARGEST = 200_000
PICTURES = {
    "search": "ru/search?q=Отливки корпусов насосов из чугуна СЧ20",
    "regions": "ru/regions",
}


def main() -> None:
    """Write every picture; raises AssertionError for one that is too large."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as play:
        template = databases.sqlite_template(Path(folder))
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        with service(f"sqlite:///{template}") as (site, _):
            page = browser.new_page(viewport={"width": 1100, "height": 760}, locale="ru-RU")
            for name, path in PICTURES.items():
                page.goto(f"{site}/{path}")
                picture = page.screenshot(path=FOLDER / f"{name}.png")
                assert len(picture) < LARGEST, f"{name}: {len(picture)} bytes"
        browser.close()


if __name__ == "__main__":
    main()
