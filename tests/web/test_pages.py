"""Pages as text: languages, safety of what members wrote, refusals."""

import re

import pytest
from markupsafe import Markup
from starlette.testclient import TestClient

from app.usecases import statistics
from app.vocabulary import Language
from app.web.highlighting import highlighted
from app.web.rendering import as_script_data
from app.web.texts import TEXTS, counted

FIELD = re.compile(r"{\w+}")
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


def test_every_text_has_two_languages() -> None:
    for key, (russian, english) in TEXTS.items():
        assert russian, key
        assert english, key
        assert set(FIELD.findall(russian)) == set(FIELD.findall(english)), key


@pytest.mark.parametrize(
    ("number", "russian"),
    [(1, "1 регион"), (3, "3 региона"), (11, "11 регионов"), (1022, "1\u00a0022 региона")],
)
def test_a_counted_noun_takes_its_form(number: int, russian: str) -> None:
    assert counted(Language.RU, "regions", number) == russian


def test_marked_words_are_escaped_first() -> None:
    assert highlighted("Отливки <b>СЧ20-СЧ30</b> и из", ["отливка", "СЧ20", "из", "<b>"]) == Markup(
        "<mark>Отливки</mark> &lt;b&gt;<mark>СЧ20-СЧ30</mark>&lt;/b&gt; и из"
    )


def test_script_data_cannot_leave_its_element() -> None:
    assert "<" not in as_script_data({"name": "</script><script>alert(1)</script>"})


def test_refusals_are_pages_for_browsers_and_problems_for_programs(client: TestClient) -> None:
    page = client.get("/en/nothing", headers=BROWSER)
    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "There is no such page" in page.text
    assert client.get("/en/nothing").headers["content-type"] == "application/problem+json"
    assert client.get("/v1/nothing", headers=BROWSER).headers["content-type"] == "application/problem+json"


def test_what_nobody_foresaw_is_a_page_without_a_trace(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("secret of the house")

    monkeypatch.setattr(statistics, "statistics", broken)
    page = client.get("/ru/statistics", headers=BROWSER)
    assert (page.status_code, page.headers["x-frame-options"]) == (500, "DENY")
    assert "Что-то пошло не так" in page.text
    assert "secret" not in page.text


def test_an_asset_is_kept_for_ever_and_an_old_address_is_not_served(client: TestClient) -> None:
    page = client.get("/ru/").text
    address = page.split('rel="stylesheet" href="')[1].split('"')[0]
    assert "immutable" in client.get(address).headers["cache-control"]
    assert client.get(address.replace("/assets/", "/assets/0")).status_code == 404


def test_pages_run_nothing_inline_and_stand_in_no_frame(client: TestClient) -> None:
    policy = client.get("/ru/").headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert client.get("/v1/regions").headers["content-security-policy"].startswith("default-src 'none'")
