"""Text a person may enter: one normal form, no invisible tricks, bounded."""

import unicodedata
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints
from pydantic_core import PydanticCustomError

BIDI_CONTROLS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Unicode's explicit direction marks (UAX #9): they make a name read as another."""


class Strict(BaseModel):
    """A body that refuses what it does not know, by name."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


def _clean(text: str, allowed_controls: str) -> str:
    text = unicodedata.normalize("NFC", text)
    for position, character in enumerate(text):
        control = unicodedata.category(character) in ("Cc", "Cs") and character not in allowed_controls
        if control or character in BIDI_CONTROLS:
            raise PydanticCustomError(
                "control_character",
                "control character {character} at position {position}",
                {"character": f"U+{ord(character):04X}", "position": position + 1},
            )
    if not any(character.isalnum() for character in text):
        raise PydanticCustomError("nothing_written", "no letter or digit in it")
    return text


def clean_line(text: str) -> str:
    """The text in Unicode NFC; refuses control and direction characters."""
    return _clean(text, "")


def clean_paragraph(text: str) -> str:
    """The text in Unicode NFC; of the control characters only line ends and tabs may stand in it."""
    return _clean(text, "\n\r\t")


Word = Annotated[str, StringConstraints(min_length=1, max_length=100), AfterValidator(clean_line)]
Line = Annotated[str, StringConstraints(min_length=1, max_length=300), AfterValidator(clean_line)]
Query = Annotated[str, StringConstraints(min_length=1, max_length=300), AfterValidator(clean_line)]
Paragraph = Annotated[
    str, StringConstraints(min_length=2, max_length=20_000), AfterValidator(clean_paragraph)
]
Id = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
"""An id this service gave: a UUID in its usual form."""
