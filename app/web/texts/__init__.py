"""Every text of the pages, in one catalogue: Russian first, English second."""

from collections.abc import Mapping

from app.vocabulary import Language
from app.web.texts.directory import DIRECTORY
from app.web.texts.rules import RULES
from app.web.texts.site import COUNTED, SITE

TEXTS: Mapping[str, tuple[str, str]] = {**SITE, **DIRECTORY, **RULES}


def text_of(language: Language, key: str, **values: object) -> str:
    """The text of this name in this language, with its values put in. Raises KeyError where there is none."""
    russian, english = TEXTS[key]
    return (russian if language is Language.RU else english).format_map(values)


def counted(language: Language, key: str, number: int) -> str:
    """A number with its noun in the right form."""
    return f"{grouped(number, language)} {noun(language, key, number)}"


def noun(language: Language, key: str, number: int) -> str:
    """A noun in the form that stands after a number (CLDR plural rules)."""
    return COUNTED[key][0 if language is Language.RU else 1][_form(language, number)]


def grouped(number: int, language: Language) -> str:
    """A number with its thousands apart, as the language writes them."""
    return f"{number:,}".replace(",", "\u00a0" if language is Language.RU else ",")


def _form(language: Language, number: int) -> int:
    if language is Language.EN:
        return 0 if number == 1 else 2
    last, tens = number % 10, number % 100
    if last == 1 and tens != 11:
        return 0
    return 1 if last in (2, 3, 4) and tens not in (12, 13, 14) else 2
