"""Which words, pieces and codes gave how much: the shares inside an evidence, in readable words."""

from collections.abc import Iterable, Mapping
from functools import lru_cache

from app.matching.codes import depth, readable
from app.matching.documents import MatchDocument, Share
from app.matching.reading import full_text, pieces
from app.matching.scoring import BLOCKS
from app.matching.signals import Shares
from app.matching.text import Token, lemmatise, tokenise
from app.matching.vectors import Weighed

REST = "…"
_MOST_SHARES = 8
_Amounts = dict[str, float]


def shares_of(
    asked: Weighed, offered: Weighed, document: MatchDocument, found: Mapping[str, float]
) -> dict[str, Shares]:
    """The shares of every block: terms of both vectors, shown in the words of the found document."""
    words, parts, codes = (_products(*pair) for pair in zip(asked.blocks, offered.blocks, strict=True))
    tokens = tokenise(full_text(document))
    labelled = (_by_word(words, tokens), _by_pieces(parts, tokens), _by_code(codes))
    return {name: _shares(amounts, found[name]) for name, amounts in zip(BLOCKS, labelled, strict=True)}


def _products(one: Mapping[str, float], other: Mapping[str, float]) -> _Amounts:
    return {term: weight * other[term] for term, weight in one.items() if term in other}


def _by_word(amounts: _Amounts, tokens: Iterable[Token]) -> _Amounts:
    shown: dict[str, str] = {}
    for token in tokens:
        shown.setdefault(lemmatise(token.form), token.shown)
    by_word: _Amounts = {}
    for lemma, amount in amounts.items():
        label = shown.get(lemma, lemma)
        by_word[label] = by_word.get(label, 0.0) + amount
    return by_word


def _by_pieces(amounts: _Amounts, tokens: Iterable[Token]) -> _Amounts:
    """Each shared piece is given to the word that shares most."""
    shown = {token.form: token.shown for token in reversed(tuple(tokens))}
    shared = {form: [piece for piece in _different(form) if piece in amounts] for form in shown}
    totals = {form: sum(map(amounts.__getitem__, several)) for form, several in shared.items() if several}
    left = dict(amounts)
    by_word: _Amounts = {}
    for form in sorted(totals, key=lambda form: (-totals[form], form)):
        if amount := sum(left.pop(piece, 0.0) for piece in shared[form]):
            by_word[shown[form]] = by_word.get(shown[form], 0.0) + amount
    return by_word


@lru_cache(maxsize=2**15)
def _different(form: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(pieces(form)))


def _by_code(amounts: _Amounts) -> _Amounts:
    """What the ancestors of a shared code gave is counted with the code itself."""
    by_code: _Amounts = {}
    for name in sorted(amounts, key=lambda name: (-depth(name), name)):
        code = readable(name)
        owner = next((deeper for deeper in by_code if deeper.startswith(code)), code)
        by_code[owner] = by_code.get(owner, 0.0) + amounts[name]
    return by_code


def _shares(amounts: _Amounts, total: float) -> Shares:
    """The largest shares first; small ones, and what rounding took, in one remainder."""
    ranked = sorted(amounts.items(), key=lambda item: (-item[1], item[0]))[:_MOST_SHARES]
    rest = total - sum(amount for _, amount in ranked)
    shares = tuple(Share(label, amount) for label, amount in ranked)
    if not shares or abs(rest) > 1e-6:
        return (*shares, Share(REST, rest)) if abs(rest) > 1e-9 else shares
    return (Share(shares[0].label, shares[0].amount + rest), *shares[1:])
