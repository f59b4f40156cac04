"""`smezhnik worker`: delivers webhooks and letters, and sweeps what is old."""

import json
import os
import signal
import threading
from typing import Annotated

import typer

from app import worker as background
from app.cli.session import notes, running, screen, settings_or_exit


def worker(
    once: Annotated[
        bool, typer.Option("--once", help="Do what is due now, print the counts and end.")
    ] = False,
) -> None:
    """Deliver webhooks and letters; any number of workers may run, on one machine or many."""
    settings = settings_or_exit()
    with running(settings) as runtime:
        if once:
            screen.print_json(json.dumps(background.run_once(runtime)))
            return
        stop = _stopped_by_signal()
        notes.print(f"{settings.worker_threads} threads; Ctrl+C — конец / stop", highlight=False)
        background.run(runtime, settings.worker_threads, stop)


def _stopped_by_signal() -> threading.Event:
    """An event that SIGTERM and SIGINT set.

    Through a pipe: a handler that set the event itself could meet the main thread inside its lock.
    """
    stop = threading.Event()
    reading, writing = os.pipe()

    def watch() -> None:
        os.read(reading, 1)
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: os.write(writing, b"."))
    threading.Thread(target=watch, daemon=True, name="signals").start()
    return stop
