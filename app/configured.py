"""The parts that the settings describe, each made from them alone."""

from pathlib import Path

from app.encoder import UniversalSentenceEncoder
from app.matching.semantics import Encoder
from app.outbound.addresses import Reach, networks_of
from app.outbound.mail import MailFolder, MailServer, Post
from app.rates import RateLimiter
from app.settings import Settings
from app.usecases.introductions import Terms


def encoder_of(settings: Settings) -> Encoder | None:
    """What encodes meanings, unless the settings turn it off."""
    return UniversalSentenceEncoder() if settings.encoder else None


def reach_of(settings: Settings) -> Reach:
    """How far calls to webhooks go."""
    return Reach(
        ports=frozenset(settings.webhook_ports),
        http=settings.webhook_http,
        networks=networks_of(settings.webhook_networks),
    )


def post_of(settings: Settings) -> Post:
    """Where letters go: to the mail server, or into a folder where none is set."""
    if settings.mail_host is None:
        return MailFolder(settings.mail_from, Path(settings.mail_folder))
    return MailServer(
        sender=settings.mail_from,
        host=settings.mail_host,
        port=settings.mail_port,
        security=settings.mail_security,
        username=settings.mail_username,
        password=settings.mail_password.get_secret_value() if settings.mail_password else None,
    )


def limiter_of(settings: Settings) -> RateLimiter:
    """What counts requests."""
    return RateLimiter(
        settings.rate_store,
        {
            "key": settings.rate_per_key,
            "address": settings.rate_per_address,
            "failed-keys": settings.rate_failed_keys,
        },
    )


def terms_of(settings: Settings) -> Terms:
    """How long introductions wait, and how many there may be."""
    days, waiting, daily = settings.introduction_days, settings.introduction_open, settings.introduction_daily
    return Terms(days, waiting, daily, settings.declined_days)
