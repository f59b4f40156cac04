"""Tables, one module per record: its columns, its own rules as methods, its queries as functions."""

from app.storage import (
    centres,
    certificates,
    changes,
    contacts,
    deliveries,
    feedback,
    idempotency,
    identifiers,
    installation,
    introductions,
    keys,
    organisations,
    reference,
    statements,
    vectors,
    webhook_endpoints,
)

__all__ = [
    "centres",
    "certificates",
    "changes",
    "contacts",
    "deliveries",
    "feedback",
    "idempotency",
    "identifiers",
    "installation",
    "introductions",
    "keys",
    "organisations",
    "reference",
    "statements",
    "vectors",
    "webhook_endpoints",
]
