"""`smezhnik chains` and `rings`: who supplies whom, as far as a person in a shell wants to read it."""

from typing import Annotated

import typer
from pydantic import ValidationError
from rich.markup import escape

from app.access import Admin
from app.api.dependencies import ID
from app.api.views_of_chains import chain_page, ring_page
from app.bootstrap import Runtime
from app.bootstrap import conditions as conditions_of
from app.cli.session import fail, notes, parameters, refusal, running, screen, settings_or_exit
from app.cli.showing import STRENGTHS, place_name
from app.errors import Invalid
from app.schemas.chains import ChainLink, ChainOut, ChainPage, ChainSearch
from app.schemas.organisations import PartnerCard
from app.schemas.rings import RingPage, RingQuery
from app.schemas.violations import violations_of
from app.storage.asking import Asking
from app.usecases import chains as cases
from app.usecases import rings as ring_cases
from app.vocabulary import ChainEnd, Language

ENDS = {
    ChainEnd.COMPLETE: ("последнему ничего не нужно", "the last one needs nothing"),
    ChainEnd.OPEN: ("дальше не закрыто", "nobody meets"),
    ChainEnd.DEPTH: ("длиннее не искали", "no longer chain was asked for"),
}


def chains(
    question: Annotated[str, typer.Argument(help="An organisation's or a need's id, or a need in words.")],
    depth: Annotated[int, typer.Option(min=2, max=4, help="The most links.")] = 3,
    more: Annotated[
        list[str] | None,
        typer.Option("--set", help="NAME=VALUE, any parameter of the API: region=RU-SVE, exclude=ID …"),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=50)] = 5,
    as_json: Annotated[bool, typer.Option("--json", help="The whole answer as JSON.")] = False,
) -> None:
    """Chains of suppliers: who meets a need, what that one needs in turn, who meets that …"""
    settings = settings_or_exit()
    asked = {**parameters(more, ChainSearch), "depth": depth, "limit": limit}
    with running(settings) as runtime:
        try:
            page = _answer(runtime, question, asked)
        except ValidationError as error:
            fail(refusal(Invalid(violations_of(error)), settings.language))
        if as_json:
            screen.print_json(page.model_dump_json())
        else:
            show_chains(page, settings.language)


def rings(
    length: Annotated[list[int] | None, typer.Option(min=2, max=4, help="Only rings of this many.")] = None,
    more: Annotated[
        list[str] | None, typer.Option("--set", help="NAME=VALUE: region=RU-SVE, country=RU, kind=research …")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=100)] = 10,
    as_json: Annotated[bool, typer.Option("--json", help="The whole answer as JSON.")] = False,
) -> None:
    """Rings of mutual supply in the whole directory: A needs what B makes, B what C makes, C what A makes."""
    settings = settings_or_exit()
    asked = {**parameters(more, RingQuery), "length": length or [2, 3, 4], "limit": limit}
    with running(settings) as runtime:
        try:
            page = _rings(runtime, RingQuery.model_validate(asked))
        except ValidationError as error:
            fail(refusal(Invalid(violations_of(error)), settings.language))
        if as_json:
            screen.print_json(page.model_dump_json())
        else:
            show_rings(page, settings.language)


def _rings(runtime: Runtime, query: RingQuery) -> RingPage:
    conditions = conditions_of(runtime)
    with runtime.database.reading() as session, notes.status("…"):
        asking = Asking(session, runtime.keeper.catch_up(session), Admin("cli"), conditions)
        return ring_page(ring_cases.search(asking, query), runtime.language)


def show_rings(page: RingPage, language: Language) -> None:
    """Print rings: who supplies whom with what, and why."""
    screen.print(f"{'колец' if language is Language.RU else 'rings'}: {page.total}\n")
    for rank, ring in enumerate(page.items, start=1):
        names = [escape(link.organisation.name) for link in ring.links]
        screen.print(f"{rank}. [bold]{' → '.join((*names, names[0]))}[/bold] {ring.probability:.2f}")
        _show_links(ring.links, language)
        screen.print()


def _answer(runtime: Runtime, question: str, asked: dict[str, object]) -> ChainPage:
    conditions = conditions_of(runtime)
    with runtime.database.reading() as session:
        asking = Asking(session, runtime.keeper.catch_up(session), Admin("cli"), conditions)
        start = "text"
        if ID.fullmatch(question):
            start = cases.start_of(asking, question)
        found = cases.search(asking, ChainSearch.model_validate({**asked, start: question}))
        return chain_page(found, runtime.language)


def show_chains(page: ChainPage, language: Language) -> None:
    """Print chains: each link with who, where, and why."""
    if not page.items:
        screen.print(f"[yellow]{page.advice}[/yellow]")
    for rank, chain in enumerate(page.items, start=1):
        _show_chain(rank, chain, language)


def _show_chain(rank: int, chain: ChainOut, language: Language) -> None:
    colour, russian, english = STRENGTHS[chain.strength]
    word = russian if language is Language.RU else english
    names = " → ".join(escape(link.organisation.name) for link in chain.links)
    screen.print(f"{rank}. [bold]{names}[/bold] — [{colour}]{word}[/{colour}] {chain.probability:.2f}")
    _show_links(chain.links, language)
    open_needs = "; ".join(escape(need.title) for need in chain.open_needs)
    end = ENDS[chain.end][0 if language is Language.RU else 1]
    screen.print(f"   [italic]{end}{': ' + open_needs if open_needs else ''}[/italic]\n")


def _show_links(links: list[ChainLink], language: Language) -> None:
    for link in links:
        wanted, offered = link.pair.mine, link.pair.theirs
        title = escape(wanted.title or wanted.text)
        screen.print(
            f"   {title} → [bold]{escape(offered.title)}[/bold], {_whose(link.organisation, language)} "
            f"{link.pair.probability:.2f}"
        )
        screen.print(f"   [dim]{escape(link.pair.sentence)}[/dim]")


def _whose(card: PartnerCard, language: Language) -> str:
    return f"{escape(card.name)}, {place_name(card.region, card.country, language)}"
