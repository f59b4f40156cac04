"""`smezhnik audit`, `changes` and `erase`: who changed what, what to read anew, and forgetting a person."""

from typing import Annotated, Any, TypeVar

import typer
from pydantic import ValidationError
from rich.markup import escape

from app.access import Admin
from app.bootstrap import conditions
from app.cli.session import fail, notes, parameters, refusal, running, screen, settings_or_exit
from app.errors import Invalid
from app.schemas.audit import AuditEntry, AuditQuery
from app.schemas.change_feed import ChangeFeedQuery
from app.schemas.erasures import ErasureIn, ErasureOut
from app.schemas.texts import Strict
from app.schemas.violations import violations_of
from app.settings import Settings
from app.storage.pages import Position
from app.usecases import audit as audit_log
from app.usecases import change_feed, erasures

CLI = Admin("cli")
Form = TypeVar("Form", bound=Strict)


def audit(
    given: Annotated[
        list[str] | None,
        typer.Option(
            "--set", help="NAME=VALUE as in GET /v1/audit, e.g. actor_kind=centre or entity=contact."
        ),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="How many, the newest.")] = 100,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Show who changed what and when, newest first: ids and names of fields, never a value."""
    settings = settings_or_exit()
    wanted = _form(AuditQuery, parameters(given, AuditQuery), settings)
    with running(settings) as runtime, runtime.database.reading() as session:
        rows = audit_log.browse(session, CLI, wanted, Position(limit)).rows
        entries = [AuditEntry.model_validate(row) for row in rows]
    for entry in entries:
        if as_json:
            typer.echo(entry.model_dump_json())
            continue
        who = f"{entry.actor_kind}:{entry.actor_id}" + (f" ({entry.key_id})" if entry.key_id else "")
        what = f"{entry.entity} {entry.entity_id} {entry.action.value} {', '.join(entry.fields)}"
        line = f"{entry.at.isoformat(' ', 'seconds')}  {who}  {what}"
        screen.print(escape(line), highlight=False, soft_wrap=True)


def changes(
    after: Annotated[int, typer.Option(min=0, help="`next_after` of the last time; 0 is the beginning.")] = 0,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many, the oldest.")] = 100,
    as_json: Annotated[bool, typer.Option("--json", help="The page of GET /v1/changes as JSON.")] = False,
) -> None:
    """Show what another system has to read anew or to forget since a position, oldest first."""
    settings = settings_or_exit()
    with running(settings) as runtime, runtime.database.reading() as session:
        page = change_feed.follow(session, CLI, ChangeFeedQuery(after=after, limit=limit))
    if as_json:
        typer.echo(page.model_dump_json())
        return
    for item in page.items:
        line = f"{item.seq}  {item.kind} {item.id}  {item.state.value}  {', '.join(item.fields)}"
        screen.print(escape(line), highlight=False, soft_wrap=True)
    notes.print(f"--after {page.next_after}" + (" …" if page.more else ""), highlight=False)


def erase(
    email: Annotated[str | None, typer.Option(help="The person's e-mail.")] = None,
    phone: Annotated[str | None, typer.Option(help="The person's phone, in any spelling.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The answer as JSON.")] = False,
) -> None:
    """Forget a person: contacts, letters, kept answers, and the person's addresses in every text."""
    settings = settings_or_exit()
    given = _form(ErasureIn, {"email": email, "phone": phone}, settings)
    with running(settings) as runtime, runtime.database.writing() as session:
        done = erasures.erase_person(session, CLI, given, conditions(runtime))
    shown = ErasureOut.model_validate(done, from_attributes=True)
    if as_json:
        typer.echo(shown.model_dump_json())
        return
    notes.print(
        f"[green]✓[/green] {shown.id}: контактов / contacts {shown.contacts}, "
        f"писем / letters {shown.letters}, текстов / texts {shown.texts}",
        highlight=False,
    )
    for organisation_id in shown.without_contact:
        notes.print(f"  без контакта / without a contact: {organisation_id}", highlight=False)


def _form(kind: type[Form], given: dict[str, Any], settings: Settings) -> Form:
    try:
        return kind.model_validate(given)
    except ValidationError as error:
        fail(refusal(Invalid(violations_of(error)), settings.language))
