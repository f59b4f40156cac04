"""A document as the engine reads it: its words in order, once, and what is derived from them."""

from dataclasses import dataclass, replace

from app.matching.codes import ancestors
from app.matching.documents import MatchDocument
from app.matching.grounds import Basis
from app.matching.scoring import number
from app.matching.scripts import Script, cross, scripts_of
from app.matching.terms import expand
from app.matching.text import is_filler, lemmatise, tokenise
from app.vocabulary import Ground


@dataclass(frozen=True, slots=True)
class Reading:
    """A document with the normalised words of its whole text, filler left out, and their scripts."""

    document: MatchDocument
    forms: tuple[str, ...]
    scripts: Script

    def lemmas(self) -> list[str]:
        """The dictionary forms of the words in order, and behind them the trade terms they name."""
        lemmas = [lemmatise(form) for form in self.forms]
        return lemmas + expand(self.forms, lemmas)

    def code_features(self) -> list[str]:
        """Every code with its ancestors from the group (xx.x) down, each once, sorted."""
        features = {name for code in self.document.codes for name in ancestors(code)[1:]}
        return sorted(features)

    def says_nothing(self) -> bool:
        """Whether there is nothing to search by: no word but filler and numbers, and no code."""
        return not self.document.codes and not any(any(map(str.isalpha, form)) for form in self.forms)


def read(document: MatchDocument) -> Reading:
    """Reads a document's whole text."""
    forms = forms_of(full_text(document))
    return Reading(document, forms, scripts_of(forms))


def kept(document: MatchDocument) -> Reading:
    """A document's reading as an index keeps it: its vectors are kept elsewhere, in a smaller form."""
    return read(document if document.passages is None else replace(document, passages=None))


def basis_of(one: Reading, other: Reading, with_meaning: bool) -> Basis:
    """On what ground two documents are compared, whichever of them asks."""
    words = min(len(one.forms), len(other.forms), int(number("words_most")))
    if not with_meaning:
        return Basis(Ground.WORDS, words)
    return Basis(Ground.ACROSS_SCRIPTS if cross(one.scripts, other.scripts) else Ground.MEANING, words)


def full_text(document: MatchDocument) -> str:
    """Title, text, extras and must-have list as one text."""
    parts = (document.title, document.text, *document.extras, *document.must_have)
    return "\n".join(part for part in parts if part)


def forms_of(text: str) -> tuple[str, ...]:
    """The normalised words of a text in order, filler left out."""
    return tuple(token.form for token in tokenise(text) if not is_filler(token.form))
