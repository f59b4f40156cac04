"""Tables, one module per record: its columns, its own rules as methods, its queries as functions."""

from app.storage import (
    certificates,
    changes,
    contacts,
    identifiers,
    installation,
    organisations,
    reference,
    statements,
    vectors,
)

__all__ = [
    "certificates",
    "changes",
    "contacts",
    "identifiers",
    "installation",
    "organisations",
    "reference",
    "statements",
    "vectors",
]
