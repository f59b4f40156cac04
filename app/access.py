"""Who is asking, as a type, and what that kind of caller may do."""

from dataclasses import dataclass

from app.errors import Forbidden


@dataclass(frozen=True, slots=True)
class Website:
    """Anybody without a key, as a visitor of the association's website."""


@dataclass(frozen=True, slots=True)
class Member:
    """A member company, acting for itself."""

    organisation_id: str


@dataclass(frozen=True, slots=True)
class Centre:
    """A promotion centre, acting for the members of its regions."""

    centre_id: str
    regions: frozenset[str]


@dataclass(frozen=True, slots=True)
class Admin:
    """An administrator of the association."""

    name: str = "admin"


Caller = Website | Member | Centre | Admin
"""Everyone who may ask."""

Writer = Member | Centre | Admin
"""Everyone who may change something."""


def actor_of(caller: Caller) -> tuple[str, str]:
    """The caller's kind and id, as the change feed records who acted."""
    match caller:
        case Website():
            return "website", ""
        case Member(organisation_id):
            return "member", organisation_id
        case Centre(centre_id):
            return "centre", centre_id
        case Admin(name):
            return "admin", name


def require_ownership(caller: Writer, organisation_id: str, region: str | None) -> None:
    """Pass when the caller may change this organisation; raise Forbidden otherwise."""
    match caller:
        case Admin():
            return
        case Member(own) if own == organisation_id:
            return
        case Centre(_, regions) if region in regions:
            return
    raise Forbidden
