"""In which scripts a text is written, by the share of its letters."""

import re
from collections.abc import Iterable
from enum import Flag, auto
from functools import cache

from app.matching.scoring import number


class Script(Flag):
    """A script the engine has words of; a text may be written in both, as one with its translation."""

    CYRILLIC = auto()
    LATIN = auto()


_LETTERS = {Script.CYRILLIC: re.compile("[а-яё]+"), Script.LATIN: re.compile("[a-z]+")}


def scripts_of(forms: Iterable[str]) -> Script:
    """The scripts of normalised words: each that has its share of the letters, none where there are none."""
    text = " ".join(forms)
    letters = {script: sum(map(len, letter.findall(text))) for script, letter in _LETTERS.items()}
    least = max(number("script_share") * sum(letters.values()), 1)
    found = Script(0)
    for script, count in letters.items():
        if count >= least:
            found |= script
    return found


@cache
def cross(one: Script, other: Script) -> bool:
    """Whether both are known and they have no script in common."""
    return bool(one) and bool(other) and not one & other
