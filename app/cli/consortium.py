"""`smezhnik consortium`: who covers a brief of several needs, as a person in a shell reads it."""

from typing import Annotated

import typer
from pydantic import ValidationError
from rich.markup import escape
from rich.table import Table

from app.access import Admin
from app.api.dependencies import ID
from app.api.views_of_consortia import consortium_answer
from app.bootstrap import Runtime
from app.bootstrap import conditions as conditions_of
from app.cli.session import fail, parameters, refusal, running, screen, settings_or_exit
from app.cli.showing import STRENGTHS, place_name
from app.errors import Invalid
from app.schemas.consortia import ConsortiumAnswer, ConsortiumBrief, ConsortiumOut
from app.schemas.violations import violations_of
from app.storage.asking import Asking
from app.usecases import consortia
from app.vocabulary import Language


def consortium(
    needs: Annotated[
        list[str], typer.Argument(help="Needs that have to be covered: texts, or ids of needs.")
    ],
    optional: Annotated[
        list[str] | None, typer.Option(help="A need that is covered where it can be.")
    ] = None,
    more: Annotated[
        list[str] | None,
        typer.Option("--set", help="NAME=VALUE: required_kinds=research, max_regions=2, max_members=3 …"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The whole answer as JSON.")] = False,
) -> None:
    """The smallest set of organisations that covers several needs under conditions, and what these cost."""
    settings = settings_or_exit()
    wanted = [_need(text, False) for text in needs] + [_need(text, True) for text in optional or []]
    with running(settings) as runtime:
        try:
            brief = ConsortiumBrief.model_validate({**parameters(more, ConsortiumBrief), "needs": wanted})
        except ValidationError as error:
            fail(refusal(Invalid(violations_of(error)), settings.language))
        answer = _answer(runtime, brief)
        if as_json:
            screen.print_json(answer.model_dump_json())
        else:
            show_consortia(answer, settings.language)


def _need(text: str, optional: bool) -> dict[str, object]:
    return {"statement_id" if ID.fullmatch(text) else "text": text, "optional": optional}


def _answer(runtime: Runtime, brief: ConsortiumBrief) -> ConsortiumAnswer:
    conditions = conditions_of(runtime)
    with runtime.database.reading() as session:
        asking = Asking(session, runtime.keeper.catch_up(session), Admin("cli"), conditions)
        return consortium_answer(consortia.solve(asking, brief), runtime.language)


def show_consortia(answer: ConsortiumAnswer, language: Language) -> None:
    """Print the consortia, the prices of the conditions, or what cannot be had together."""
    russian = language is Language.RU
    if answer.best is None:
        said = "Вместе невыполнимо" if russian else "Cannot be had together"
        screen.print(f"[yellow]{said}: {escape(', '.join(answer.conflict))}[/yellow]")
    for rank, one in enumerate([answer.best, *answer.alternatives] if answer.best else [], start=1):
        _show(rank, one, language)
    if answer.prices:
        screen.print(_prices(answer, russian))


def _show(rank: int, one: ConsortiumOut, language: Language) -> None:
    colour, russian, english = STRENGTHS[one.strength]
    word = russian if language is Language.RU else english
    names = {member.id: escape(member.name) for member in one.members}
    screen.print(
        f"{rank}. [bold]{' + '.join(names.values())}[/bold] [{colour}]{word}[/{colour}] {one.probability:.2f}"
    )
    places = {member.id: place_name(member.region, member.country, language) for member in one.members}
    for part in one.parts:
        asked, offered = part.pair.mine, part.pair.theirs
        screen.print(
            f"   {part.need}. {escape(asked.title or asked.text)} → [bold]{escape(offered.title)}[/bold], "
            f"{names[part.organisation_id]}, {places[part.organisation_id]} {part.pair.probability:.2f}"
        )
    if one.uncovered:
        said = "не закрыто" if language is Language.RU else "left open"
        screen.print(f"   [italic]{said}: {', '.join(map(str, one.uncovered))}[/italic]")
    screen.print()


def _prices(answer: ConsortiumAnswer, russian: bool) -> Table:
    heads = ("без условия", "участников", "вероятность") if russian else ("without", "members", "probability")
    table = Table(*heads)
    for price in answer.prices:
        shown = "—" if price.probability is None else f"{price.probability:.2f}"
        table.add_row(price.condition, "—" if price.members is None else str(price.members), shown)
    return table
