"""Word forms to dictionary forms: rumorph behind one function, with what a trade text needs beside it."""

import re
from functools import lru_cache
from importlib.resources import files

from rumorph import Analyzer

_CYRILLIC = re.compile(r"[а-я]+(?:-[а-я]+)*")
_LATIN = re.compile(r"[a-z]+")
_NUMBERED = re.compile(r"(\d+)-([а-я]+)")
_STANDARD_ISO = re.compile(r"(?:гост\s?р?\s*)?(?:iso|исо)\s?(\d+)")
_LOOKING_CYRILLIC = str.maketrans("abcehkmoptxy", "авсенкмортху")
_DESIGNATION = re.compile(r"[авсенкмортхуabcehkmoptxy\d.,-]+")


@lru_cache(maxsize=2**18)
def lemmatise(form: str) -> str:
    """The dictionary form of one normalised word; designations (М8х40, 5-осевой) keep their shape."""
    exceptions = _exceptions()
    if form in exceptions:
        return exceptions[form]
    if _CYRILLIC.fullmatch(form):
        lemma = _russian(form)
        return exceptions.get(lemma, lemma)
    if _LATIN.fullmatch(form):
        return _english(form)
    return _designation(form) if any(map(str.isdigit, form)) else _hyphenated(form)


def data_lines(name: str) -> list[str]:
    """The lines of a packaged data file without comments and blanks."""
    text = files("app.matching").joinpath("data", name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


@lru_cache(maxsize=1)
def _exceptions() -> dict[str, str]:
    return dict(line.split() for line in data_lines("exceptions.txt"))


@lru_cache(maxsize=1)
def _analyser() -> Analyzer:
    return Analyzer()


def _russian(form: str) -> str:
    readings = _analyser().analyze(form)
    if not readings or (readings[0].source != "dictionary" and len(form) <= 4):
        return form  # a short unknown word is an abbreviation; a guess would bend it
    best = readings[0]
    # A statement names things: "стали" is steel, not "became", so a noun is preferred to a verb.
    if best.pos == "VERB":
        best = next((r for r in readings if r.pos == "NOUN" and r.source == "dictionary"), best)
    return str(best.lemma).casefold().replace("ё", "е")


def _english(form: str) -> str:
    if len(form) > 4 and form.endswith("ies"):
        return form[:-3] + "y"
    if len(form) > 4 and form.endswith(("sses", "shes", "ches", "xes")):
        return form[:-2]
    if len(form) > 3 and form.endswith("s") and not form.endswith(("ss", "us", "is")):
        return form[:-1]
    return form


def _designation(form: str) -> str:
    if iso := _STANDARD_ISO.match(form):
        return f"iso {iso[1]}"  # ГОСТ Р ИСО 9001-2015, ISO 9001:2015 and ИСО 9001 are one requirement
    if numbered := _NUMBERED.fullmatch(form):
        return f"{numbered[1]}-{lemmatise(numbered[2])}"
    if _DESIGNATION.fullmatch(form) and sum(map(str.isdigit, form)) > 1:
        return form.translate(_LOOKING_CYRILLIC)  # M8x40 typed in Latin is М8х40
    return form


def _hyphenated(form: str) -> str:
    if "-" not in form:
        return form  # another alphabet, or letters of several: kept as it stands
    return "-".join(lemmatise(part) if part else part for part in form.split("-"))
