"""Every refusal as application/problem+json (RFC 9457), in the caller's language, echoing no input."""

from collections.abc import Callable, Iterable, Mapping
from contextvars import ContextVar
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, StatementError, TimeoutError
from sqlalchemy.orm.exc import StaleDataError
from starlette.exceptions import HTTPException

from app import errors
from app.api.languages import language_of
from app.api.openapi import methods_at
from app.errors import AppError, Violation
from app.messages import message
from app.schemas.reference import Problem, ProblemError
from app.schemas.violations import violation_of, violations_of
from app.vocabulary import Language

NO_ROOM = ("is full", "No space left")
"""What SQLite and PostgreSQL say of a full disk."""

RETRY_AFTER_SECONDS = 5

REQUEST_ID: ContextVar[str] = ContextVar("request_id", default="")
"""The id of the request being served, set before anything else sees it."""

log = structlog.get_logger("smezhnik.problems")

BY_STATUS: Mapping[int, type[AppError]] = {
    400: errors.BadRequest,
    401: errors.Unauthorized,
    403: errors.Forbidden,
    404: errors.NotFound,
    405: errors.MethodNotAllowed,
    413: errors.TooLarge,
    415: errors.UnsupportedMediaType,
    503: errors.Unavailable,
}


Shown = Callable[[Request, AppError], Response | None]
"""Answers a refusal in another form than a problem; None where a problem it is."""


def install(app: FastAPI, default: Language, shown: Shown = lambda _request, _error: None) -> None:
    """Answer every exception with a problem; `default` speaks where the caller names no language.

    `shown` is asked first: people with a browser read a page.
    """

    def on_app_error(request: Request, error: Exception) -> Response:
        assert isinstance(error, AppError)  # noqa: S101 - registered for this class only
        page = shown(request, error)
        return page or response_to(request.headers.get("accept-language"), error, default)

    def on_other(request: Request, error: Exception) -> Response:
        if isinstance(error, HTTPException) and error.status_code < 400:
            return Response(status_code=error.status_code, headers=error.headers)
        refusal = as_app_error(error)
        if isinstance(refusal, errors.MethodNotAllowed):
            # Starlette names the methods of the first route with this path only.
            refusal.headers = {"Allow": ", ".join(methods_at(request.app, request.url.path))}
        return on_app_error(request, refusal)

    for kind in (
        HTTPException,
        RequestValidationError,
        ValidationError,
        StaleDataError,
        IntegrityError,
        StatementError,
        TimeoutError,
        Exception,
    ):
        app.add_exception_handler(kind, on_other)
    app.add_exception_handler(AppError, on_app_error)


def as_app_error(error: Exception) -> AppError:
    """The refusal that stands for this exception; what nobody foresaw becomes a bare 500."""
    refusal = _refusal_for(error)
    if refusal is None:
        log.error("unforeseen", kind=type(error).__name__, exc_info=error)
        return AppError()
    return refusal


def _refusal_for(error: Exception) -> AppError | None:
    refusal: AppError | None = None
    match error:
        case AppError():
            refusal = error
        case RequestValidationError():
            refusal = errors.Invalid([_request_violation(details) for details in error.errors()])
        case ValidationError():
            refusal = errors.Invalid(violations_of(error))
        case StaleDataError():
            refusal = errors.VersionMismatch()
        case IntegrityError():
            refusal = errors.AlreadyExists()
        case OperationalError() if any(words in str(error.orig) for words in NO_ROOM):
            refusal = errors.StorageFull()
        case StatementError() if not isinstance(error, DBAPIError):
            refusal = errors.BadRequest()
        case DBAPIError() | TimeoutError():
            log.warning("database away", kind=type(error).__name__)
            refusal = errors.Unavailable()
        case HTTPException():
            refusal = BY_STATUS.get(error.status_code, AppError)()
            refusal.headers = dict(error.headers or {})
    return refusal


def response_to(accept_language: str | None, error: AppError, default: Language) -> Response:
    """The problem+json response for a refusal."""
    language = language_of(accept_language, default)
    kind = type(error)
    problem = Problem(
        type=f"/problems/{kind.code}",
        title=message(kind.code, language, error.params),
        status=kind.status,
        detail=_detail(error, language),
        code=kind.code,
        request_id=REQUEST_ID.get(),
        errors=[_entry(violation, language) for violation in error.violations],
    )
    headers = {"Content-Language": language.value, **error.headers}
    if kind.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    if isinstance(error, errors.Unavailable):
        headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    if isinstance(error, errors.IdempotencyInFlight):
        headers["Retry-After"] = "1"
    return Response(problem.model_dump_json(), kind.status, headers, media_type="application/problem+json")


def _detail(error: AppError, language: Language) -> str:
    if error.violations:
        return "; ".join(_sentences(error.violations[:3], language))
    return message(type(error).code, language, error.params)


def _sentences(violations: Iterable[Violation], language: Language) -> Iterable[str]:
    for violation in violations:
        text = message(violation.code, language, violation.params)
        yield f"{violation.pointer}: {text}" if violation.pointer else text


def _entry(violation: Violation, language: Language) -> ProblemError:
    return ProblemError(
        pointer=violation.pointer,
        location=str(violation.params.get("in", "body")),
        code=violation.code,
        detail=message(violation.code, language, violation.params),
    )


def _request_violation(details: dict[str, Any]) -> Violation:
    place = details["loc"][0] if details["loc"] else "body"
    if details["type"] == "json_invalid":
        return Violation("", "json_invalid", {"position": details["loc"][-1]})
    found = violation_of(details, skip=1)
    pointer = found.pointer if place == "body" else found.pointer.removeprefix("/")
    return Violation(pointer, found.code, {**found.params, "in": str(place)})
