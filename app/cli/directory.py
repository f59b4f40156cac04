"""`smezhnik import`, `suggest` and `reindex`: filling the directory and asking it."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError
from rich.table import Table

from app.access import Admin
from app.api.dependencies import ID
from app.api.views import suggestion_page
from app.bootstrap import Runtime
from app.bootstrap import conditions as conditions_of
from app.cli import showing
from app.cli.importing import ImportReport, fill_vectors, import_lines
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
from app.messages import message
from app.schemas.import_files import Shape
from app.schemas.suggestions import FreeTextSearch, SuggestionPage, WishQuery
from app.schemas.violations import violations_of
from app.storage.asking import Asking
from app.usecases import suggestions
from app.usecases.imports import Outcome
from app.vocabulary import Language, StatementKind

LINES_SHOWN = 10


def import_file(
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, readable=True, help=".jsonl or .csv, UTF-8")
    ],
    rename: Annotated[
        list[str] | None,
        typer.Option(
            help="OLD=NEW: the file's field OLD is our NEW; «OLD=» leaves it out. Texts of two are joined."
        ),
    ] = None,
    constant: Annotated[
        list[str] | None, typer.Option("--set", help="FIELD=VALUE for every line, e.g. country=RU")
    ] = None,
    default: Annotated[
        list[str] | None, typer.Option(help="FIELD=VALUE for lines that leave the field empty.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The report as one JSON line.")] = False,
) -> None:
    """Import organisations with their statements; good lines are kept, bad ones reported with the reason.

    A known organisation (by number or external_id) is brought up to date; an unchanged one stays as it is.
    Exit code 1 where lines were refused.
    """
    settings = settings_or_exit()
    renamed = {old: new or None for old, new in named_values(rename, "--rename")}
    shape = Shape(renamed, dict(named_values(constant, "--set")), dict(named_values(default, "--default")))
    with running(settings) as runtime:
        report = import_lines(runtime, file, shape)
    _print_report(report, settings.language, as_json)
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


def _print_report(report: ImportReport, language: Language, as_json: bool) -> None:
    counts = {outcome.value: report.counts[outcome] for outcome in Outcome}
    if as_json:
        typer.echo(json.dumps({**counts, "lines": _refused_lines(report, language)}, ensure_ascii=False))
        return
    screen.print("  ".join(f"{name}: [bold]{count}[/bold]" for name, count in counts.items()))
    if not report.refused:
        return
    table = Table("поле / field", "код / code", "причина / reason", "строки / lines")
    for (pointer, code, detail), numbers in _by_reason(_refused_lines(report, language)).items():
        shown = ", ".join(map(str, numbers[:LINES_SHOWN])) + (" …" if len(numbers) > LINES_SHOWN else "")
        table.add_row(pointer, code, detail, f"{len(numbers)}: {shown}")
    screen.print(table)


def _by_reason(lines: list[dict[str, Any]]) -> dict[tuple[str, str, str], list[int]]:
    """The numbers of the lines that were refused for the same reason, most frequent reason first."""
    reasons: dict[tuple[str, str, str], list[int]] = {}
    for line in lines:
        reasons.setdefault((line["pointer"], line["code"], line["detail"]), []).append(line["line"])
    return dict(sorted(reasons.items(), key=lambda reason: -len(reason[1])))


def _refused_lines(report: ImportReport, language: Language) -> list[dict[str, Any]]:
    return [
        {
            "line": refused.number,
            "pointer": wrong.pointer,
            "code": wrong.code,
            "detail": message(wrong.code, language, wrong.params),
        }
        for refused in report.refused
        for wrong in refused.violations
    ]
