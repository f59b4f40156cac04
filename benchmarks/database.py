"""An invented directory in a SQLite file, as the service would have stored it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app import bootstrap
from app.access import Admin
from app.bootstrap import Runtime
from app.encoder import DIMENSIONS
from app.matching.documents import MatchDocument
from app.matching.text import name_key, normalise
from app.settings import Settings
from app.storage import changes
from app.storage.certificates import Certificate
from app.storage.mapping import Table
from app.storage.organisations import Organisation
from app.storage.statements import Statement, StatementCode
from app.storage.vectors import StatementVector
from app.vocabulary import ChangeAction, OrganisationKind, Source, StatementStatus
from benchmarks.corpus import STATEMENTS_EACH, identifier, organisation

AT_ONCE = 100
"""Organisations that are stored in one transaction."""

Rows = dict[type[Table], list[dict[str, Any]]]


def settings(folder: Path) -> Settings:
    """The settings of a service over the database in this folder."""
    url = f"sqlite:///{folder / 'bench.db'}"
    return Settings(database_url=url, log_level="error", rate_per_key=0, rate_per_address=0)


@contextmanager
def running(folder: Path) -> Iterator[Runtime]:
    """The live objects over the database in this folder."""
    runtime = bootstrap.start(settings(folder))
    try:
        yield runtime
    finally:
        runtime.database.dispose()


def fill(folder: Path, statements: int) -> None:
    """Makes the database of a directory of this size, vectors included."""
    with running(folder) as runtime:
        model = runtime.encoder.model if runtime.encoder else ""
        numbers = range(statements // STATEMENTS_EACH)
        for start in range(0, len(numbers), AT_ONCE):
            with runtime.database.writing() as session:
                _store(session, numbers[start : start + AT_ONCE], model)
        with runtime.database.writing() as session:
            first = identifier(0, 0)
            changes.record(session, Admin(), ("organisation", first, first), ChangeAction.CREATED)


def _store(session: Session, numbers: Sequence[int], model: str) -> None:
    rows: Rows = {
        table: [] for table in (Organisation, Certificate, Statement, StatementCode, StatementVector)
    }
    for number in numbers:
        documents = organisation(number)
        rows[Organisation].append(_organisation(number, documents[0]))
        rows[Certificate] += _certificates(documents[0])
        for document in documents:
            rows[Statement].append(_statement(document))
            rows[StatementCode] += [
                {"statement_id": document.id, "scheme": scheme.value, "code": code}
                for scheme, code in sorted(document.codes)
            ]
            rows[StatementVector].append(_vector(document, model))
    for table, several in rows.items():
        if several:
            session.execute(insert(table), several)


def _organisation(number: int, document: MatchDocument) -> dict[str, Any]:
    name = f"Проба {number}"
    return _row(
        Organisation,
        id=document.organisation_id,
        kind=OrganisationKind.ENTERPRISE.value,
        legal_name=f"ООО «{name}»",
        short_name=name,
        name_key=name_key(name),
        search_key=name_key(f"ООО «{name}» {name} Ирбит"),
        country=document.country,
        region=document.region,
        city="Ирбит",
        visibility=document.visibility.value,
        source=Source.DIRECTORY.value,
    )


def _certificates(document: MatchDocument) -> list[dict[str, Any]]:
    return [
        {"organisation_id": document.organisation_id, "kind": kind} for kind in sorted(document.certificates)
    ]


def _statement(document: MatchDocument) -> dict[str, Any]:
    return _row(
        Statement,
        id=document.id,
        organisation_id=document.organisation_id,
        kind=document.kind.value,
        status=StatementStatus.PUBLISHED.value,
        title=document.title,
        text=document.text,
        text_key=normalise(f"{document.title}\n{document.text}"),
        sector=document.sector,
        core=document.core,
        need_type=document.need_type.value if document.need_type else None,
        must_have=list(document.must_have),
    )


def _vector(document: MatchDocument, model: str) -> dict[str, Any]:
    assert document.passages is not None  # the corpus has vectors throughout
    return _row(
        StatementVector,
        statement_id=document.id,
        model=model,
        text_hash="",
        dimensions=DIMENSIONS,
        passages=document.passages.tobytes(),
    )


def _row(table: type[Table], **given: Any) -> dict[str, Any]:
    """The row with everything it must have and nobody gave: empty lists and objects, version 1."""
    needed: dict[str, Any] = {
        column.name: 1 if column.name == "version" else {} if column.name == "provenance" else []
        for column in table.__table__.columns
        if not column.nullable and column.default is None and column.name not in given
    }
    return {**needed, **given}
