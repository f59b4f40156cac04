"""`smezhnik import`, `suggest` and `reindex`: filling the directory and asking it."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from app.access import Admin
from app.api.dependencies import ID
from app.api.views import suggestion_page
from app.bootstrap import Runtime
from app.bootstrap import conditions as conditions_of
from app.cli import showing
from app.cli.import_reports import report_of, show_report, wishes_of
from app.cli.importing import fill_vectors, import_lines
from app.cli.session import (
    fail,
    named_values,
    notes,
    parameters,
    refusal,
    running,
    screen,
    settings_or_exit,
)
from app.errors import Invalid
from app.schemas.import_files import Shape
from app.schemas.suggestions import FreeTextSearch, SuggestionPage, WishQuery
from app.schemas.violations import violations_of
from app.storage.asking import Asking
from app.usecases import suggestions
from app.vocabulary import StatementKind


def import_file(
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, readable=True, help=".jsonl, .csv, .xlsx or .ods")
    ],
    rename: Annotated[
        list[str] | None,
        typer.Option(
            help="OLD=NEW: the file's field OLD is our NEW; «OLD=» leaves it out. Texts of two are joined."
        ),
    ] = None,
    constant: Annotated[
        list[str] | None,
        typer.Option(
            "--set", help="FIELD=VALUE for every line; FIELD?=VALUE where it leaves the field empty."
        ),
    ] = None,
    reading: Annotated[
        list[str] | None,
        typer.Option("--read", help="encoding=cp866 or delimiter=, of a CSV file; left out, they are found."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen, store nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The report as one JSON line.")] = False,
) -> None:
    """Import organisations with their statements; good lines are kept, bad ones reported with the reason.

    A known organisation (by number or external_id) is brought up to date; an unchanged one stays as it is.
    Exit code 1 where lines were refused.
    """
    settings = settings_or_exit()
    renamed = {old: new or None for old, new in named_values(rename, "--rename")}
    with running(settings) as runtime:
        report = import_lines(runtime, file, _shape(renamed, constant), wishes_of(reading), dry_run)
    if as_json:
        typer.echo(json.dumps(report_of(report, settings.language), ensure_ascii=False))
    else:
        show_report(report, settings.language)
    if report.refused:
        raise typer.Exit(1)


def suggest(
    question: Annotated[str, typer.Argument(help="An organisation's id, or a text: a need or a capability.")],
    kind: Annotated[StatementKind, typer.Option(help="What the text is.")] = StatementKind.NEED,
    region: Annotated[
        list[str] | None, typer.Option(help="Only partners of this region, e.g. RU-SVE.")
    ] = None,
    more: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            help="NAME=VALUE, any parameter of the API: prefer=others_first, min_strength=good, "
            "diversity=regions, country=KZ …",
        ),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=100)] = 5,
    as_json: Annotated[bool, typer.Option("--json", help="The whole answer as JSON.")] = False,
) -> None:
    """Suggest partners for an organisation or a text, each with the reasons."""
    settings = settings_or_exit()
    asked = {**parameters(more, WishQuery), "region": region or [], "limit": limit}
    with running(settings) as runtime:
        try:
            page = _answer(runtime, question, kind, asked)
        except ValidationError as error:
            fail(refusal(Invalid(violations_of(error)), settings.language))
        if as_json:
            screen.print_json(page.model_dump_json())
        else:
            showing.show_page(page, settings.language)


def reindex() -> None:
    """Build the index anew and say what is in it; serving processes do this by themselves."""
    settings = settings_or_exit()
    with running(settings) as runtime:
        encoded = fill_vectors(runtime)
        with runtime.database.reading() as session, notes.status("…"):
            index = runtime.keeper.reload(session)
        screen.print(f"{index.size} statements at change {index.version}, {encoded} encoded anew")


def _answer(runtime: Runtime, question: str, kind: StatementKind, asked: dict[str, Any]) -> SuggestionPage:
    conditions = conditions_of(runtime)
    with runtime.database.reading() as session:
        asking = Asking(session, runtime.keeper.catch_up(session), Admin("cli"), conditions)
        if ID.fullmatch(question):
            found = suggestions.for_organisation(asking, question, WishQuery.model_validate(asked))
        else:
            wish = FreeTextSearch.model_validate({"text": question, "kind_of_text": kind, **asked})
            found = suggestions.for_text(asking, wish)
        return suggestion_page(found, runtime.language)


def _shape(renamed: dict[str, str | None], given: list[str] | None) -> Shape:
    pairs = named_values(given, "--set")
    constants = {name: value for name, value in pairs if not name.endswith("?")}
    defaults = {name.removesuffix("?"): value for name, value in pairs if name.endswith("?")}
    return Shape(renamed, constants, defaults)
