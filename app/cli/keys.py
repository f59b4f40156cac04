"""`smezhnik keys`: making, listing, rotating and revoking keys; a key is printed once and kept nowhere."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any

import typer
from pydantic import ValidationError
from rich.markup import escape
from sqlalchemy.orm import Session

from app.access import Admin
from app.api.views_of_keys import key_view
from app.bootstrap import Runtime
from app.cli.session import fail, notes, refusal, running, screen, settings_or_exit
from app.errors import Invalid
from app.schemas.keys import Key, KeyIn
from app.schemas.violations import violations_of
from app.storage.pages import Position
from app.usecases import keys
from app.usecases.keys import Desk, KeyFilter
from app.vocabulary import CallerKind, Scope

app = typer.Typer(help="Ключи доступа / access keys.", no_args_is_help=True)

CLI = Admin("cli")
PAGE = 100


@app.command()
def create(
    kind: Annotated[CallerKind, typer.Argument(help="Whose key it is.")],
    name: Annotated[str, typer.Option(help="What the key is for.")],
    holder: Annotated[
        list[str] | None,
        typer.Argument(help="The id of the organisation or the centre; of a website, its origins."),
    ] = None,
    scope: Annotated[list[Scope] | None, typer.Option(help="What it opens; read by default.")] = None,
    days: Annotated[int | None, typer.Option(min=1, max=3650, help="How long it works.")] = None,
) -> None:
    """Make a key of a member, a centre, the website or an administrator, and print it once."""
    settings = settings_or_exit()
    holders = holder or []
    if kind is not CallerKind.WEBSITE and len(holders) > 1:
        fail("a key has one holder", 2)
    field = {CallerKind.MEMBER: "organisation_id", CallerKind.CENTRE: "centre_id"}.get(kind, "origins")
    asked: dict[str, Any] = {
        "name": name,
        "kind": kind,
        field: holders if field == "origins" else "".join(holders) or None,
        "scopes": scope or [Scope.READ],
    }
    with running(settings) as runtime:
        desk = _desk(runtime)
        asked["expires_at"] = desk.now + timedelta(days=days) if days else None
        try:
            given = KeyIn.model_validate(asked)
        except ValidationError as error:
            fail(refusal(Invalid(violations_of(error)), settings.language))
        with runtime.database.writing() as session:
            row, text = keys.create(session, CLI, given, desk)
    _print_once(row.id, text)


@app.command("list")
def list_keys(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """List all keys, newest first, masked."""
    with running(settings_or_exit()) as runtime, runtime.database.reading() as session:
        found = _all_keys(session, _desk(runtime))
    if as_json:
        for key in found:
            typer.echo(key.model_dump_json())
        return
    for key in found:
        holder = key.organisation_id or key.centre_id or " ".join(key.origins)
        head = f"{key.id}  {key.masked}  [bold]{key.state.value}[/bold]  {escape(key.name)}"
        until, used = _minute(key.expires_at), _minute(key.last_used_at)
        details = f"{key.kind.value} {holder} · {' '.join(key.scopes)} · до / until {until} · used {used}"
        screen.print(head, highlight=False, soft_wrap=True)
        screen.print(f"  [dim]{escape(details)}[/dim]", highlight=False, soft_wrap=True)


@app.command()
def rotate(
    key_id: Annotated[str, typer.Argument(help="The id from “smezhnik keys list”.")],
    hours: Annotated[float, typer.Option(min=0.01, max=720, help="How long the old key still works.")] = 24,
) -> None:
    """Make a key that opens the same, and print it once; the old one works for a while beside it."""
    with running(settings_or_exit()) as runtime:
        desk = _desk(runtime)
        with runtime.database.writing() as session:
            row, text = keys.rotate(session, CLI, key_id, desk.now + timedelta(hours=hours), desk)
    _print_once(row.id, text)


@app.command()
def revoke(key_id: Annotated[str, typer.Argument(help="The id from “smezhnik keys list”.")]) -> None:
    """End a key; it opens nothing from the next request on, in every worker."""
    with running(settings_or_exit()) as runtime, runtime.database.writing() as session:
        version = keys.read(session, CLI, key_id).version
        keys.revoke(session, CLI, key_id, version, _desk(runtime))
    notes.print(f"[green]✓[/green] {key_id}")


def _desk(runtime: Runtime) -> Desk:
    return Desk(runtime.clock(), runtime.test_keys)


def _all_keys(session: Session, desk: Desk) -> Sequence[Key]:
    found: list[Key] = []
    position: Position | None = Position(PAGE)
    while position is not None:
        page = keys.browse(session, CLI, KeyFilter(), position)
        found += [key_view(row, desk.now) for row in page.rows]
        position = Position(PAGE, page.next) if page.next else None
    return found


def _print_once(key_id: str, text: str) -> None:
    """The key alone to standard output, so that a script can take it from there."""
    notes.print(f"{key_id}: показан один раз, сохраните / shown once, keep it:", highlight=False)
    typer.echo(text)


def _minute(moment: datetime | None) -> str:
    return moment.isoformat(" ", "minutes") if moment else "—"
