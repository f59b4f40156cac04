"""Tables, one module per record: its columns, its own rules as methods, its queries as functions."""

from app.storage import (
    certificates,
    changes,
    contacts,
    deliveries,
    idempotency,
    identifiers,
    installation,
    organisations,
    reference,
    statements,
    vectors,
    webhook_endpoints,
)

__all__ = [
    "certificates",
    "changes",
    "contacts",
    "deliveries",
    "idempotency",
    "identifiers",
    "installation",
    "organisations",
    "reference",
    "statements",
    "vectors",
    "webhook_endpoints",
]
