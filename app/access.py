"""Who is asking, as a type, what that kind of caller may do, and the rules an operation may declare."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.errors import Forbidden, ScopeMissing, Unauthorized, Violation
from app.vocabulary import CallerKind, Scope

SCOPES_OF: Mapping[CallerKind, frozenset[Scope]] = {
    CallerKind.WEBSITE: frozenset({Scope.READ}),
    CallerKind.MEMBER: frozenset({Scope.READ, Scope.WRITE, Scope.CONTACTS, Scope.KEYS}),
    CallerKind.CENTRE: frozenset(Scope),
    CallerKind.ADMIN: frozenset(Scope),
}
"""The most that a key of this kind may open."""

NOT_A_MEMBERS = frozenset(
    {"country", "region", "centre_id", "external_id", "cluster_ids", "committee_ids", "kind"}
)
"""Fields of an organisation that say who keeps it or what it belongs to: a member does not change its own.

Of its kind only becoming a promotion centre is meant: letters to a centre go to such an entry.
"""


@dataclass(frozen=True, slots=True)
class Website:
    """A visitor of the association's website: with the site's publishable key, or without any."""

    key_id: str = ""
    scopes: frozenset[Scope] = SCOPES_OF[CallerKind.WEBSITE]


@dataclass(frozen=True, slots=True)
class Member:
    """A member company, acting for itself."""

    organisation_id: str
    key_id: str = ""
    scopes: frozenset[Scope] = SCOPES_OF[CallerKind.MEMBER]


@dataclass(frozen=True, slots=True)
class Centre:
    """A promotion centre, acting for its members and for those of its regions that name no centre."""

    centre_id: str
    regions: frozenset[str]
    key_id: str = ""
    scopes: frozenset[Scope] = SCOPES_OF[CallerKind.CENTRE]


@dataclass(frozen=True, slots=True)
class Admin:
    """An administrator of the association."""

    name: str = "admin"
    key_id: str = ""
    scopes: frozenset[Scope] = SCOPES_OF[CallerKind.ADMIN]


Caller = Website | Member | Centre | Admin
"""Everyone who may ask."""

Writer = Member | Centre | Admin
"""Everyone who may change something."""


class Reach(StrEnum):
    """On which records an operation works; to a caller a record out of reach does not exist."""

    ANY = "any"
    VISIBLE = "visible"
    KEPT = "kept"
    KEYS = "keys"
    REVIEWED = "reviewed"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may call an operation, with which scope, on which records. No callers: no key is looked at."""

    callers: tuple[CallerKind, ...]
    scope: Scope | None
    reach: Reach


EVERYBODY = tuple(CallerKind)
PARTICIPANTS = (CallerKind.MEMBER, CallerKind.CENTRE)
KEY_HOLDERS = (CallerKind.MEMBER, CallerKind.CENTRE, CallerKind.ADMIN)

OPEN = Rule((), None, Reach.ANY)
READ_REFERENCE = Rule(EVERYBODY, Scope.READ, Reach.ANY)
READ_VISIBLE = Rule(EVERYBODY, Scope.READ, Reach.VISIBLE)
SURVEY = Rule(KEY_HOLDERS, Scope.READ, Reach.VISIBLE)
READ_CONTACTS = Rule(KEY_HOLDERS, Scope.CONTACTS, Reach.KEPT)
REGISTER = Rule((CallerKind.CENTRE, CallerKind.ADMIN), Scope.WRITE, Reach.KEPT)
READ_KEPT = Rule(KEY_HOLDERS, Scope.READ, Reach.KEPT)
AUDIT = Rule((CallerKind.CENTRE, CallerKind.ADMIN), Scope.READ, Reach.KEPT)
ERASE = Rule((CallerKind.CENTRE, CallerKind.ADMIN), Scope.WRITE, Reach.KEPT)
WRITE_KEPT = Rule(KEY_HOLDERS, Scope.WRITE, Reach.KEPT)
REVIEW = Rule((CallerKind.CENTRE, CallerKind.ADMIN), Scope.REVIEW, Reach.REVIEWED)
HOLD_KEYS = Rule(KEY_HOLDERS, Scope.KEYS, Reach.KEYS)
READ_OWN = Rule(PARTICIPANTS, Scope.READ, Reach.OWN)
WRITE_OWN = Rule(PARTICIPANTS, Scope.WRITE, Reach.OWN)
SEE_WEBHOOKS = Rule(KEY_HOLDERS, Scope.READ, Reach.OWN)
HOLD_WEBHOOKS = Rule(KEY_HOLDERS, Scope.WRITE, Reach.OWN)
ADMINISTER = Rule((CallerKind.ADMIN,), Scope.WRITE, Reach.ANY)
OVERSEE = Rule((CallerKind.ADMIN,), Scope.READ, Reach.ANY)


def actor_of(caller: Caller) -> tuple[str, str]:
    """The caller's kind and id, as the change feed records who acted; a key's own name may be a person's."""
    match caller:
        case Website():
            return "website", ""
        case Member(organisation_id):
            return "member", organisation_id
        case Centre(centre_id):
            return "centre", centre_id
        case Admin(name, key_id):
            return "admin", key_id or name


def keeps(caller: Caller, organisation_id: str, centre_id: str | None, region: str | None) -> bool:
    """Whether the caller acts for this organisation: its own, its centre's, or the administrator.

    `kept_by` of storage/organisations.py says the same in SQL; a test compares the two.
    """
    match caller:
        case Admin():
            return True
        case Member(own):
            return own == organisation_id
        case Centre(centre, regions):
            return centre_id == centre or (centre_id is None and region in regions)
    return False


def keeper_of(centre_id: str | None, region: str | None) -> str:
    """Which centres keep an organisation, as one word: the named one, or those of its region."""
    return f"centre:{centre_id}" if centre_id is not None else f"region:{region or ''}"


def keepers(caller: Centre) -> list[str]:
    """The words of `keeper_of` that mean this centre."""
    return [f"centre:{caller.centre_id}", *(f"region:{region}" for region in sorted(caller.regions))]


def require_kept(caller: Caller, organisation_id: str, centre_id: str | None, region: str | None) -> None:
    """Pass when the caller acts for this organisation; raise Forbidden otherwise."""
    if not keeps(caller, organisation_id, centre_id, region):
        raise Forbidden


def require_fields(caller: Caller, changed: Iterable[str]) -> None:
    """Pass when the caller may change these fields; raise Forbidden, which names those it may not."""
    fixed = sorted(NOT_A_MEMBERS.intersection(changed)) if isinstance(caller, Member) else []
    if fixed:
        raise Forbidden([Violation(f"/{name}", "field_fixed") for name in fixed])


def require_scope(caller: Caller, scope: Scope) -> None:
    """Pass when the caller's key opens this; raise ScopeMissing, which names the scope, otherwise."""
    if scope not in caller.scopes:
        raise ScopeMissing(scope=scope.value)


def permit(rule: Rule, caller: Caller) -> None:
    """Pass when the rule lets this caller in.

    Raises Unauthorized for a visitor without a key, Forbidden or ScopeMissing for a key that opens less.
    """
    if actor_of(caller)[0] not in rule.callers:
        if isinstance(caller, Website) and not caller.key_id:
            raise Unauthorized
        raise Forbidden
    if rule.scope is not None:
        require_scope(caller, rule.scope)
