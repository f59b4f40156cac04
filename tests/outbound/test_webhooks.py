"""Deliveries over real sockets: signed as the reference library says, and never to a private address."""

import itertools
import json
import random
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from app.delivering import DeliveryFailure
from app.outbound.addresses import Reach, networks_of
from app.outbound.webhooks import Message, post_signed, signed_headers
from tests.outbound.test_addresses import NOT_PUBLIC
from tests.receivers import GOOD, TRAP, receiving, talking

OLD, NEW, FOREIGN = (f"whsec_{letter * 43}=" for letter in "ABC")
SPELLINGS = """
127.0.0.1 2130706433 0x7f000001 0x7f.1 127.1 127.0.0.1. 017700000001 0 0.0.0.0 127.0.1 localhost
LOCALHOST localhost. a.localhost [::1] [::] [::ffff:127.0.0.1] [::ffff:7f00:1] [0:0:0:0:0:0:0:1]
[::127.0.0.1] [64:ff9b::7f00:1] [2002:7f00:1::] [::1%25lo] [::1%lo] 127。0。0。1 ①②⑦.⓪.⓪.① 0177.0.0.1
127.000.000.001 a.example@127.0.0.1 127.0.0.1%00.a.example 127.0.0.1\\@a.example 127.127.1.1
"""
"""Ways to write an address of this machine."""
ONLY_GOOD = networks_of([f"{GOOD}/32"])


def message(body: str = '{"type":"webhook.test","data":{}}') -> Message:
    return Message("0197abcd", datetime.now(UTC), body)


def reach(port: int, *answers: str, **changes: object) -> Reach:
    """Reach to GOOD and the port of a test's server; every name stands for these addresses."""
    given = Reach(frozenset({port}), http=True, networks=ONLY_GOOD, seconds=3)
    if answers:
        changes["resolver"] = lambda host, port: list(answers)
    return replace(given, **changes)  # type: ignore[arg-type]


@pytest.fixture
def trap() -> Iterator[tuple[int, list[str]]]:
    """A server on every local address but GOOD; (its port, who connected)."""
    with ExitStack() as stack:
        port, hits = stack.enter_context(talking(lambda _: None, TRAP))
        if socket.has_dualstack_ipv6():
            _, more = stack.enter_context(talking(lambda _: None, "::1", port))
            hits = _Both(hits, more)  # type: ignore[assignment]
        yield port, hits


class _Both(Sequence[str]):
    def __init__(self, *lists: list[str]) -> None:
        self.lists = lists

    def __len__(self) -> int:
        return sum(map(len, self.lists))

    def __getitem__(self, index: object) -> str:  # type: ignore[override]
        return list(itertools.chain(*self.lists))[index]  # type: ignore[index]


def test_the_reference_library_accepts_what_was_sent():
    with receiving() as receiver:
        sent = message('{"type":"statement.created","data":{"текст":"ё"}}')
        receipt = post_signed(receiver.url, sent, [NEW, OLD], reach(receiver.port))
        assert (receipt.failure, receipt.status) == (None, 204)
        [got] = receiver.requests
        for secret in (OLD, NEW):
            assert Webhook(secret).verify(got.body, got.headers) == json.loads(sent.body)
        with pytest.raises(WebhookVerificationError):
            Webhook(FOREIGN).verify(got.body, got.headers)
        assert got.headers["content-type"] == "application/json"
        assert got.headers["webhook-id"] == sent.id
        assert not {"cookie", "authorization"} & set(got.headers)


def test_forgeries_are_rejected():
    body = '{"type":"statement.created","data":{"id":"1"}}'
    headers = signed_headers(message(body), [NEW])
    Webhook(NEW).verify(body, headers)
    forged = [(body[:i] + "#" + body[i + 1 :], headers) for i in range(0, len(body), 4)]
    other = {name: headers[name][:-1] + ("1" if headers[name][-1] == "0" else "0") for name in headers}
    forged += [(body, {**headers, name: other[name]}) for name in ("webhook-id", "webhook-timestamp")]
    forged += [
        (body, {**headers, "webhook-signature": "v1,AAAA"}),
        (body, signed_headers(message(body), [FOREIGN])),
    ]
    stale = Message("1", datetime.now(UTC) - timedelta(minutes=6), body)
    forged.append((body, signed_headers(stale, [NEW])))
    for text, claimed in forged:
        with pytest.raises(WebhookVerificationError):
            Webhook(NEW).verify(text, claimed)
    assert len(forged) >= 15


