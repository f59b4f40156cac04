"""`smezhnik webhooks`: endpoints of the administrator, a member or a centre, and what was sent to them."""

from datetime import datetime
from typing import Annotated

import typer
from pydantic import ValidationError
from rich.markup import escape

from app.cli.acting import ADMINISTRATOR, As, caller_of
from app.cli.session import fail, notes, refusal, running, screen, settings_or_exit
from app.delivering import EventType
from app.errors import Invalid
from app.schemas.violations import violations_of
from app.schemas.webhooks import DeliveryOut, Webhook, WebhookIn
from app.storage.pages import Position
from app.usecases import webhooks

app = typer.Typer(help="Адреса для событий / webhook endpoints.", no_args_is_help=True)

PAGE = 100

Endpoint = Annotated[str, typer.Argument(help="The id from “smezhnik webhooks list”.")]
Message = Annotated[str, typer.Argument(help="The id from “smezhnik webhooks sent”.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]


@app.command("list")
def list_webhooks(caller: As = ADMINISTRATOR, as_json: AsJson = False) -> None:
    """List endpoints, newest first, the first hundred; the administrator's list has everybody's."""
    with running(settings_or_exit()) as runtime, runtime.database.reading() as session:
        page = webhooks.browse(session, caller_of(session, caller), Position(PAGE))
        found = [(row.owner_kind, row.owner_id, Webhook.model_validate(row)) for row in page.rows]
    for kind, owner, shown in found:
        if as_json:
            typer.echo(shown.model_dump_json())
            continue
        state = "on" if shown.enabled else f"off ({shown.disabled_reason})"
        line = f"{shown.id}  [bold]{state}[/bold]  {escape(shown.url)}"
        screen.print(line, highlight=False, soft_wrap=True)
        details = f"  {kind} {owner} · {' '.join(shown.event_types)}"
        screen.print(f"[dim]{escape(details)}[/dim]", highlight=False, soft_wrap=True)


@app.command()
def add(
    url: str,
    event: Annotated[list[EventType], typer.Option(help="An event to be told of; may be repeated.")],
    caller: As = ADMINISTRATOR,
) -> None:
    """Register an endpoint, and print its secret once."""
    settings = settings_or_exit()
    try:
        given = WebhookIn(url=url, event_types=event)
    except ValidationError as error:
        fail(refusal(Invalid(violations_of(error)), settings.language))
    with running(settings) as runtime, runtime.database.writing() as session:
        row, secret = webhooks.create(session, caller_of(session, caller), given, runtime.reach)
        endpoint_id = row.id
    _print_once(endpoint_id, secret)


@app.command()
def rotate(endpoint: Endpoint, caller: As = ADMINISTRATOR) -> None:
    """Give an endpoint a new secret, and print it once; for a day both sign."""
    with running(settings_or_exit()) as runtime, runtime.database.writing() as session:
        _, secret = webhooks.rotate(session, caller_of(session, caller), endpoint, runtime.clock())
    _print_once(endpoint, secret)


@app.command("test")
def send_test(endpoint: Endpoint, caller: As = ADMINISTRATOR) -> None:
    """Queue an event `webhook.test`; “smezhnik worker” sends it, “… sent” shows how it went."""
    with running(settings_or_exit()) as runtime, runtime.database.writing() as session:
        message_id = webhooks.test(session, caller_of(session, caller), endpoint, runtime.clock()).id
    typer.echo(message_id)


@app.command()
def sent(endpoint: Endpoint, caller: As = ADMINISTRATOR, as_json: AsJson = False) -> None:
    """List the newest messages of an endpoint with their last attempt."""
    with running(settings_or_exit()) as runtime, runtime.database.reading() as session:
        page = webhooks.sent(session, caller_of(session, caller), endpoint, (), Position(PAGE))
        found = [DeliveryOut.model_validate(row) for row in page.rows]
    for one in found:
        if as_json:
            typer.echo(one.model_dump_json())
            continue
        last = one.log[-1] if one.log else None
        how = f"{last.status or last.failure or ''} {_minute(last.at)}" if last else "—"
        line = f"{one.id}  [bold]{one.state.value}[/bold]  {one.event_type.value}  {how}"
        screen.print(line, highlight=False, soft_wrap=True)


@app.command()
def replay(endpoint: Endpoint, message: Message, caller: As = ADMINISTRATOR) -> None:
    """Send a message once more, under the same id."""
    with running(settings_or_exit()) as runtime, runtime.database.writing() as session:
        webhooks.replay(session, caller_of(session, caller), (endpoint, message), runtime.clock())
    notes.print(f"[green]✓[/green] {message}")


@app.command()
def resume(endpoint: Endpoint, caller: As = ADMINISTRATOR) -> None:
    """Send to an endpoint again that answered 410 or was switched off."""
    with running(settings_or_exit()) as runtime, runtime.database.writing() as session:
        acting = caller_of(session, caller)
        version = webhooks.read(session, acting, endpoint).version
        webhooks.update(session, acting, (endpoint, version), {"enabled": True}, runtime.reach)
    notes.print(f"[green]✓[/green] {endpoint}")


@app.command()
def delete(endpoint: Endpoint, caller: As = ADMINISTRATOR) -> None:
    """Remove an endpoint with all that is queued for it."""
    with running(settings_or_exit()) as runtime, runtime.database.writing() as session:
        acting = caller_of(session, caller)
        webhooks.delete(session, acting, endpoint, webhooks.read(session, acting, endpoint).version)
    notes.print(f"[green]✓[/green] {endpoint}")


def _print_once(endpoint_id: str, secret: str) -> None:
    """The secret alone to standard output, so that a script can take it from there."""
    notes.print(f"{endpoint_id}: показан один раз, сохраните / shown once, keep it:", highlight=False)
    typer.echo(secret)


def _minute(moment: datetime) -> str:
    return moment.isoformat(" ", "minutes")
