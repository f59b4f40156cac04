"""What a person reads: why two statements fit, in Russian and English."""

from collections.abc import Iterable

from app.matching.documents import Evidence, Match
from app.matching.explain import REST
from app.vocabulary import Ground, Language

_SHOWN = 4
_OPENING = {Language.RU: "Совпадает", Language.EN: "In common"}
_PLACES = {
    Language.RU: {
        "same_region": "тот же регион",
        "same_district": "тот же федеральный округ",
        "near": "соседний регион",
        "same_country": "та же страна",
    },
    Language.EN: {
        "same_region": "the same region",
        "same_district": "the same federal district",
        "near": "a neighbouring region",
        "same_country": "the same country",
    },
}
_TEMPLATES = {
    "parts_of_words": {Language.RU: "близкие слова: {}", Language.EN: "related words: {}"},
    "meaning": {Language.RU: "по смыслу: «{}»", Language.EN: "in meaning: “{}”"},
    "wished_region": {Language.RU: "желаемый регион", Language.EN: "a wished region"},
    "must_have": {Language.RU: "обязательное: {}", Language.EN: "required: {}"},
    "core_capability": {Language.RU: "основная деятельность", Language.EN: "a core capability"},
}
_ALL = {
    Language.RU: "Описание подтверждает всё, что нужно.",
    Language.EN: "The description confirms all that is needed.",
}
_SOME = {Language.RU: "Покрыто {} из {}, не подтверждено", Language.EN: "{} of {} covered, not confirmed"}
_NONE = {Language.RU: "Не подтверждено", Language.EN: "Not confirmed"}
_MEANING_NOT_COMPARED = {Language.RU: "Смысл не сравнивался.", Language.EN: "Meaning was not compared."}
# Without labels there is still a reason to name.
_BARE = {
    "words": {Language.RU: "общие слова", Language.EN: "shared words"},
    "parts_of_words": {Language.RU: "близкие слова", Language.EN: "related words"},
    "shared_codes": {Language.RU: "близкие коды", Language.EN: "related codes"},
    "must_have": {Language.RU: "обязательные требования", Language.EN: "requirements"},
}


def evidence_phrase(evidence: Evidence, language: Language, said: frozenset[str] = frozenset()) -> str:
    """One reason as a phrase: the words themselves, "код 24.53", "тот же федеральный округ"."""
    labels = [label for label in _labels(evidence) if label not in said]
    if evidence.signal == "same_place":
        return ", ".join(_PLACES[language].get(label, label) for label in labels)
    if not labels and evidence.signal in _BARE:
        return _BARE[evidence.signal][language]
    if evidence.signal == "shared_codes":
        return _codes(labels, language)
    template = _TEMPLATES.get(evidence.signal, {}).get(language, "{}")
    return template.format(", ".join(labels))


def evidence_sentence(evidence: Evidence, language: Language) -> str:
    """One reason as a sentence."""
    phrase = evidence_phrase(evidence, language)
    return f"{phrase[:1].upper()}{phrase[1:]}."


def match_sentence(match: Match, language: Language) -> str:
    """A whole match: what is in common, what of the need is covered, and that meaning was not compared."""
    said = _said(match.evidence)
    phrases = [
        evidence_phrase(evidence, language, said if evidence.signal == "parts_of_words" else frozenset())
        for evidence in match.evidence
        if _is_news(evidence, said)
    ]
    opening = f"{_OPENING[language]}: {'; '.join(phrases)}."
    compared = _MEANING_NOT_COMPARED[language] if match.ground is Ground.WORDS else ""
    return " ".join(part for part in (opening, coverage_sentence(match, language), compared) if part)


def coverage_sentence(match: Match, language: Language) -> str:
    """How many parts of the need are covered, and which are not; "" when the need has no parts."""
    total = len(match.covered) + len(match.uncovered)
    if not total:
        return ""
    if not match.uncovered:
        return _ALL[language]
    head = _SOME[language].format(len(match.covered), total) if match.covered else _NONE[language]
    return f"{head}: {'; '.join(match.uncovered)}."


def _said(evidence: Iterable[Evidence]) -> frozenset[str]:
    """The words that are named as shared: their pieces need not be named again."""
    return frozenset(label for one in evidence if one.signal == "words" for label in _labels(one))


def _is_news(evidence: Evidence, said: frozenset[str]) -> bool:
    """Pieces are worth naming for new words, nearness for more than being in one country."""
    if evidence.signal == "same_place":
        return _labels(evidence) != ["same_country"]
    return evidence.signal != "parts_of_words" or not said or bool(set(_labels(evidence)[:2]) - said)


def _codes(labels: list[str], language: Language) -> str:
    several = len(labels) > 1
    name = {Language.RU: "коды" if several else "код", Language.EN: "codes" if several else "code"}[language]
    return f"{name} {', '.join(labels)}"


def _labels(evidence: Evidence) -> list[str]:
    labels = [share.label for share in evidence.shares if share.label != REST and share.amount > 0]
    return list(dict.fromkeys(labels))[:_SHOWN]