@pytest.mark.parametrize(
    ("status", "failure"),
    [
        (200, None),
        (202, None),
        (301, DeliveryFailure.REDIRECT),
        (307, DeliveryFailure.REDIRECT),
        (400, DeliveryFailure.STATUS),
        (410, DeliveryFailure.GONE),
        (500, DeliveryFailure.STATUS),
    ],
)
def test_only_2xx_is_success(status: int, failure: DeliveryFailure | None):
    with receiving(status) as receiver:
        receipt = post_signed(receiver.url, message(), [NEW], reach(receiver.port))
    assert (receipt.failure, receipt.status) == (failure, status)
    assert 0 <= receipt.duration_ms < 3000


def test_the_trap_counts_what_reaches_it(trap: tuple[int, list[str]]):
    port, hits = trap
    careless = reach(port, networks=networks_of(["127.0.0.0/8", "::1/128"]))
    for number, host in enumerate(("127.0.0.1", "[::1]", "localhost"), 1):
        assert post_signed(f"http://{host}:{port}/", message(), [NEW], careless).failure
        assert len(hits) >= number


def test_no_private_address_is_ever_connected_to(trap: tuple[int, list[str]]):
    port, hits = trap
    attempts = [
        (f"{scheme}://{host}:{port}/", ()) for scheme in ("http", "https") for host in SPELLINGS.split()
    ]
    names = ("hooks.example", "hooks.example.", "xn--e1afmkfd.xn--p1ai")
    attempts += [
        (f"{scheme}://{name}:{port}/x", answers)
        for address in NOT_PUBLIC
        for scheme, name in itertools.product(("http", "https"), names)
        for answers in ((address,), (GOOD, address))
    ]
    for url, answers in attempts:
        receipt = post_signed(url, message(), [NEW], reach(port, *answers))
        assert receipt.failure is DeliveryFailure.ADDRESS_REFUSED, (url, answers)
    print(json.dumps({"test": "ssrf", "attempts": len(attempts), "hits": len(hits)}))
    assert len(attempts) >= 500
    assert len(hits) == 0


def test_a_name_that_changes_its_address_gains_nothing():
    with receiving() as good, talking(lambda _: None, TRAP, good.port) as (port, hits):
        asked = 0

        def flipping(host: str, _: int) -> list[str]:
            nonlocal asked
            asked += 1
            return [GOOD if (asked + random.Random(asked).randrange(3)) % 2 else TRAP]

        rounds = 100
        ends = [
            post_signed(
                f"http://hooks.example:{port}/", message(), [NEW], reach(port, resolver=flipping)
            ).failure
            for _ in range(rounds)
        ]
        assert (asked, len(hits)) == (rounds, 0)
        assert ends.count(None) == len(good.requests) > 20
        assert ends.count(DeliveryFailure.ADDRESS_REFUSED) == rounds - len(good.requests) > 20


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_not_followed(trap: tuple[int, list[str]], status: int):
    port, hits = trap
    with receiving() as receiver:
        receiver.answer = lambda _: (
            status,
            {"Location": f"http://127.0.0.1:{port}/", "Refresh": f"0; url=http://127.0.0.1:{port}/"},
            b"",
        )
        receipt = post_signed(receiver.url, message(), [NEW], reach(receiver.port))
    assert receipt.failure is DeliveryFailure.REDIRECT
    assert len(hits) == 0


def test_proxies_of_the_environment_are_ignored(trap: tuple[int, list[str]], monkeypatch: pytest.MonkeyPatch):
    port, hits = trap
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{port}")
    with receiving() as receiver:
        assert post_signed(receiver.url, message(), [NEW], reach(receiver.port)).failure is None
    assert len(hits) == 0


@pytest.mark.parametrize("url", ["http://{}:22/", "http://{}:6379/", "https://{}:25/"])
def test_other_ports_are_refused(url: str):
    receipt = post_signed(url.format(GOOD), message(), [NEW], reach(8443))
    assert receipt.failure is DeliveryFailure.ADDRESS_REFUSED


def test_open_and_closed_private_ports_look_the_same(trap: tuple[int, list[str]]):
    port, _ = trap
    with socket.create_server((TRAP, 0)) as probe:
        closed = probe.getsockname()[1]
    ends = {
        post_signed(f"http://x.example:{number}/", message(), [NEW], reach(number, TRAP)).failure
        for number in (port, closed)
    }
    assert ends == {DeliveryFailure.ADDRESS_REFUSED}


