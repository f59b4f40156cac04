"""What docs/webhooks.md tells receivers is so."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.outbound.addresses import HTTPS_PORTS, Reach
from app.outbound.webhooks import Message, signed_headers
from app.storage.deliveries import KEPT
from app.storage.webhook_endpoints import ROTATION, new_salt, secret_of
from app.usecases.deliveries import JITTER, SCHEDULE

GUIDE = (Path(__file__).parents[2] / "docs/webhooks.md").read_text()
UNITS = {"s": "seconds", "min": "minutes", "h": "hours"}


def accept() -> Callable[[str, dict[str, str], bytes], object]:
    """The guide's own way to check a message."""
    found: dict[str, Callable[[str, dict[str, str], bytes], object]] = {}
    exec(re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL)[0], found)
    return found["accept"]


def fresh_secret() -> str:
    return secret_of(b"key of the installation", "endpoint", new_salt())


def test_the_sample_takes_what_is_ours_and_nothing_else():
    secret, body = fresh_secret(), '{"type":"webhook.test","data":{"слово":"ё"}}'
    headers = signed_headers(Message("0197abcd", datetime.now(UTC), body), [fresh_secret(), secret])
    check = accept()
    assert check(secret, headers, body.encode()) == {"type": "webhook.test", "data": {"слово": "ё"}}
    assert check(fresh_secret(), headers, body.encode()) is None
    assert check(secret, headers, body.replace("ё", "е").encode()) is None
    assert check(secret, {**headers, "webhook-id": "0197abce"}, body.encode()) is None


def test_the_figures_of_the_guide_are_those_of_the_code():
    waits = re.search(r"tried again after (.*?) \(", GUIDE.replace("\n", " "))
    assert waits
    found = [
        timedelta(**{UNITS[unit]: int(number)}) for number, unit in re.findall(r"(\d+) (s|min|h)\b", waits[1])
    ]
    assert tuple(found) == SCHEDULE
    assert f"±{JITTER * 100:.0f} %" in GUIDE
    assert f"within {Reach().seconds:.0f} seconds" in GUIDE
    assert f"kept for {KEPT.days} days" in GUIDE
    assert f"for {ROTATION / timedelta(hours=1):.0f} hours" in GUIDE
    assert "ports " + " and ".join(map(str, sorted(HTTPS_PORTS))) in GUIDE
