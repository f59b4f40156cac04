"""Marking the words that speak for a match: the text is escaped first, then words of it are marked."""

import re
from collections.abc import Iterable

from markupsafe import Markup, escape

from app.matching.text import is_filler, lemmatise, normalise

WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")


def highlighted(text: str, labels: Iterable[str]) -> Markup:
    """The text, escaped, with each word marked that is one of the labels in any grammatical form."""
    wanted = {form for label in labels for word in WORD.findall(label) for form in _forms(word)}
    parts: list[Markup] = []
    end = 0
    for found in WORD.finditer(text):
        parts.append(escape(text[end : found.start()]))
        word = escape(found.group())
        parts.append(Markup("<mark>{}</mark>").format(word) if wanted & _forms(found.group()) else word)
        end = found.end()
    parts.append(escape(text[end:]))
    return Markup("").join(parts)


def _forms(word: str) -> frozenset[str]:
    """The forms by which words are compared; of a range of grades (СЧ20-СЧ30) also its ends."""
    form = normalise(word)
    if is_filler(form):
        return frozenset()
    ends = form.split("-") if any(map(str.isdigit, form)) else []
    return frozenset({form, lemmatise(form), *ends})
