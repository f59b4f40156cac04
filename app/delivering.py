"""The closed word lists of messages to the outside."""

from enum import StrEnum


class EventType(StrEnum):
    """What a webhook may tell of."""

    ORGANISATION_CREATED = "organisation.created"
    ORGANISATION_UPDATED = "organisation.updated"
    ORGANISATION_DELETED = "organisation.deleted"
    STATEMENT_CREATED = "statement.created"
    STATEMENT_UPDATED = "statement.updated"
    STATEMENT_DELETED = "statement.deleted"
    STATEMENT_EXPIRING = "statement.expiring"
    REVIEW_CREATED = "review.created"
    REVIEW_UPDATED = "review.updated"
    REVIEW_OVERDUE = "review.overdue"
    CENTRE_CREATED = "centre.created"
    CENTRE_UPDATED = "centre.updated"
    KEY_CREATED = "key.created"
    KEY_UPDATED = "key.updated"
    KEY_DELETED = "key.deleted"
    ALERT_CREATED = "alert.created"
    INTRODUCTION_REQUESTED = "introduction.requested"
    INTRODUCTION_REMINDED = "introduction.reminded"
    INTRODUCTION_ACCEPTED = "introduction.accepted"
    INTRODUCTION_DECLINED = "introduction.declined"
    INTRODUCTION_WITHDRAWN = "introduction.withdrawn"
    INTRODUCTION_EXPIRED = "introduction.expired"
    INTRODUCTION_STATED = "introduction.stated"
    INTRODUCTION_CONCLUDED = "introduction.concluded"
    WEBHOOK_TEST = "webhook.test"


class DeliveryState(StrEnum):
    """Where a message stands on its way out."""

    QUEUED = "queued"
    DELIVERED = "delivered"
    FAILED = "failed"
    CANCELLED = "cancelled"


class DeliveryFailure(StrEnum):
    """Why an attempt to deliver a message did not succeed."""

    ADDRESS_REFUSED = "address_refused"
    UNREACHABLE = "unreachable"
    TLS = "tls"
    TIMEOUT = "timeout"
    PROTOCOL = "protocol"
    REDIRECT = "redirect"
    STATUS = "status"
    GONE = "gone"
    MAIL_REFUSED = "mail_refused"
    INTERRUPTED = "interrupted"
