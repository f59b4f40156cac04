"""`smezhnik gaps`: what the directory as a whole lacks, for a person in a shell."""

from itertools import groupby
from typing import Annotated

import typer
from pydantic import ValidationError
from rich.table import Table

from app import reference
from app.access import Admin
from app.api.views_of_gaps import gap_map
from app.bootstrap import Runtime
from app.bootstrap import conditions as conditions_of
from app.cli.session import fail, parameters, refusal, running, screen, settings_or_exit
from app.errors import Invalid
from app.schemas.gaps import GapCounts, GapMap, GapQuery
from app.schemas.violations import violations_of
from app.usecases import gaps as cases
from app.vocabulary import Language
from app.worker import do_duty

HEADINGS = {
    Language.RU: ("где и отрасль", "всего", "свой регион", "другой регион", "за рубежом", "никто"),
    Language.EN: ("where and sector", "needs", "own region", "another region", "foreign", "nobody"),
}


def gaps(
    more: Annotated[
        list[str] | None,
        typer.Option("--set", help="NAME=VALUE, any parameter of the API: section=C, places=region …"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The whole answer as JSON.")] = False,
) -> None:
    """Open needs by sector and place, and who meets them; the map is made first where it is old."""
    settings = settings_or_exit()
    with running(settings) as runtime:
        try:
            query = GapQuery.model_validate(parameters(more, GapQuery))
        except ValidationError as error:
            fail(refusal(Invalid(violations_of(error)), settings.language))
        shown = _map(runtime, query)
        if as_json:
            screen.print_json(shown.model_dump_json())
        else:
            show_map(shown, settings.language)


def _map(runtime: Runtime, query: GapQuery) -> GapMap:
    do_duty(runtime, "map_gaps")
    with runtime.database.reading() as session:
        found = cases.count(session, Admin("cli"), query, conditions_of(runtime).today)
        return gap_map(found, query.min_strength, runtime.language)


def show_map(shown: GapMap, language: Language) -> None:
    """Print the map as a table, and what it does not say."""
    what, *numbers = HEADINGS[language]
    table = Table(what)
    for heading in numbers:
        table.add_column(heading, justify="right")
    for place, cells in groupby(
        shown.items, lambda cell: _name(cell.region or cell.federal_district, language)
    ):
        table.add_section()
        table.add_row(f"[bold]{place}[/bold]")
        for cell in cells:
            table.add_row(_sector(cell.sector, language), *_numbers(cell))
    table.add_section()
    table.add_row("итого" if language is Language.RU else "total", *_numbers(shown.total))
    screen.print(table)
    screen.print(f"[dim]{shown.note}[/dim]")


def _numbers(counts: GapCounts) -> list[str]:
    given = (counts.needs, counts.own_region, counts.another_region, counts.foreign, counts.nobody)
    return ["–" if one is None else str(one) for one in given]


def _name(code: str | None, language: Language) -> str:
    known = reference.regions().get(code or "") or reference.districts().get(code or "")
    if known is None:
        return "за рубежом" if language is Language.RU else "abroad"
    return known.name_ru if language is Language.RU else known.name_en


def _sector(code: str | None, language: Language) -> str:
    known = reference.sectors().get(code or "")
    if known is None:
        return "–"
    return f"{known.code} {known.name_ru if language is Language.RU else known.name_en}"
