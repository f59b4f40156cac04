"""Every refusal of the service; `code` is public API, `status` its HTTP status.

AppError
├── BadRequest            400  bad_request
│   ├── CursorInvalid     400  cursor_invalid
│   └── KeyInQuery        400  key_in_query
├── Unauthorized          401  unauthorized
├── Forbidden             403  forbidden
│   ├── ScopeMissing      403  scope_missing
│   └── OriginRefused     403  origin_refused
├── NotFound              404  not_found
├── MethodNotAllowed      405  method_not_allowed
├── NotAcceptable         406  not_acceptable
├── Conflict              409  conflict
│   ├── AlreadyExists     409  already_exists
│   ├── ContactsClosed    409  contacts_closed
│   ├── DeclinedRecently  409  declined_recently
│   ├── IdempotencyInFlight 409 idempotency_in_flight (with Retry-After)
│   ├── InterestsCapped   409  interests_capped
│   ├── IntroductionOpen  409  introduction_open (with Location)
│   ├── KeyInactive       409  key_inactive
│   ├── LimitReached      409  limit_reached
│   ├── OtherSideDecides  409  other_side_decides
│   └── TransitionRefused 409  transition_refused
├── VersionMismatch       412  version_mismatch
├── TooLarge              413  too_large
├── UnsupportedMediaType  415  unsupported_media_type
├── Invalid               422  invalid (with one Violation per wrong field)
├── IdempotencyKeyReused  422  idempotency_key_reused
├── PreconditionRequired  428  precondition_required
├── RateLimited           429  rate_limited (with Retry-After)
└── Unavailable           503  unavailable (with Retry-After)
    └── StorageFull       507  storage_full
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing wrong with the input: where (JSON Pointer), what (code) and the values its message names."""

    pointer: str
    code: str
    params: Mapping[str, object] = field(default_factory=dict)


class AppError(Exception):
    """A refusal the caller can understand and act upon."""

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 500

    def __init__(self, violations: Sequence[Violation] = (), **params: object) -> None:
        super().__init__(type(self).code)
        self.violations = tuple(violations)
        self.params = params
        self.headers: Mapping[str, str] = {}


class BadRequest(AppError):
    """The request cannot be read."""

    code, status = "bad_request", 400


class CursorInvalid(BadRequest):
    """The cursor is not one this service gave for this list."""

    code = "cursor_invalid"


class KeyInQuery(BadRequest):
    """A key stands in the address, where logs and other people read it."""

    code = "key_in_query"


class Unauthorized(AppError):
    """No key, or one that is unknown, expired or revoked: which of them is not told."""

    code, status = "unauthorized", 401


class Forbidden(AppError):
    """The key is known, but does not allow this."""

    code, status = "forbidden", 403


class ScopeMissing(Forbidden):
    """The key lacks the scope this needs."""

    code = "scope_missing"


class OriginRefused(Forbidden):
    """The website's key comes from a page it was not given to."""

    code = "origin_refused"


class NotFound(AppError):
    """There is no such thing, or the caller may not know of it."""

    code, status = "not_found", 404


class MethodNotAllowed(AppError):
    """The address exists, but does not take this method."""

    code, status = "method_not_allowed", 405


class NotAcceptable(AppError):
    """The caller accepts only formats the service does not offer here."""

    code, status = "not_acceptable", 406


class Conflict(AppError):
    """The record is not in a state that allows this."""

    code, status = "conflict", 409


class AlreadyExists(Conflict):
    """Another record has this identity already."""

    code = "already_exists"


class ContactsClosed(Conflict):
    """Not both sides accept, or not any more."""

    code = "contacts_closed"


class DeclinedRecently(Conflict):
    """The partner declined this organisation not long ago."""

    code = "declined_recently"


class InterestsCapped(Conflict):
    """The organisation waits for as many answers as one may, or has asked as often as one may in a day."""

    code = "interests_capped"


class IntroductionOpen(Conflict):
    """The two organisations have an open introduction; Location says which."""

    code = "introduction_open"

    def __init__(self, introduction_id: str) -> None:
        super().__init__(id=introduction_id)
        self.headers = {"Location": f"/v1/introductions/{introduction_id}"}


class OtherSideDecides(Conflict):
    """The step belongs to the side the caller does not act for."""

    code = "other_side_decides"


class IdempotencyInFlight(Conflict):
    """The same request with the same Idempotency-Key is being served just now."""

    code = "idempotency_in_flight"


class KeyInactive(Conflict):
    """The key has ended already."""

    code = "key_inactive"


class LimitReached(Conflict):
    """The caller has as many of these as one may have."""

    code = "limit_reached"


class TransitionRefused(Conflict):
    """The record cannot go from its state to the wished one."""

    code = "transition_refused"


class VersionMismatch(AppError):
    """The record was changed since the caller read it."""

    code, status = "version_mismatch", 412


class TooLarge(AppError):
    """The request is larger than the service takes."""

    code, status = "too_large", 413


class UnsupportedMediaType(AppError):
    """The body is not in a format the service reads."""

    code, status = "unsupported_media_type", 415


class Invalid(AppError):
    """The input breaks rules; each broken rule is one violation."""

    code, status = "invalid", 422


class IdempotencyKeyReused(AppError):
    """The Idempotency-Key was used for another request."""

    code, status = "idempotency_key_reused", 422


class PreconditionRequired(AppError):
    """A change needs If-Match with the version the caller read."""

    code, status = "precondition_required", 428


class RateLimited(AppError):
    """The caller asks more often than it may."""

    code, status = "rate_limited", 429


class Unavailable(AppError):
    """The service cannot answer just now; trying again later helps."""

    code, status = "unavailable", 503


class StorageFull(Unavailable):
    """There is no room to store the change."""

    code, status = "storage_full", 507
