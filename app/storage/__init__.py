"""Tables, one module per record: its columns, its own rules as methods, its queries as functions."""

from app.storage import (
    centres,
    certificates,
    changes,
    classifiers,
    contacts,
    deliveries,
    idempotency,
    identifiers,
    imports,
    installation,
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
    "classifiers",
    "contacts",
    "deliveries",
    "idempotency",
    "identifiers",
    "imports",
    "installation",
    "keys",
    "organisations",
    "reference",
    "statements",
    "vectors",
    "webhook_endpoints",
]
