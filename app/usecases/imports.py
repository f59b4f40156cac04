"""Importing a directory: each record is stored, recognised as known, or refused with its reasons."""

from collections.abc import Iterable
from dataclasses import dataclass

from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError
from sqlalchemy.orm import Session

from app.access import Centre, Writer, actor_of, keeper_of, keeps, require_kept
from app.errors import AlreadyExists, AppError, Invalid, Violation
from app.matching.text import normalise
from app.schemas.identifiers import normalise_number
from app.schemas.import_outcomes import LineReport, Outcome
from app.schemas.import_record import ImportRecord, StatementsOfKnown
from app.schemas.import_rows import RawLine
from app.schemas.merge_patch import merged
from app.schemas.organisation_input import OrganisationIn
from app.schemas.statement_input import StatementIn
from app.schemas.violations import violations_of
from app.storage import changes, encodings
from app.storage.changes import Change
from app.storage.documents import Conditions
from app.storage.identifiers import NOT_AN_IDENTITY
from app.storage.identities import is_shown_otherwise
from app.storage.import_lookup import Known
from app.storage.import_lookup import Number as Number
from app.storage.mapping import new_id
from app.storage.organisations import Organisation, external_key
from app.storage.profiles import as_input, new_organisation, take
from app.storage.statement_texts import new_statement
from app.storage.statements import LIVED, Statement
from app.storage.submissions import begin as begin_review
from app.storage.submissions import form_for, publishes, submit
from app.vocabulary import ChangeAction, StatementStatus

Record = ImportRecord | StatementsOfKnown


@dataclass(frozen=True, slots=True)
class _Work:
    """What all lines of a batch share."""

    session: Session
    caller: Writer
    conditions: Conditions
    known: Known
    foreseen: frozenset[Number | str] = frozenset()


def store_lines(
    session: Session, caller: Writer, lines: Iterable[RawLine], conditions: Conditions
) -> list[LineReport]:
    """Store the good lines, report the bad ones; a bad line never costs a good one."""
    return _stored(session, caller, lines, conditions)


def foresee_lines(
    session: Session,
    caller: Writer,
    lines: Iterable[RawLine],
    conditions: Conditions,
    seen: set[Number | str],
) -> list[LineReport]:
    """What storing these lines would do; the session is rolled back.

    `seen` carries from batch to batch who would have been there by then.
    """
    reports = _stored(session, caller, lines, conditions, frozenset(seen))
    session.rollback()
    for report in reports:
        record = _record_of(report.line, caller)
        if report.outcome is Outcome.CREATED and not isinstance(record, tuple):
            seen.update(_names(record))
    return reports


def _stored(
    session: Session,
    caller: Writer,
    lines: Iterable[RawLine],
    conditions: Conditions,
    foreseen: frozenset[Number | str] = frozenset(),
) -> list[LineReport]:
    changes.lock_feed(session)
    read = [(line, _record_of(line, caller)) for line in lines]
    good = [record for _, record in read if not isinstance(record, tuple)]
    names = [name for record in good for name in _names(record)]
    work = _Work(session, caller, conditions, Known(session, names), foreseen)
    return [_store_line(work, line, record) for line, record in read]


def _record_of(line: RawLine, caller: Writer) -> Record | tuple[Violation, ...]:
    if line.violation is not None:
        return (line.violation,)
    given = dict(line.record or {})
    if isinstance(caller, Centre):
        # The centre's own numbers are its own: without its name they would be everybody's.
        given.setdefault("centre_id", caller.centre_id)
    try:
        if line.of_known:
            return StatementsOfKnown.model_validate(given)
        return ImportRecord.model_validate(given)
    except ValidationError as error:
        return violations_of(error)


def _store_line(work: _Work, line: RawLine, record: Record | tuple[Violation, ...]) -> LineReport:
    if isinstance(record, tuple):
        return LineReport(line, Outcome.REFUSED, record)
    owners = work.known.owners(_numbers(record), _key(record))
    try:
        if not owners and work.foreseen.intersection(_names(record)):
            return LineReport(line, Outcome.UPDATED)
        with work.session.begin_nested():
            owner, outcome = _store(work, record, owners)
            work.session.flush()
        work.known.note(owner)
        return LineReport(line, outcome)
    except IntegrityError:
        wrong: tuple[Violation, ...] = (Violation("", "number_taken"),)
    except StatementError as error:
        if isinstance(error, DBAPIError):
            raise  # the database itself is in trouble, not this line
        wrong = (Violation("", "value_unstorable"),)
    except AppError as error:
        wrong = error.violations or (Violation("", error.code, error.params),)
    except ValidationError as error:
        wrong = violations_of(error)
    work.known.restore(owners)
    return LineReport(line, Outcome.REFUSED, wrong)


