"""Classifiers as they go out, and what is asked of them."""

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, Field

from app.schemas.texts import Paragraph, Strict


class ClassifierKind(StrEnum):
    """The classifiers that can be loaded; CPA and NACE have English names."""

    OKVED2 = "okved2"
    OKPD2 = "okpd2"
    TNVED = "tnved"
    NACE = "nace"
    CPA = "cpa"


class ClassifierEntryOut(BaseModel):
    """A code with its official name."""

    code: str
    name: str


class ClassifierList(BaseModel):
    """The codes that were found, in the official order; empty too where the classifier is not loaded."""

    kind: str
    loaded: bool
    items: list[ClassifierEntryOut]


class CodeQuestion(Strict):
    """A text that needs a code."""

    text: Paragraph = Field(examples=["Ковка колец из стали 40Х до 500 мм"])
    digits: Annotated[int, Field(ge=2, le=9)] = Field(default=6, description="The most digits to propose.")
    limit: Annotated[int, Field(ge=1, le=20)] = 5


class LikelyCode(BaseModel):
    """A code the text is likely about."""

    code: str
    name: str | None
    confidence: float = Field(description="0..1: its share of the votes of the nearest official names.")
    words: list[str] = Field(description="Words of the text that speak for it, the strongest first.")


class LikelyCodes(BaseModel):
    """Proposed codes, best first; none where no word is in any name, or the classifier is not loaded."""

    kind: str
    loaded: bool
    items: list[LikelyCode]