def drip(connection: socket.socket, head: bytes = b"HTTP/1.1 200 OK\r\nX-A: ") -> None:
    connection.sendall(head)
    while True:
        connection.sendall(b"a")
        time.sleep(0.02)


def flood(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9999999999\r\n\r\n")
    while True:
        connection.sendall(b"a" * 65536)


def silence(connection: socket.socket) -> None:
    while connection.recv(65536):
        pass


@pytest.mark.parametrize("script", [drip, silence])
def test_an_answer_that_never_comes_ends_in_time(script: object):
    with talking(script) as (port, _):  # type: ignore[arg-type]
        started = time.monotonic()
        receipt = post_signed(f"http://{GOOD}:{port}/", message(), [NEW], reach(port, seconds=0.6))
        assert receipt.failure is DeliveryFailure.TIMEOUT
        assert 0.5 < time.monotonic() - started < 1.5


def test_an_endless_answer_is_cut():
    with talking(flood) as (port, _):
        started = time.monotonic()
        receipt = post_signed(f"http://{GOOD}:{port}/", message(), [NEW], reach(port))
        assert (receipt.failure, receipt.status) == (None, 200)
        assert time.monotonic() - started < 1


def test_a_stuck_name_server_ends_in_time():
    def stuck(host: str, port: int) -> list[str]:
        time.sleep(3)
        return [GOOD]

    started = time.monotonic()
    receipt = post_signed(
        "http://a.example:8443/", message(), [NEW], reach(8443, resolver=stuck, seconds=0.3)
    )
    assert receipt.failure is DeliveryFailure.TIMEOUT
    assert time.monotonic() - started < 1


@pytest.mark.parametrize(
    ("said", "failure"),
    [
        (b"", DeliveryFailure.PROTOCOL),
        (b"HELO\r\n\r\n", DeliveryFailure.PROTOCOL),
        (b"HTTP/1.1 200 OK\r\nX: " + b"a" * 300_000, DeliveryFailure.PROTOCOL),
    ],
)
def test_what_is_not_http_is_a_failure(said: bytes, failure: DeliveryFailure):
    def script(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(said)

    with talking(script) as (port, _):
        assert post_signed(f"http://{GOOD}:{port}/", message(), [NEW], reach(port)).failure is failure


def test_nobody_there_is_unreachable():
    with socket.create_server((GOOD, 0)) as probe:
        port = probe.getsockname()[1]
    for url, answers in ((f"http://{GOOD}:{port}/", ()), (f"http://no.example:{port}/", (GOOD,))):
        receipt = post_signed(url, message(), [NEW], reach(port, *answers))
        assert receipt.failure is DeliveryFailure.UNREACHABLE

    def unknown(host: str, port: int) -> list[str]:
        raise socket.gaierror(socket.EAI_NONAME, "no such name")

    receipt = post_signed(f"http://no.example:{port}/", message(), [NEW], reach(port, resolver=unknown))
    assert receipt.failure is DeliveryFailure.UNREACHABLE


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """(certificate, key) of hooks.example, made here and now."""
    if shutil.which("openssl") is None:
        pytest.skip("NOT TESTED: TLS of webhooks, for want of the openssl command")
    folder = tmp_path_factory.mktemp("tls")
    cert, key = folder / "cert.pem", folder / "key.pem"
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=x"
    names = ["-addext", "subjectAltName=DNS:hooks.example", "-keyout", str(key), "-out", str(cert)]
    subprocess.run([*command.split(), *names], check=True, capture_output=True)
    return cert, key


def test_the_certificate_is_checked_against_the_name_not_the_address(certificate: tuple[Path, Path]):
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(*certificate)
    trusting = ssl.create_default_context(cafile=str(certificate[0]))
    with receiving(wrap=lambda plain: serving.wrap_socket(plain, server_side=True)) as receiver:
        port = receiver.port

        def end(host: str, tls: ssl.SSLContext | None) -> DeliveryFailure | None:
            return post_signed(f"https://{host}:{port}/", message(), [NEW], reach(port, GOOD), tls).failure

        assert end("hooks.example", trusting) is None
        assert end("other.example", trusting) is DeliveryFailure.TLS
        assert end("hooks.example", None) is DeliveryFailure.TLS
        assert len(receiver.requests) == 1
