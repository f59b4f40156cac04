"""`smezhnik serve`, `demo` and `health`: the service, the show of what it does, and whether it is well."""

import socket
from pathlib import Path
from typing import Annotated

import httpx
import typer
import uvicorn

from app.cli import showing
from app.cli.importing import fill_vectors
from app.cli.session import fail, notes, running, screen, settings_or_exit
from app.settings import Settings
from app.worker import do_duty

SAMPLE = Path(__file__).parent.parent / "data" / "sample"


def serve() -> None:
    """Serve the API; an empty SQLite file is migrated first."""
    settings = settings_or_exit()
    with running(settings) as runtime:
        # One process prepares the database before the workers share it.
        fill_vectors(runtime)
    if settings.admin_key is None:
        notes.print("[yellow]SMEZHNIK_ADMIN_KEY is not set: only keys of “smezhnik keys” can write[/yellow]")
    if settings.workers > 1 and settings.rate_store == "memory://":
        notes.print("[yellow]SMEZHNIK_RATE_STORE is memory://: each worker counts for itself[/yellow]")
    _run(settings)


def demo(
    serve_after: Annotated[
        bool, typer.Option("--serve/--no-serve", envvar="DEMO_SERVE", help="Keep serving afterwards.")
    ] = True,
) -> None:
    """Load the invented sample directory, show real suggestions with reasons, and serve."""
    settings = settings_or_exit()
    with running(settings) as runtime:
        showing.load_sample(runtime, SAMPLE)
        showing.show_examples(runtime)
        # Nothing else makes the map here: no worker runs beside the demo.
        do_duty(runtime, "map_gaps")
    if serve_after:
        address = f"http://{settings.host}:{settings.port}"
        screen.print(
            f"\n[bold]{address}/[/bold] — сайт / site, [bold]{address}/docs[/bold] — API. Ctrl+C — stop."
        )
        _run(settings)


def health(
    url: Annotated[str | None, typer.Argument(help="Where the service is; by default here.")] = None,
) -> None:
    """Ask a running service whether it is ready; exit code 1 where it is not."""
    settings = settings_or_exit()
    host = "127.0.0.1" if settings.host in ("0.0.0.0", "::") else settings.host  # noqa: S104
    target = url or f"http://{host}:{settings.port}"
    try:
        answer = httpx.get(f"{target}/readyz", timeout=5)
    except httpx.HTTPError as error:
        fail(f"{target}: {error}")
    screen.print_json(answer.text)
    if answer.status_code != 200:
        raise typer.Exit(1)


def _run(settings: Settings) -> None:
    _refuse_taken_port(settings)
    uvicorn.run(
        "app.main:serve",
        factory=True,
        host=settings.host,
        port=settings.port,
        workers=settings.workers,
        access_log=False,
        server_header=False,
        log_config=None,
        timeout_graceful_shutdown=30,
        # Without a trusted proxy the header is whatever a client writes into it.
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=list(settings.trusted_proxies),
    )


def _refuse_taken_port(settings: Settings) -> None:
    """End with one clear line where something else listens there; uvicorn would start everything first."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            fail(f"{settings.host}:{settings.port}: {error.strerror}")
