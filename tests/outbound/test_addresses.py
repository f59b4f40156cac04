"""Which addresses and which spellings of them are refused."""

from ipaddress import ip_address

import pytest

from app.outbound.addresses import Reach, is_public, networks_of, refusal_of

_NOT_PUBLIC = """
0.0.0.0 10.1.2.3 100.64.0.1 100.127.255.255 127.0.0.1 127.255.255.254 169.254.169.254 172.16.0.1
172.31.255.255 192.0.0.8 192.0.2.1 192.88.99.1 192.168.1.1 198.18.0.1 198.51.100.1 203.0.113.1
224.0.0.1 239.1.1.1 240.0.0.1 255.255.255.255 :: ::1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:10.0.0.1
::ffff:8.8.8.8 ::ffff:0:7f00:1 64:ff9b::7f00:1 64:ff9b:1::a00:1 2002:7f00:1:: 2001:0:7f00:1::1
2001:10::1 2001:20::1 2001:db8::1 3fff::1 fe80::1 fe80::1%eth0 fec0::1 fc00::1 fd12::1 ff02::1
100::1 5f00::1 4000::1 2a00:1450::5efe:7f00:1 2a00:1450::200:5efe:a00:1
"""
NOT_PUBLIC = _NOT_PUBLIC.split()
_PUBLIC = """
8.8.8.8 1.1.1.1 77.88.8.8 11.0.0.1 126.1.1.1 128.0.0.1 100.63.255.255 100.128.0.1 172.15.0.1
172.32.0.1 192.0.1.1 192.88.98.1 198.17.1.1 198.20.0.1 223.255.255.1 2a02:6b8::feed:ff
2001:4860:4860::8888 2606:4700::1111 2400:3200::1 2c0f:f248::1
"""
PUBLIC = _PUBLIC.split()
REFUSED = {
    "url_private": """
        https://2130706433/ https://0x7f000001/ https://0x7f.1/ https://127.1/ https://127.0.0.1./ https://0/
        https://017700000001/ https://127。0。0。1/ https://[::1]/ https://[::ffff:127.0.0.1]/ https://[::]/
        https://[0:0:0:0:0:0:0:1]/ https://localhost/ https://LOCALHOST./ https://localhost。/ https://a.localhost/
        https://169.254.169.254/latest https://[64:ff9b::a00:1]/ https://[2002:a00:1::]/ https://10.0.0.1:8443/
    """,
    "url_invalid": """
        https:///x https://0177.0.0.1/ https://127.000.000.001/ https://①②⑦.⓪.⓪.①/ https://１２７.0.0.1/
        https://127.0.0.1\\@a.example/ https://127.0.0.1%00.a.example/ https://a%2eexample/ https://[::1%25lo]/
        https://[fe80::1%eth0]/ https://256.1.1.1/ https://a.example:x/ file:///etc/passwd
    """,
    "url_userinfo": "https://user@8.8.8.8/ https://a.example@127.0.0.1/ https://:pass@a.example/ https://a.example/#b",
    "url_port": "https://a.example:22/ https://a.example:80/ https://a.example:99999/ https://a.example:6379/",
    "url_scheme": "http://a.example/ ftp://a.example/ gopher://a.example/ //a.example ws://a.example/",
}


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_what_is_not_public_is_refused(address: str):
    assert not Reach().allows(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_what_is_public_is_allowed(address: str):
    assert Reach().allows(address)


@pytest.mark.parametrize("text", ["", "a.example", "127.0.0.1 ", "8.8.8", "0x8.8.8.8", "[::1]"])
def test_what_is_no_address_is_refused(text: str):
    assert not Reach().allows(text)


def test_an_opened_network_is_allowed_and_nothing_beside_it():
    reach = Reach(networks=networks_of(["10.20.0.0/16", "fd00:20::/32"]))
    assert reach.allows("10.20.3.4")
    assert reach.allows("fd00:20::1")
    assert not reach.allows("10.21.3.4")
    assert not reach.allows("::ffff:10.20.3.4")
    assert not is_public(ip_address("10.20.3.4"))


@pytest.mark.parametrize(
    ("code", "url"), [(code, url) for code, urls in REFUSED.items() for url in urls.split()]
)
def test_wrong_addresses_are_refused_with_their_reason(code: str, url: str):
    assert refusal_of(url, Reach()) == code


@pytest.mark.parametrize(
    "url", ["https://a.example/\n", " https://a.example/", "https://a.example/" + "a" * 2000]
)
def test_texts_around_an_address_are_refused(url: str):
    assert refusal_of(url, Reach()) == "url_invalid"


@pytest.mark.parametrize(
    "url",
    [
        "https://hooks.example/x?y=1",
        "https://пример.рф/крючок",
        "https://8.8.8.8/",
        "https://[2a02:6b8::feed:ff]:8443/",
        "https://hooks.example.:443/",
    ],
)
def test_public_addresses_may_be_tried(url: str):
    assert refusal_of(url, Reach()) is None
