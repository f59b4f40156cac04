"""`smezhnik introductions` and `smezhnik blocks`: what the administrator sees of them."""

from collections.abc import Iterator
from typing import Annotated

import typer
from sqlalchemy.orm import Session

from app.access import Admin
from app.cli.session import running, say_if_empty, screen, settings_or_exit
from app.introducing import IntroductionState
from app.storage.disclosure import Disclosed
from app.storage.pages import Position
from app.usecases import blocks, introductions
from app.usecases.introductions import IntroductionFilter

app = typer.Typer(help="Знакомства / introductions.", no_args_is_help=True)
block_app = typer.Typer(help="Списки блокировки / block lists.", no_args_is_help=True)

CLI = Admin("cli")
PAGE = 100


@app.callback()
def _introductions() -> None: ...


@block_app.callback()
def _blocks() -> None: ...


@app.command("list")
def list_introductions(
    state: Annotated[list[IntroductionState] | None, typer.Option(help="Only in these states.")] = None,
    organisation: Annotated[list[str] | None, typer.Option(help="Only of these organisations.")] = None,
) -> None:
    """List introductions, newest first, without names or contacts."""
    wanted = IntroductionFilter((), state or (), organisation or ())
    with running(settings_or_exit()) as runtime, runtime.database.reading() as session:
        rows = [known.row for known in _all(session, wanted)]
    for row in rows:
        outcome = f" · {row.outcome}" if row.outcome else ""
        until = f"до / until {row.deadline_at:%Y-%m-%d}"
        screen.print(
            f"{row.id}  [bold]{row.state}[/bold]{outcome} · {until}", highlight=False, soft_wrap=True
        )
        screen.print(f"  [dim]{row.initiator_id} → {row.partner_id}[/dim]", highlight=False, soft_wrap=True)
    say_if_empty(rows)


@block_app.command("list")
def list_blocks(organisation: Annotated[str, typer.Argument(help="Whose list, by its id.")]) -> None:
    """List whom an organisation blocks, newest first."""
    with running(settings_or_exit()) as runtime, runtime.database.reading() as session:
        position: Position | None = Position(PAGE)
        blocked: list[str] = []
        while position is not None:
            page = blocks.browse(session, CLI, organisation, position)
            blocked += [one.row.blocked_id for one in page.rows]
            position = Position(PAGE, page.next) if page.next else None
    for one in blocked:
        typer.echo(one)
    say_if_empty(blocked)


def _all(session: Session, wanted: IntroductionFilter) -> Iterator[Disclosed]:
    position: Position | None = Position(PAGE)
    while position is not None:
        page = introductions.browse(session, CLI, wanted, position)
        yield from page.rows
        position = Position(PAGE, page.next) if page.next else None
