"""Who asks, and whether the rule of the route lets them in."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import Request
from fastapi.security import HTTPAuthorizationCredentials
from sqlalchemy.orm import Session

from app.access import Admin, Caller, Rule, Website, actor_of, permit
from app.errors import Unauthorized
from app.schemas.key_text import digest_of
from app.usecases.keys import Desk, authenticate

DECLARED = "x-access"


@dataclass(frozen=True, slots=True)
class Door:
    """What a caller is checked with: the first administrator's key, the moment, and who notes the use."""

    admin_key: str | None
    desk: Desk
    note_use: Callable[[str, datetime | None, datetime], None]


def under(rule: Rule) -> dict[str, Any]:
    """The rule of an operation, for `openapi_extra`: enforced from there, and published as `x-access`."""
    return {DECLARED: rule}


def rule_of(route: Any) -> Rule:
    """The rule a route declares. Raises LookupError for one without: it serves nobody."""
    rule = (route.openapi_extra or {}).get(DECLARED)
    if not isinstance(rule, Rule):
        raise LookupError(f"{route.path} declares no rule of access")
    return rule


def is_first_admin(key: str, admin_key: str | None) -> bool:
    """Whether this is the key of the settings; a wrong one takes as long, whatever its length."""
    return admin_key is not None and secrets.compare_digest(digest_of(key), digest_of(admin_key))


def signature_of(caller: Caller, operation: str) -> dict[str, str]:
    """Who asked for what, as the access line says it."""
    return {"caller": ":".join(actor_of(caller)), "key": caller.key_id, "operation": operation}


def admit(request: Request, key: HTTPAuthorizationCredentials | None, session: Session, door: Door) -> Caller:
    """Who asks, where the route's rule lets them in.

    The key is looked up in the request's own transaction, so that a revoked one opens nothing. Raises
    Unauthorized, Forbidden, ScopeMissing or OriginRefused.
    """
    route = request.scope["route"]
    rule = rule_of(route)
    caller = _identify(request, key, session, door)
    request.state.asked_by = signature_of(caller, route.name)
    permit(rule, caller)
    return caller


def _identify(
    request: Request, key: HTTPAuthorizationCredentials | None, session: Session, door: Door
) -> Caller:
    if key is None:
        if request.headers.get("authorization"):
            raise Unauthorized
        return Website()
    if is_first_admin(key.credentials, door.admin_key):
        return Admin()
    presented = authenticate(session, key.credentials, request.headers.get("origin"), door.desk)
    door.note_use(presented.caller.key_id, presented.last_used_at, door.desk.now)
    return presented.caller
