"""`smezhnik saved-searches` and `smezhnik alerts`: what members and centres look for, and what was found."""

from typing import Annotated, Any

import typer
from pydantic import ValidationError
from rich.markup import escape

from app.api.alerts import alert_view
from app.bootstrap import Runtime
from app.bootstrap import conditions as conditions_of
from app.cli.acting import Holder, holder_of
from app.cli.session import fail, notes, refusal, running, say_if_empty, screen, settings_or_exit
from app.errors import Invalid
from app.schemas.alerts import Alert
from app.schemas.saved_searches import AlertChannel, SavedSearchIn
from app.schemas.violations import violations_of
from app.storage.pages import Position
from app.usecases import alerts, saved_searches
from app.usecases.alerts import Reading
from app.vocabulary import Strength
from app.worker import do_duty

searches = typer.Typer(help="Сохранённые запросы / saved searches.", no_args_is_help=True)
found = typer.Typer(help="Оповещения / alerts.", no_args_is_help=True)

PAGE = 100

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]


@searches.command("list")
def list_searches(holder: Holder, as_json: AsJson = False) -> None:
    """List the saved searches of a member or a centre, newest first, the first hundred."""
    with running(settings_or_exit()) as runtime, runtime.database.reading() as session:
        page = saved_searches.browse(session, holder_of(session, holder), Position(PAGE))
        shown = [(row.id, SavedSearchIn.model_validate(row.form())) for row in page.rows]
    for search_id, one in shown:
        if as_json:
            typer.echo(f'{{"id":"{search_id}",{one.model_dump_json()[1:]}')
            continue
        line = f"{search_id}  [bold]{escape(one.name)}[/bold]  {one.about.value} ≥ {one.min_strength.value}"
        screen.print(f"{line}  {' '.join(one.channels)}", highlight=False, soft_wrap=True)


@searches.command()
def add(
    name: Annotated[str, typer.Argument(help="What the holder calls it.")],
    holder: Holder,
    text: Annotated[
        str | None, typer.Option(help="What is needed; without it, all that fits the organisation.")
    ] = None,
    organisation: Annotated[str | None, typer.Option(help="A centre names its member.")] = None,
    channel: Annotated[list[AlertChannel] | None, typer.Option(help="May be repeated.")] = None,
    min_strength: Annotated[Strength, typer.Option(help="Weaker ones raise no alert.")] = Strength.GOOD,
) -> None:
    """Save a search of a member or a centre; everything else the API can set."""
    settings = settings_or_exit()
    asked: dict[str, Any] = {
        "name": name,
        "about": "text" if text else "organisation",
        "question": {"text": text} if text else None,
        "organisation_id": organisation,
        "channels": channel or [],
        "min_strength": min_strength,
    }
    try:
        given = SavedSearchIn.model_validate(asked)
    except ValidationError as error:
        fail(refusal(Invalid(violations_of(error)), settings.language))
    with running(settings) as runtime, runtime.database.writing() as session:
        caller = holder_of(session, holder)
        typer.echo(saved_searches.create(session, caller, given, conditions_of(runtime)).id)


@searches.command()
def delete(
    search: Annotated[str, typer.Argument(help="The id from “smezhnik saved-searches list”.")], holder: Holder
) -> None:
    """Remove a search with its alerts."""
    with running(settings_or_exit()) as runtime, runtime.database.writing() as session:
        caller = holder_of(session, holder)
        version = saved_searches.read(session, caller, search).version
        saved_searches.delete(session, caller, search, version)
    notes.print(f"[green]✓[/green] {search}")


@found.command("list")
def list_alerts(
    holder: Holder,
    unread: Annotated[bool, typer.Option("--unread", help="Only those not marked as read.")] = False,
    as_json: AsJson = False,
) -> None:
    """List the alerts of a member or a centre with the reasons, newest first, the first hundred."""
    with running(settings_or_exit()) as runtime:
        shown = _alerts(runtime, holder, unread)
    say_if_empty(shown)
    for one in shown:
        if as_json:
            typer.echo(one.model_dump_json())
            continue
        head = f"{one.created_at.isoformat(' ', 'minutes')}  [bold]{escape(one.organisation.name)}[/bold]"
        screen.print(f"{head}  {one.strength.value} {one.probability:.2f}", highlight=False, soft_wrap=True)
        if one.pair is not None:
            reason = f"  {one.pair.theirs.title}: {one.pair.sentence}"
            screen.print(f"[dim]{escape(reason)}[/dim]", highlight=False, soft_wrap=True)


@found.command("raise")
def raise_now() -> None:
    """Look at all changes nobody has looked at yet, as the worker does, and print how many alerts rose."""
    with running(settings_or_exit()) as runtime:
        typer.echo(do_duty(runtime, "raise_alerts"))


def _alerts(runtime: Runtime, holder: str, unread: bool) -> list[Alert]:
    with runtime.database.reading() as session:
        caller = holder_of(session, holder)
        reading = Reading(session, runtime.keeper.catch_up(session), caller, conditions_of(runtime))
        page = alerts.browse(reading, unread, (), Position(PAGE))
        return [alert_view(one, runtime.language) for one in page.rows]
