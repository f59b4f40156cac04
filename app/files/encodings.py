"""Bytes to text: a byte order mark, UTF-8, or one of the older Cyrillic encodings."""

import codecs

from app.errors import Invalid, Violation

ENCODINGS = ("utf-8", "utf-16", "cp1251", "koi8-r", "cp866")
"""What a file may be in, under the names the report uses."""

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig", "utf-8"), (codecs.BOM_UTF16_LE, "utf-16", "utf-16"),
          (codecs.BOM_UTF16_BE, "utf-16", "utf-16"))  # fmt: skip
_CYRILLIC = ("cp1251", "koi8-r", "cp866")
_FREQUENT = frozenset("оеаинтсрвлкмдпуя")
"""The sixteen letters that make up nine tenths of a Russian text."""

_SAMPLE_BYTES = 65_536


def decoded(content: bytes, wished: str | None = None) -> tuple[str, str]:
    """The text and its encoding; a wished one is not doubted. Raises Invalid where it does not fit."""
    for mark, codec, shown in _MARKS:
        if content.startswith(mark):
            return _decode(content, codec), shown
    if wished is not None:
        return _decode(content, wished), wished
    try:
        return content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        guessed = _guess(content)
        if guessed is None:
            raise Invalid([Violation("", "file_encoding", {"position": error.start})]) from error
        return _decode(content, guessed), guessed


def _guess(content: bytes) -> str | None:
    """The Cyrillic encoding in which this reads best; docs/decisions.md says why no library is asked.

    Only what is not ASCII is weighed: ids, numbers and separators say nothing and drown short words.
    """
    words = [bytes(b for b in word if b > 127) for word in content[:_SAMPLE_BYTES].split()]
    readings = [(codec, _read(words, codec)) for codec in _CYRILLIC]
    possible = [(_plausibility(text), codec) for codec, text in readings if text is not None]
    return max(possible, key=lambda pair: pair[0])[1] if possible else None


def _read(words: list[bytes], codec: str) -> str | None:
    try:
        return b" ".join(words).decode(codec)
    except UnicodeDecodeError:
        return None


def _plausibility(text: str) -> int:
    """Frequent letters speak for a reading; capitals inside a word and strange signs against it."""
    score, before = 0, " "
    for letter in text:
        if letter.isalpha():
            score += letter.lower() in _FREQUENT
            score -= 3 * (letter.isupper() and before.islower())
        elif letter not in " «»№–—…°±\xa0":
            score -= 2
        before = letter
    return score


def _decode(content: bytes, codec: str) -> str:
    try:
        return content.decode(codec)
    except UnicodeDecodeError as error:
        raise Invalid([Violation("", "file_encoding", {"position": error.start})]) from error
