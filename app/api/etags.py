"""Versions as ETags, conditional reads, and the body of a conditional change."""

from typing import Annotated, Any

from fastapi import Body, Request
from starlette.exceptions import HTTPException

MergePatch = Annotated[
    dict[str, Any],
    Body(media_type="application/merge-patch+json", description="JSON Merge Patch, RFC 7396."),
]

NOT_MODIFIED: dict[int | str, dict[str, Any]] = {
    304: {"description": "Unchanged since the version you named."}
}


def tag(version: int) -> str:
    """A strong ETag for a version of a record."""
    return f'"v{version}"'


def is_known(known: str, tag: str) -> bool:
    """Whether an If-None-Match header names this tag; weakly, as RFC 9110 compares here."""
    return tag in (part.strip().removeprefix("W/") for part in known.split(","))


def not_modified(request: Request, version: int) -> None:
    """Answer 304 where If-None-Match names the version the caller has already."""
    known = request.headers.get("if-none-match", "")
    if known.strip() == "*" or is_known(known, tag(version)):
        raise HTTPException(304, headers={"ETag": tag(version)})