def _store(work: _Work, record: Record, owners: list[Organisation]) -> tuple[Organisation, Outcome]:
    if len(owners) > 1:
        raise AlreadyExists([Violation("/identifiers", "number_taken")], id=owners[0].id)
    owner, outcome = owners[0] if owners else None, Outcome.UNCHANGED
    if isinstance(record, StatementsOfKnown):
        if owner is None or not keeps(work.caller, owner.id, owner.centre_id, owner.region):
            raise Invalid([Violation("/identifiers", "owner_unknown")])
    elif owner is None:
        owner, outcome = _create(work, record), Outcome.CREATED
    elif _update(work, owner, record):
        outcome = Outcome.UPDATED
    if _store_statements(work, owner, record.statements) and outcome is Outcome.UNCHANGED:
        outcome = Outcome.UPDATED
    return owner, outcome


def _create(work: _Work, record: ImportRecord) -> Organisation:
    owner = new_organisation(OrganisationIn.model_validate(record.organisation_fields()), _by(work.caller))
    require_kept(work.caller, "", owner.centre_id, owner.region)
    # Named before it is flushed, it goes to the database together with its change.
    owner.id = new_id()
    work.session.add(owner)
    _record(work, owner, ChangeAction.CREATED, record.model_fields_set)
    return owner


def _update(work: _Work, owner: Organisation, record: ImportRecord) -> bool:
    require_kept(work.caller, owner.id, owner.centre_id, owner.region)
    given = OrganisationIn.model_validate(merged(as_input(owner), record.organisation_fields()))
    # Nobody hands an organisation over to whom it does not act for.
    require_kept(work.caller, owner.id, given.centre_id, given.region)
    before = keeper_of(owner.centre_id, owner.region)
    changed = take(owner, given, _by(work.caller))
    if changed:
        if is_shown_otherwise(changed):
            encodings.renew(work.session, work.conditions, owner)
        change = _record(work, owner, ChangeAction.UPDATED, changed)
        if before != keeper_of(owner.centre_id, owner.region):
            change.kept_before = before
    return bool(changed)


def _numbers(record: Record) -> list[Number]:
    """The numbers that name the organisation of this record."""
    return [
        (record.country, item.scheme, normalise_number(item.number))
        for item in record.identifiers
        if item.scheme != NOT_AN_IDENTITY
    ]


def _names(record: Record) -> list[Number | str]:
    key = _key(record)
    return [*_numbers(record), *([key] if key else [])]


def _key(record: Record) -> str | None:
    return external_key(record.centre_id, record.external_id)


def _store_statements(work: _Work, owner: Organisation, forms: list[StatementIn]) -> bool:
    touched = False
    for position, form in enumerate(forms):
        row = next((row for row in work.known.statements_of(owner) if _same(row, form)), None)
        try:
            touched |= _store_statement(work, owner, row, form)
        except Invalid as error:
            prefix = f"/statements/{position}"
            raise Invalid(
                [Violation(prefix + wrong.pointer, wrong.code, wrong.params) for wrong in error.violations]
            ) from error
    return touched


def _store_statement(work: _Work, owner: Organisation, row: Statement | None, form: StatementIn) -> bool:
    session, caller, conditions = work.session, work.caller, work.conditions
    asks_to_publish = form.status is StatementStatus.PUBLISHED and (row is None or row.status not in LIVED)
    if asks_to_publish and not publishes(caller, conditions):
        # A file says «published» of itself: of those who may not, it goes to review instead of being refused.
        form.status = StatementStatus.IN_REVIEW
    action, changed = ChangeAction.UPDATED, frozenset[str]()
    if row is None:
        row = new_statement(owner, form, conditions)
        row.id = new_id()
        session.add(row)
        work.known.statements_of(owner).append(row)
        begin_review(session, caller, row, (StatementStatus.DRAFT, None), conditions)
        action, changed = ChangeAction.CREATED, frozenset(form.model_fields_set)
    else:
        said = form.model_dump(mode="json", exclude_unset=True)
        whole = StatementIn.model_validate(merged(form_for(caller, row, conditions), said))
        changed = submit(session, caller, (row, owner), whole, conditions)
    if changed:
        encodings.keep(session, conditions, row, owner)
        changes.record(session, caller, ("statement", row.id, owner.id), action, changed, at_once=False)
    return bool(changed)


def _same(row: Statement, form: StatementIn) -> bool:
    if form.external_id is not None and row.external_id is not None:
        return row.external_id == form.external_id
    return row.kind == form.kind and row.text_key == normalise(f"{form.title}\n{form.text}")


def _record(work: _Work, owner: Organisation, action: ChangeAction, fields: Iterable[str]) -> Change:
    return changes.record(
        work.session, work.caller, ("organisation", owner.id, owner.id), action, fields, at_once=False
    )


def _by(caller: Writer) -> str:
    return ":".join(actor_of(caller))
