"""What strangers and members write never becomes a part of a page; nothing leads elsewhere."""

import gzip
import re
import xml.etree.ElementTree as ET

import pytest
from starlette.testclient import TestClient

from app.matching.signals import SIGNALS
from app.reference import regions
from app.web.assets import assets
from tests.directory import Directory

ATTACKS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</script><svg onload=alert(1)>",
    "'-alert(1)-'",
    "{{ 7777*7 }}",
    "&lt;b&gt; <b>",
    "</title><body onload=alert(1)>",
)
OWN_SCRIPTS = re.compile(r'<script type="application/ld\+json">[^<]*</script>')
LIVE = re.compile(r"<(script|img src=x|svg onload|b>|body onload)", re.IGNORECASE)


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def directory(client: TestClient, admin: dict[str, str]) -> Directory:
    return Directory(client, admin)


def is_safe(text: str) -> bool:
    return not LIVE.search(OWN_SCRIPTS.sub("", text)) and "54439" not in text


def test_no_text_that_is_shown_runs(client: TestClient, directory: Directory) -> None:
    for attack in ATTACKS:
        told = {"legal_name": f"{attack} завод", "city": attack, "description": attack, "address": attack}
        owner = directory.organisation(**told, certificates=[{"kind": attack}])
        directory.statement(
            owner, "need", f"Отливки {attack}", title=attack, must_have=[f"сталь {attack}"], volume=attack
        )
        directory.statement(owner, "capability", f"Отливки {attack}", title=attack, batch=attack)
        for path in (
            f"organisations/{owner['id']}",
            f"organisations/{owner['id']}/partners",
            "organisations",
            "regions/RU-SVE",
        ):
            page = client.get(f"/ru/{path}")
            assert page.status_code == 200
            assert is_safe(page.text), (path, attack)
    for attack in ATTACKS:
        for path in ("search", "embed/search", "organisations"):
            page = client.get(f"/ru/{path}", params={"q": f"Отливки {attack}", "region": "", "kind": "need"})
            assert page.status_code == 200
            assert is_safe(page.text), (path, attack)
            hostile = client.get(f"/ru/{path}", params={"q": "Отливки", "region": attack, "cursor": attack})
            assert hostile.status_code in (400, 422)
            assert is_safe(hostile.text), (path, attack)


@pytest.mark.parametrize(
    "path", ["//evil.example", "/ru//evil.example", "/\\evil.example", "/%2f%2fevil.example"]
)
def test_no_address_leads_elsewhere(client: TestClient, path: str) -> None:
    answer = client.get(path, follow_redirects=False)
    assert "evil" not in answer.headers.get("location", "")
    entry = client.get("/", params={"next": "//evil.example"}, follow_redirects=False)
    assert entry.headers["location"] == "/ru/"


def test_only_web_addresses_are_links(client: TestClient, directory: Directory) -> None:
    owner = directory.organisation(site="https://proba.example/")
    assert 'href="https://proba.example/"' in client.get(f"/ru/organisations/{owner['id']}").text


def test_hidden_organisations_have_no_page(client: TestClient, directory: Directory) -> None:
    for visibility in ("hidden", "members", "anonymous"):
        owner = directory.organisation(visibility=visibility)
        assert client.get(f"/ru/organisations/{owner['id']}").status_code == 404
        assert client.get(f"/ru/organisations/{owner['id']}/partners").status_code == 404
        assert owner["id"] not in client.get("/sitemap.xml").text
    assert client.get("/v1/statistics").json()["totals"]["organisations"] == 0


@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_signal_stands_on_the_page_of_rules(client: TestClient, language: str) -> None:
    page = client.get(f"/{language}/rules").text
    for signal in SIGNALS:
        assert (signal.name_ru if language == "ru" else signal.name_en) in page
        assert f">{signal.weight:g}<" in page


def test_the_map_has_every_region_and_a_table_beside_it(client: TestClient, directory: Directory) -> None:
    directory.organisation(region="RU-SVE")
    page = client.get("/en/regions").text
    for code in regions():
        assert page.count(f'/en/regions/{code}"') == 2
    assert page.count('aria-label="Sverdlovsk') == 1


def test_the_site_map_names_public_pages(client: TestClient, directory: Directory) -> None:
    owner = directory.organisation()
    places = [one.text or "" for one in ET.fromstring(client.get("/sitemap.xml").text).iter() if one.text]
    assert any(place.endswith(f"/en/organisations/{owner['id']}") for place in places)
    assert "Sitemap: http://testserver/sitemap.xml" in client.get("/robots.txt").text


def test_the_widget_is_small_and_its_file_never_changes_under_its_name(client: TestClient) -> None:
    asset = assets()["widget.js"]
    assert len(gzip.compress(asset.body)) <= 10_000
    assert asset.integrity in client.get("/ru/widget").text
    fixed = client.get(f"/widget/{asset.version}/widget.js")
    assert (fixed.content, fixed.headers["access-control-allow-origin"]) == (asset.body, "*")
    assert "immutable" in fixed.headers["cache-control"]
    assert "max-age=300" in client.get("/widget/v1.js").headers["cache-control"]
    assert client.get("/widget/0000/widget.js").status_code == 404
