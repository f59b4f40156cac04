"""Classifiers over HTTP: looking codes up, and proposing codes for a text."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from app.access import READ_REFERENCE
from app.api.callers import under
from app.api.dependencies import NO_PARAMETERS, Reads
from app.errors import NotFound
from app.matching.classifying import Likely
from app.schemas.classifiers import (
    ClassifierEntryOut,
    ClassifierKind,
    ClassifierList,
    CodeQuestion,
    LikelyCode,
    LikelyCodes,
)
from app.schemas.texts import Query as Words
from app.schemas.texts import Strict
from app.usecases import classifiers

router = APIRouter(prefix="/v1/classifiers", tags=["classifiers"])


class EntryQuery(Strict):
    """What is looked for: the beginning of a code, or words of a name."""

    q: Words | None = Field(default=None, examples=["поковки"])
    limit: Annotated[int, Field(ge=1, le=100)] = 20


def classifier_kind(kind: str) -> ClassifierKind:
    """The classifier in the path. Raises NotFound for an unknown one."""
    if kind not in list(ClassifierKind):
        raise NotFound(what="classifier", id=kind[:40])
    return ClassifierKind(kind)


Kind = Annotated[ClassifierKind, Depends(classifier_kind)]


@router.get("/{kind}", openapi_extra=under(READ_REFERENCE))
def search_classifier(look: Reads, kind: Kind, query: Annotated[EntryQuery, Query()]) -> ClassifierList:
    """Codes of `okved2`, `okpd2`, `tnved`, `nace` or `cpa`, by beginnings of codes or by words of names."""
    found = classifiers.search(look.session, kind, query.q or "", query.limit)
    items = [ClassifierEntryOut(code=row.code, name=row.name) for row in found]
    return ClassifierList(kind=kind, loaded=classifiers.is_loaded(look.session, kind), items=items)


@router.post("/{kind}/suggest", dependencies=[NO_PARAMETERS], openapi_extra=under(READ_REFERENCE))
def suggest_codes(look: Reads, kind: Kind, question: CodeQuestion) -> LikelyCodes:
    """Codes for a text, each with how sure it is and the words that speak for it. A person decides."""
    found = classifiers.suggest(look.session, kind, question.text, question.digits, question.limit)
    book = classifiers.book_of(look.session, kind)
    items = [_view(likely, book.names if book else {}) for likely in found]
    return LikelyCodes(kind=kind, loaded=book is not None, items=items)


def _view(likely: Likely, names: Mapping[str, str]) -> LikelyCode:
    return LikelyCode(
        code=likely.code,
        name=names.get(likely.code),
        confidence=round(likely.confidence, 3),
        words=list(likely.words),
    )
