"""`smezhnik reviews` and `smezhnik renew`: the queue of all centres, its decisions, and renewals."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated

import typer
from rich.markup import escape
from sqlalchemy.orm import Session

from app.access import Admin
from app.api.views_of_reviews import review_view
from app.bootstrap import conditions
from app.cli.session import notes, running, say_if_empty, screen, settings_or_exit
from app.schemas.reviews import Review
from app.storage.pages import Position
from app.usecases import reviews, statements
from app.usecases.reviews import QueueFilter

app = typer.Typer(help="Проверка описаний / review of statements.", no_args_is_help=True)

CLI = Admin("cli")
PAGE = 100

ReviewId = Annotated[str, typer.Argument(help="The id from “smezhnik reviews list”.")]


@app.command("list")
def list_reviews(
    region: Annotated[list[str] | None, typer.Option(help="Only of this region, e.g. RU-SVE.")] = None,
    overdue: Annotated[
        bool | None,
        typer.Option("--overdue/--in-time", help="Only those past their last day, or only others."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """List what waits for a decision, the oldest first."""
    with running(settings_or_exit()) as runtime, runtime.database.reading() as session:
        today = conditions(runtime).today
        found = _all_waiting(session, QueueFilter(today, region or (), overdue))
    say_if_empty(found)
    for review in found:
        if as_json:
            typer.echo(review.model_dump_json())
            continue
        late = "  [red]просрочено / overdue[/red]" if review.overdue else ""
        head = f"{review.id}  [bold]{escape(review.statement.title)}[/bold]{late}"
        what = "правка / change" if review.changes else "новое / new"
        handed = f" → {review.centre_id}" if review.centre_id else ""
        who = f"{review.organisation.name}, {review.organisation.region or review.organisation.country}"
        details = f"{what} · {who}{handed} · {review.age_days} дн. / days · до / due {review.due_on or '—'}"
        screen.print(head, highlight=False, soft_wrap=True)
        screen.print(f"  [dim]{escape(details)}[/dim]", highlight=False, soft_wrap=True)


@app.command()
def publish(review_id: ReviewId) -> None:
    """Publish what waits: the statement, or the changes wished to it."""
    with running(settings_or_exit()) as runtime, runtime.database.writing() as session:
        reviews.publish(session, CLI, _as_it_is(session, review_id), conditions(runtime))
    notes.print(f"[green]✓[/green] {review_id}")


@app.command()
def reject(
    review_id: ReviewId, reason: Annotated[str, typer.Option(help="Why; the owner reads it.")]
) -> None:
    """Reject what waits; what is published already stays as it is."""
    with running(settings_or_exit()) as runtime, runtime.database.writing() as session:
        reviews.reject(session, CLI, _as_it_is(session, review_id), reason)
    notes.print(f"[green]✓[/green] {review_id}")


@app.command("hand-over")
def hand_over(
    review_id: ReviewId, centre_id: Annotated[str, typer.Argument(help="The centre that shall decide.")]
) -> None:
    """Let another centre see and decide a review."""
    with running(settings_or_exit()) as runtime, runtime.database.writing() as session:
        reviews.hand_over(session, CLI, _as_it_is(session, review_id), centre_id)
    notes.print(f"[green]✓[/green] {review_id} → {centre_id}")


def renew(
    statement_id: Annotated[str, typer.Argument(help="A published or expired statement.")],
    until: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Its last day; 180 days from today by default."),
    ] = None,
) -> None:
    """Let a statement stand on."""
    wished: date | None = until.date() if until else None
    with running(settings_or_exit()) as runtime, runtime.database.writing() as session:
        row = statements.renew(session, CLI, statement_id, wished, conditions(runtime))
        notes.print(f"[green]✓[/green] {statement_id} → {row.expires_on or '∞'}")


def _as_it_is(session: Session, review_id: str) -> tuple[str, int]:
    return review_id, reviews.read(session, CLI, review_id).version


def _all_waiting(session: Session, wanted: QueueFilter) -> Sequence[Review]:
    found: list[Review] = []
    position: Position | None = Position(PAGE)
    while position is not None:
        page = reviews.queue(session, CLI, wanted, position)
        found += [review_view(row, CLI, wanted.today) for row in page.rows]
        position = Position(PAGE, page.next) if page.next else None
    return found
