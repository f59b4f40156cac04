"""For whom a command acts: the administrator, or a member or centre named by `--as`."""

from typing import Annotated

import typer
from sqlalchemy.orm import Session

from app.access import Admin, Centre, Member
from app.cli.session import fail
from app.storage import centres, organisations

ADMINISTRATOR = "admin"

As = Annotated[str, typer.Option("--as", help="member:ID, centre:ID or admin.")]
Holder = Annotated[str, typer.Option("--as", help="Whose: member:ID or centre:ID.")]


def caller_of(session: Session, text: str) -> Admin | Member | Centre:
    """Whom the text names; a command for nobody known ends."""
    kind, _, holder_id = text.partition(":")
    if text == ADMINISTRATOR:
        return Admin("cli")
    if kind == "member" and organisations.is_kept(session, Admin("cli"), holder_id):
        return Member(holder_id)
    centre = centres.get(session, holder_id) if kind == "centre" else None
    if centre is None:
        fail(f"--as {text}: write member:ID or centre:ID of one that exists", 2)
    return Centre(centre.id, frozenset(centre.regions))


def holder_of(session: Session, text: str) -> Member | Centre:
    """As `caller_of`, but never the administrator."""
    found = caller_of(session, text)
    if isinstance(found, Admin):
        fail("--as: name a member or a centre", 2)
    return found
