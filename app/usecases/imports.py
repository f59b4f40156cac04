"""Importing a directory: each record is stored, recognised as known, or refused with its reasons."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError
from sqlalchemy.orm import Session

from app.access import Writer, actor_of, require_kept
from app.errors import AlreadyExists, AppError, Invalid, Violation
from app.matching.text import normalise
from app.schemas.import_files import RawLine
from app.schemas.import_record import ImportRecord
from app.schemas.merge_patch import merged
from app.schemas.organisation_input import OrganisationIn
from app.schemas.statement_input import StatementIn
from app.schemas.violations import violations_of
from app.storage import changes, encodings, organisations, statements
from app.storage.documents import Conditions
from app.storage.identifiers import NOT_AN_IDENTITY
from app.storage.identities import is_shown_otherwise
from app.storage.organisations import Organisation
from app.storage.profiles import as_input, new_organisation, take
from app.storage.statement_texts import new_statement
from app.storage.statements import LIVED, Statement
from app.storage.submissions import begin as begin_review
from app.storage.submissions import form_for, publishes, submit
from app.vocabulary import ChangeAction, StatementStatus


class Outcome(StrEnum):
    """What became of a line."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class LineReport:
    """What became of one line, and why where it was refused."""

    number: int
    outcome: Outcome
    violations: tuple[Violation, ...] = ()


def store_lines(
    session: Session, caller: Writer, lines: Iterable[RawLine], conditions: Conditions
) -> list[LineReport]:
    """Store the good lines, report the bad ones; a bad line never costs a good one."""
    changes.lock_feed(session)
    return [_store_line(session, caller, line, conditions) for line in lines]


def _store_line(session: Session, caller: Writer, line: RawLine, conditions: Conditions) -> LineReport:
    if line.violation is not None:
        return LineReport(line.number, Outcome.REFUSED, (line.violation,))
    try:
        record = ImportRecord.model_validate(line.record)
        with session.begin_nested():
            return LineReport(line.number, _store(session, caller, record, conditions))
    except ValidationError as error:
        wrong = violations_of(error)
    except IntegrityError:
        wrong = (Violation("", "number_taken"),)
    except StatementError as error:
        if isinstance(error, DBAPIError):
            raise  # the database itself is in trouble, not this line
        wrong = (Violation("", "value_unstorable"),)
    except AppError as error:
        wrong = error.violations or (Violation("", error.code, error.params),)
    return LineReport(line.number, Outcome.REFUSED, wrong)


def _store(session: Session, caller: Writer, record: ImportRecord, conditions: Conditions) -> Outcome:
    owner = _known(session, record)
    if owner is None:
        owner = new_organisation(_profile(record.organisation_fields()), _by(caller))
        require_kept(caller, "", owner.centre_id, owner.region)
        session.add(owner)
        session.flush()
        outcome = Outcome.CREATED
        _record(session, caller, owner, ChangeAction.CREATED, record.model_fields_set)
    else:
        require_kept(caller, owner.id, owner.centre_id, owner.region)
        changed = take(owner, _profile(merged(as_input(owner), record.organisation_fields())), _by(caller))
        outcome = Outcome.UPDATED if changed else Outcome.UNCHANGED
        if changed:
            if is_shown_otherwise(changed):
                encodings.renew(session, conditions, owner)
            _record(session, caller, owner, ChangeAction.UPDATED, changed)
    if (
        _store_statements(session, caller, owner, (record.statements, conditions))
        and outcome is Outcome.UNCHANGED
    ):
        return Outcome.UPDATED
    return outcome


def _known(session: Session, record: ImportRecord) -> Organisation | None:
    """The organisation this record is about; numbers speak before the centre's own id."""
    numbers = [
        (record.country, item.scheme, item.number)
        for item in record.identifiers
        if item.scheme != NOT_AN_IDENTITY
    ]
    found = organisations.find_by_number(session, numbers)
    key = organisations.external_key(record.centre_id, record.external_id)
    by_key = organisations.find_by_external_key(session, key) if key else None
    if by_key is not None and by_key not in found:
        found = [*found, by_key]
    if len(found) > 1:
        raise AlreadyExists([Violation("/identifiers", "number_taken")], id=found[0].id)
    return found[0] if found else None


def _store_statements(
    session: Session, caller: Writer, owner: Organisation, given: tuple[list[StatementIn], Conditions]
) -> bool:
    forms, conditions = given
    known = statements.of_organisation(session, owner.id)
    touched = False
    for position, form in enumerate(forms):
        row = next((row for row in known if _same(row, form)), None)
        try:
            touched |= _store_statement(session, caller, (owner, row), (form, conditions))
        except Invalid as error:
            prefix = f"/statements/{position}"
            raise Invalid(
                [Violation(prefix + wrong.pointer, wrong.code, wrong.params) for wrong in error.violations]
            ) from error
    return touched


def _store_statement(
    session: Session,
    caller: Writer,
    known: tuple[Organisation, Statement | None],
    given: tuple[StatementIn, Conditions],
) -> bool:
    owner, row = known
    form, conditions = given
    asks_to_publish = form.status is StatementStatus.PUBLISHED and (row is None or row.status not in LIVED)
    if asks_to_publish and not publishes(caller, conditions):
        # A file says «published» of itself: of those who may not, it goes to review instead of being refused.
        form.status = StatementStatus.IN_REVIEW
    action, changed = ChangeAction.UPDATED, frozenset[str]()
    if row is None:
        row = new_statement(owner, form, conditions)
        session.add(row)
        session.flush()
        begin_review(session, caller, row, (StatementStatus.DRAFT, None), conditions)
        action, changed = ChangeAction.CREATED, frozenset(form.model_fields_set)
    else:
        said = form.model_dump(mode="json", exclude_unset=True)
        whole = StatementIn.model_validate(merged(form_for(caller, row, conditions), said))
        changed = submit(session, caller, (row, owner), whole, conditions)
    if changed:
        session.flush()
        encodings.keep(session, conditions, row, owner)
        changes.record(session, caller, ("statement", row.id, owner.id), action, changed)
    return bool(changed)


def _same(row: Statement, form: StatementIn) -> bool:
    if form.external_id is not None and row.external_id is not None:
        return row.external_id == form.external_id
    return row.kind == form.kind and row.text_key == normalise(f"{form.title}\n{form.text}")


def _profile(fields: dict[str, Any]) -> OrganisationIn:
    return OrganisationIn.model_validate(fields)


def _record(
    session: Session,
    caller: Writer,
    owner: Organisation,
    action: ChangeAction,
    fields: Iterable[str],
) -> None:
    changes.record(session, caller, ("organisation", owner.id, owner.id), action, fields)


def _by(caller: Writer) -> str:
    return ":".join(actor_of(caller))
