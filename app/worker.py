"""Background work: delivering the outbox, and the duties that time brings; one transaction an item."""

import random
import threading
from collections import Counter
from collections.abc import Callable
from functools import partial

import structlog
from sqlalchemy.exc import SQLAlchemyError

from app.bootstrap import Runtime, conditions
from app.clockwork import DUTIES, ROUNDS, Tools
from app.importer import import_one
from app.outbound.mail import Letter, send_mail
from app.outbound.receipts import Receipt
from app.outbound.webhooks import post_signed
from app.storage import deliveries as outbox
from app.usecases import deliveries
from app.usecases.deliveries import Claim

PAUSE_SECONDS = 1.0
"""How often an idle worker looks for something due."""

AWAY_SECONDS = 5.0
DUTY_SECONDS = 60.0

log = structlog.get_logger("smezhnik.worker")


def run(runtime: Runtime, threads: int, stop: threading.Event) -> None:
    """Work until told to stop; each thread finishes the item it has."""
    workers = [
        threading.Thread(target=_deliver_until, args=(runtime, stop), name=f"worker-{number}")
        for number in range(threads)
    ]
    workers.append(threading.Thread(target=_import_until, args=(runtime, stop), name="importer"))
    for worker in workers:
        worker.start()
    while not stop.wait(DUTY_SECONDS):
        _do_duties(runtime, stop)
    for worker in workers:
        worker.join()


def run_once(runtime: Runtime) -> Counter[str]:
    """Do all that is due now and end: rows touched by each duty, messages delivered and refused."""
    counts: Counter[str] = Counter(delivered=0, refused=0, imported=0)
    while import_one(runtime, threading.Event()):
        counts["imported"] += 1
    for name in (*DUTIES, *ROUNDS):
        counts[name] = do_duty(runtime, name)
    while (receipt := deliver_one(runtime)) is not None:
        counts["refused" if receipt.failure else "delivered"] += 1
    return counts


def deliver_one(runtime: Runtime) -> Receipt | None:
    """Make one attempt at one due message; None where nothing is due.

    The claim is committed before the call and its end after it: no transaction waits for the outside.
    """
    with runtime.database.reading() as session:
        if not outbox.is_anything_due(session, runtime.clock()):
            return None
    with runtime.database.writing() as session:
        claimed = deliveries.claim(session, runtime.clock())
    if claimed is None:
        return None
    receipt = _send(runtime, claimed)
    with runtime.database.writing() as session:
        jitter = random.uniform(-1, 1)  # noqa: S311 - spreads load, keeps no secret
        deliveries.settle(session, claimed, receipt, runtime.clock(), jitter)
    log.info(
        "attempt",
        delivery_id=claimed.delivery_id,
        number=claimed.number,
        status=receipt.status,
        failure=receipt.failure,
        ms=receipt.duration_ms,
    )
    return receipt


def do_duty(runtime: Runtime, name: str) -> int:
    """Do one duty of the clockwork now; how many rows it touched."""
    if name in ROUNDS:
        touched = ROUNDS[name](tools_of(runtime))
    else:
        with runtime.database.writing() as session:
            touched = DUTIES[name](session, runtime.clock())
    if touched:
        log.info("duty", name=name, touched=touched)
    return touched


def tools_of(runtime: Runtime) -> Tools:
    """What rounds work with now."""
    return Tools(
        runtime.database,
        runtime.keeper,
        conditions(runtime),
        runtime.clock(),
        runtime.public_url,
        runtime.language,
        runtime.digests,
    )


def _do_duties(runtime: Runtime, stop: threading.Event) -> None:
    for name in (*DUTIES, *ROUNDS):
        _guarded(partial(do_duty, runtime, name), stop)


def _send(runtime: Runtime, claimed: Claim) -> Receipt:
    if isinstance(claimed.content, Letter):
        return send_mail(claimed.content, runtime.post)
    return post_signed(claimed.url, claimed.content, claimed.secrets, runtime.reach)


def _deliver_until(runtime: Runtime, stop: threading.Event) -> None:
    while not stop.is_set():
        if not _guarded(lambda: deliver_one(runtime), stop):
            stop.wait(PAUSE_SECONDS * random.uniform(0.5, 1.5))  # noqa: S311 - as above


def _import_until(runtime: Runtime, stop: threading.Event) -> None:
    while not stop.is_set():
        if not _guarded(lambda: import_one(runtime, stop), stop):
            stop.wait(PAUSE_SECONDS)


def _guarded(work: Callable[[], Receipt | int | None], stop: threading.Event) -> bool:
    """Whether there was something to do. What goes wrong is logged and waited out: the work goes on."""
    try:
        return bool(work())
    except SQLAlchemyError as error:
        log.warning("database away", kind=type(error).__name__)
    except Exception as error:
        log.error("unforeseen", kind=type(error).__name__, exc_info=error)
    stop.wait(AWAY_SECONDS)
    return False
