"""How often one may ask, over HTTP."""

import re
from collections import Counter
from typing import Any

import pytest
from starlette.testclient import TestClient

from app.settings import Settings
from tests.conftest import ADMIN_KEY, SecretStr

PATH = "/v1/countries"


@pytest.fixture
def settings(sqlite_url: str) -> Settings:
    return Settings(
        database_url=sqlite_url,
        admin_key=SecretStr(ADMIN_KEY),
        encoder=False,
        cors_origins=("https://site.example",),
        rate_per_key=8,
        rate_per_address=5,
        rate_failed_keys=3,
    )


def field(answer: Any) -> tuple[str, int, int]:
    """(policy, what is left, seconds until more) of an answer's RateLimit."""
    found = re.fullmatch(r'"([a-z-]+)";r=(\d+);t=(\d+)', answer.headers["ratelimit"])
    assert found, answer.headers["ratelimit"]
    return found[1], int(found[2]), int(found[3])


def test_everybody_is_told_where_they_stand(client: TestClient, admin: dict[str, str]):
    visitor, keyed = client.get(PATH), client.get(PATH, headers=admin)
    assert visitor.headers["ratelimit-policy"] == '"address";q=5;w=60'
    assert keyed.headers["ratelimit-policy"] == '"key";q=8;w=60'
    assert field(visitor)[:2] == ("address", 4)
    assert field(keyed)[:2] == ("key", 7)
    assert 1 <= field(keyed)[2] <= 60
    missing = client.get("/v1/organisations/x", headers=admin)
    assert (missing.status_code, field(missing)[:2]) == (404, ("key", 6))


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        (413, {"Content-Type": "application/json", "Content-Length": "99999999"}),
        (415, {"Content-Type": "text/csv"}),
        (406, {"Accept": "text/html", "Content-Type": "application/json"}),
    ],
)
def test_what_is_refused_at_the_entrance_counts_too(client: TestClient, status: int, headers: dict[str, str]):
    answer = client.post("/v1/suggestions/search", headers=headers, content=b"{}")
    assert (answer.status_code, field(answer)[:2]) == (status, ("address", 4))
    assert answer.headers["x-request-id"] == answer.json()["request_id"]


def test_past_the_limit_comes_429_with_the_time_to_return(client: TestClient, admin: dict[str, str]):
    answers = [client.get(PATH, headers={"Origin": "https://site.example"}) for _ in range(8)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429] * 3
    refused = answers[-1]
    assert refused.headers["content-type"] == "application/problem+json"
    assert (refused.json()["code"], refused.json()["status"]) == ("rate_limited", 429)
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert field(refused)[1] == 0
    assert refused.headers["x-request-id"] == refused.json()["request_id"]
    assert refused.headers["access-control-allow-origin"] == "https://site.example"
    assert "RateLimit" in refused.headers["access-control-expose-headers"]
    assert client.get(PATH, headers=admin).status_code == 200, "a key is not held up by its address"


def test_a_forged_address_gains_nothing(client: TestClient):
    ends = Counter(
        client.get(PATH, headers={"X-Forwarded-For": f"198.51.100.{number}"}).status_code
        for number in range(20)
    )
    assert ends == {200: 5, 429: 15}


def test_wrong_keys_are_limited_by_address_and_right_ones_go_on(client: TestClient, admin: dict[str, str]):
    ends = [
        client.get(PATH.replace("countries", "webhooks"), headers={"Authorization": f"Bearer no-{number}"})
        for number in range(6)
    ]
    assert [answer.status_code for answer in ends] == [401] * 3 + [429] * 3
    assert ends[-1].headers["ratelimit-policy"] == '"failed-keys";q=3;w=60'
    assert int(ends[-1].headers["retry-after"]) >= 1
    assert client.get("/v1/webhooks", headers=admin).status_code == 200


def test_a_key_of_a_website_counts_by_visitor(client: TestClient):
    headers = {"Authorization": "Bearer smz_pub_" + "a" * 38}
    assert field(client.get(PATH, headers=headers))[:2] == ("address", 4)
    assert field(client.get(PATH))[:2] == ("address", 4)


def test_health_is_never_limited(client: TestClient):
    for _ in range(20):
        assert client.get("/livez").status_code == client.get("/readyz").status_code == 200


@pytest.mark.parametrize(
    ("host", "same"),
    [("2001:db8:1:2::1", "2001:db8:1:2:ffff::9"), ("198.51.100.1", "198.51.100.1"), ("", "")],
)
def test_one_network_of_ipv6_is_one_client(host: str, same: str):
    from app.api.rate_limits import _address

    assert _address({"client": (host, 1)}) == _address({"client": (same, 2)})
    assert _address({"client": ("2001:db8:1:3::1", 1)}) != _address({"client": (host, 1)})
    assert _address({}) == ""
