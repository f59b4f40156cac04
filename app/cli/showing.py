"""What a person reads of suggestions in a shell, and the show of `smezhnik demo`."""

from pathlib import Path

from rich.markup import escape
from rich.padding import Padding
from rich.rule import Rule

from app import reference
from app.access import Admin
from app.api.views import suggestion_page
from app.bootstrap import Runtime
from app.bootstrap import conditions as conditions_of
from app.cli.importing import import_lines
from app.cli.session import fail, refusal_of_line, screen
from app.schemas.import_files import Shape
from app.schemas.suggestions import PartnerSuggestion, StatementPair, SuggestionPage, WishQuery
from app.storage import organisation_names
from app.storage.asking import Asking
from app.usecases import suggestions
from app.vocabulary import Language, StatementKind, Strength

EXAMPLES = ("sample-met-010", "sample-che-005", "sample-agr-012")
"""Organisations of the sample directory that the demo asks for: one of each of its three parts."""

STRENGTHS = {
    Strength.STRONG: ("green", "сильное совпадение", "strong"),
    Strength.GOOD: ("cyan", "хорошее совпадение", "good"),
    Strength.POSSIBLE: ("yellow", "возможное совпадение", "possible"),
}
DIRECTIONS = {
    StatementKind.NEED: ("нам нужно", "умеют", "we need", "they can"),
    StatementKind.CAPABILITY: ("мы умеем", "им нужно", "we can", "they need"),
}


def load_sample(runtime: Runtime, folder: Path) -> None:
    """Import the invented directory; a second time changes nothing."""
    for path in sorted(folder.glob("*.jsonl")):
        report = import_lines(runtime, path, Shape())
        if report.refused:
            fail(f"{path.name}: {refusal_of_line(report.refused[0], runtime.language)}")


def show_examples(runtime: Runtime) -> None:
    """Print suggestions for three organisations of the sample directory."""
    conditions = conditions_of(runtime)
    with runtime.database.reading() as session:
        asking = Asking(session, runtime.keeper.catch_up(session), Admin("cli"), conditions)
        for external_id in EXAMPLES:
            owner = organisation_names.find_by_external_key(session, f":{external_id}")
            if owner is None:
                continue
            place = place_name(owner.region, owner.country, runtime.language)
            screen.print(Rule(f"[bold]{escape(owner.shown_name)}[/bold] · {escape(owner.city)}, {place}"))
            if owner.description:
                screen.print(f"[dim]{escape(owner.description)}[/dim]\n")
            found = suggestions.for_organisation(asking, owner.id, WishQuery(limit=3))
            show_page(suggestion_page(found, runtime.language), runtime.language)


def show_page(page: SuggestionPage, language: Language) -> None:
    """Print suggested partners: who, where, why, and what is missing."""
    if not page.items:
        screen.print(f"[yellow]{page.advice}[/yellow]")
    for rank, item in enumerate(page.items, start=1):
        _show_partner(rank, item, language)


def _show_partner(rank: int, item: PartnerSuggestion, language: Language) -> None:
    colour, russian, english = STRENGTHS[item.strength]
    word = russian if language is Language.RU else english
    card = item.organisation
    place = place_name(card.region, card.country, language)
    both = (", взаимное" if language is Language.RU else ", mutual") if item.mutual else ""
    screen.print(
        f"{rank}. [bold]{escape(card.name)}[/bold], {escape(card.city or '—')}, {place} "
        f"— [{colour}]{word}[/{colour}] {item.probability:.2f}{both}"
    )
    for pair in item.pairs:
        screen.print(Padding(_pair_lines(pair, language), (0, 0, 0, 3)))
    screen.print()


def _pair_lines(pair: StatementPair, language: Language) -> str:
    mine_ru, theirs_ru, mine_en, theirs_en = DIRECTIONS[pair.mine.kind]
    mine, theirs = (mine_ru, theirs_ru) if language is Language.RU else (mine_en, theirs_en)
    own = f"{mine}: {escape(pair.mine.title)} → " if pair.mine.title else ""
    return f"{own}{theirs}: [bold]{escape(pair.theirs.title)}[/bold]\n{escape(pair.sentence)}"


def place_name(region: str | None, country: str, language: Language) -> str:
    """The region by its name, abroad the country."""
    known = reference.regions().get(region or "") or reference.countries().get(country)
    if known is None:
        return country
    return known.name_ru if language is Language.RU else known.name_en
