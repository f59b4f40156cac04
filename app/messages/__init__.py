"""What people read for every code: Russian first, English second; codes are never translated."""

from collections.abc import Mapping

from app.messages.answers import ANSWERS, FILTERS
from app.messages.fields import FIELDS
from app.messages.files import FILES
from app.messages.numbers import NUMBERS
from app.messages.refusals import REFUSALS
from app.vocabulary import Language

MESSAGES: Mapping[str, tuple[str, str]] = {
    **REFUSALS,
    **FIELDS,
    **NUMBERS,
    **FILES,
    **ANSWERS,
}
"""Every code with its text in Russian and in English."""


class _Lenient(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "?"


def message(code: str, language: Language, params: Mapping[str, object] | None = None) -> str:
    """The text of a code in this language, with its values put in; the code itself where no text is known."""
    texts = MESSAGES.get(code)
    if texts is None:
        return code
    template = texts[0] if language is Language.RU else texts[1]
    return template.format_map(_Lenient(params or {}))


def filter_name(filter_: str, language: Language) -> str:
    """What people call a filter of a search."""
    names = FILTERS.get(filter_, (filter_, filter_))
    return names[0] if language is Language.RU else names[1]
