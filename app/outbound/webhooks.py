"""One delivery of a webhook by Standard Webhooks (https://www.standardwebhooks.com, version 1.0)."""

import ssl
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

import httpcore
import httpx
from standardwebhooks import Webhook

from app import __version__
from app.delivering import DeliveryFailure
from app.outbound.addresses import Reach, refusal_of
from app.outbound.connecting import AddressRefused, CheckedTransport
from app.outbound.receipts import Receipt, receipt

ANSWER_BYTES = 65_536
"""How much of an answer's body is read, and thrown away."""

TIMEOUTS = (httpcore.TimeoutException,)
BROKEN = (httpcore.NetworkError, httpcore.ProtocolError, httpcore.UnsupportedProtocol, OSError)


@dataclass(frozen=True, slots=True)
class Message:
    """What is told: an id that all attempts share, the moment of this attempt in UTC, the body."""

    id: str
    at: datetime
    body: str


@cache
def public_tls() -> ssl.SSLContext:
    """Certificates as browsers trust them, whatever the environment says."""
    return httpx.create_ssl_context(trust_env=False)


def signed_headers(message: Message, secrets: Sequence[str]) -> dict[str, str]:
    """The three headers of Standard Webhooks; one signature for each secret that is valid just now."""
    signatures = [Webhook(secret).sign(message.id, message.at, message.body) for secret in secrets]
    return {
        "webhook-id": message.id,
        "webhook-timestamp": str(int(message.at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def post_signed(
    url: str, message: Message, secrets: Sequence[str], reach: Reach, tls: ssl.SSLContext | None = None
) -> Receipt:
    """Deliver once; follows no redirect, sends no cookie, and takes `reach.seconds` at most."""
    started = time.monotonic()
    status: int | None = None
    try:
        status = _post(url, message, secrets, reach, tls or public_tls())
        failure = _failure_of(status)
    except (AddressRefused, httpx.InvalidURL):
        failure = DeliveryFailure.ADDRESS_REFUSED
    except TIMEOUTS:
        failure = DeliveryFailure.TIMEOUT
    except BROKEN as error:
        failure = _broken_by(error)
    return receipt(failure, started, status)


def _post(url: str, message: Message, secrets: Sequence[str], reach: Reach, tls: ssl.SSLContext) -> int:
    if refusal_of(url, reach) is not None:
        raise AddressRefused
    headers = {
        **signed_headers(message, secrets),
        "Content-Type": "application/json",
        "User-Agent": f"smezhnik/{__version__}",
        "Accept-Encoding": "identity",
    }
    with (
        httpx.Client(
            transport=CheckedTransport(reach, tls), trust_env=False, follow_redirects=False
        ) as client,
        client.stream("POST", url, content=message.body.encode(), headers=headers) as answer,
    ):
        _drain(answer)
        return answer.status_code


def _drain(answer: httpx.Response) -> None:
    """Read the answer politely, up to a limit; its status is known already and stands."""
    seen = 0
    try:
        for part in answer.iter_raw():
            seen += len(part)
            if seen >= ANSWER_BYTES:
                return
    except (*TIMEOUTS, *BROKEN):
        return


def _failure_of(status: int) -> DeliveryFailure | None:
    if 200 <= status <= 299:
        return None
    if status == 410:
        return DeliveryFailure.GONE
    return DeliveryFailure.REDIRECT if 300 <= status <= 399 else DeliveryFailure.STATUS


def _broken_by(error: BaseException) -> DeliveryFailure:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return DeliveryFailure.TLS
        cause = cause.__cause__ or cause.__context__
    if isinstance(error, httpcore.ConnectError):
        return DeliveryFailure.UNREACHABLE
    return DeliveryFailure.PROTOCOL
