"""Between a statement's row and the form a person fills in."""

from datetime import date
from typing import Any

from sqlalchemy.orm.attributes import set_committed_value

from app.errors import Invalid, Violation
from app.schemas.statement_input import StatementIn
from app.storage.documents import Conditions
from app.storage.mapping import now
from app.storage.organisations import Organisation
from app.storage.statements import Statement, StatementCode
from app.vocabulary import Source, StatementStatus

COLUMNS = (
    "kind", "title", "text", "text_en", "external_id", "sector", "core", "processes", "equipment",
    "materials", "batch", "tolerance", "capacity_per_month", "lead_time_days", "readiness_level",
    "need_type", "volume", "deliver_from", "deliver_until", "wished_regions", "must_have",
    "replaces_import", "budget", "visibility", "rejection_reason",
)  # fmt: skip


def new_statement(owner: Organisation, given: StatementIn, conditions: Conditions) -> Statement:
    """A new row, not yet in a session. Raises Invalid where it may not begin in the wished state."""
    if given.status not in (StatementStatus.DRAFT, StatementStatus.IN_REVIEW, StatementStatus.PUBLISHED):
        raise Invalid([Violation("/status", "status_at_start", {"value": given.status.value})])
    row = Statement(
        organisation_id=owner.id,
        organisation=owner,
        status=StatementStatus.DRAFT.value,
        created_at=now(),
        codes=[],
    )
    set_committed_value(row, "review", None)
    take(row, owner, given, conditions)
    return row


def take(row: Statement, owner: Organisation, given: StatementIn, conditions: Conditions) -> frozenset[str]:
    """Bring the row to what the form says; the names of the fields that changed.

    Raises TransitionRefused for a step a statement cannot take, Invalid for publishing without a contact and
    for rejecting without a reason.
    """
    values = {name: getattr(given, name) for name in COLUMNS}
    values["rejection_reason"] = _reason(row, given)
    changed = {name for name in COLUMNS if getattr(row, name) != values[name]}
    for name in changed:
        setattr(row, name, values[name])
    changed |= _take_codes(row, given) | _take_expiry(row, given, conditions)
    if row.status != given.status:
        _move(row, owner, given.status, conditions.today)
        changed.add("status")
    if changed:
        row.refresh_keys()
        row.updated_at = now()
    return frozenset(changed)


def as_input(row: Statement) -> dict[str, Any]:
    """The form as it would have to be filled in to make this row, as JSON values."""
    form = {name: getattr(row, name) for name in (*COLUMNS, "status", "expires_on")}
    for scheme in ("okpd2", "okved2", "tnved"):
        form[scheme] = [code.code for code in row.codes if code.scheme == scheme]
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in form.items()}


def as_form(given: StatementIn) -> dict[str, Any]:
    """What the form says, as JSON values: equal to `as_input` of the row that was made from it."""
    form = given.model_dump(mode="json", include={*COLUMNS, "status", "expires_on"})
    codes = given.codes()
    for scheme in ("okpd2", "okved2", "tnved"):
        form[scheme] = [code for of, code in codes if of == scheme]
    return form


def _take_codes(row: Statement, given: StatementIn) -> set[str]:
    wanted = given.codes()
    kept = {(code.scheme, code.code): code for code in row.codes}
    if kept.keys() == set(wanted):
        return set()
    row.codes[:] = [kept.get(pair) or StatementCode(scheme=pair[0], code=pair[1]) for pair in wanted]
    return {"codes"}


def _reason(row: Statement, given: StatementIn) -> str | None:
    """A rejected statement has a reason, and keeps it while its owner redrafts it; no other has one."""
    known = row.rejection_reason
    if given.status is StatementStatus.REJECTED:
        if not given.rejection_reason and (known or row.status != StatementStatus.REJECTED):
            raise Invalid([Violation("/rejection_reason", "reason_required")])
        return given.rejection_reason
    if given.rejection_reason not in (None, known):
        raise Invalid([Violation("/rejection_reason", "reason_out_of_place")])
    return known if given.status is StatementStatus.DRAFT else None


def _take_expiry(row: Statement, given: StatementIn, conditions: Conditions) -> set[str]:
    today = conditions.today
    if given.expires_on is not None and given.expires_on < today and given.expires_on != row.expires_on:
        raise Invalid([Violation("/expires_on", "date_past", {"value": given.expires_on.isoformat()})])
    before = row.expires_on
    if before is None or given.expires_on not in (None, before):
        row.set_expiry(given.expires_on, today, conditions.deadlines.warning_days)
    return {"expires_on"} if row.expires_on != before else set()


def _move(row: Statement, owner: Organisation, status: StatementStatus, today: date) -> None:
    if status is StatementStatus.PUBLISHED:
        listed = owner.source in (Source.DIRECTORY, Source.SAMPLE)
        if not (owner.contacts or listed):
            raise Invalid([Violation("/status", "contact_required")])
        if row.expires_on is not None and row.expires_on < today:
            raise Invalid([Violation("/expires_on", "date_past", {"value": row.expires_on.isoformat()})])
    row.move_to(status)
